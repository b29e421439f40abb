/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_session.c - claims about the attempts of one grab, with simulated bytes and time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grab_session.h"
#include "suite.h"

static const struct grab_config config = {
	.connect_timeout_ms = 3000,
	.server_first_ms = 1500,
	.read_timeout_ms = 2000,
	.answer_timeout_ms = 2000,
	.total_timeout_ms = 20000,
	.max_per_port = GRAB_CONNECTIONS,
	.max_bytes = 1024,
	.user_agent = "agent",
	.any_port = true,
};

static struct grab_means means;
static struct grab_session s;
static uint64_t now;

static void start_with(uint16_t port, const struct grab_config *c)
{
	const struct grab_request request = {
		.addr = {{[10] = 0xff, [11] = 0xff, [12] = 198, [13] = 18, [15] = 1}},
		.port = port,
		.transport = DP_TRANSPORT_TCP,
	};

	now = 1000000;
	means = (struct grab_means){c, grab_tls_ctx_new(), grab_lore_new()};
	ck_assert_int_eq(grab_session_init(&s, &means, &request, now), 0);
	ck_assert_int_eq(s.want, GRAB_WANT_CONNECT);
}

static void connected(void)
{
	ck_assert_int_eq(s.want, GRAB_WANT_CONNECT);
	grab_session_connecting(&s, now);
	now += 700;
	grab_session_connected(&s, now);
}

static void start(uint16_t port)
{
	start_with(port, &config);
	connected();
}

static void stop(void)
{
	grab_session_fini(&s);
	grab_tls_ctx_free(means.tls);
	grab_lore_free(means.lore);
}

static void bytes(const char *text)
{
	grab_session_bytes(&s, text, strlen(text), now);
}

/* Let the time pass until the deadline of the session, with a tick just before it. */
static void sleep_over(void)
{
	grab_session_tick(&s, s.deadline_us - 1);
	now = s.deadline_us;
	grab_session_tick(&s, now);
}

static bool sent(const char *text)
{
	bool found = s.wire.len > 0 && memmem(s.wire.data, s.wire.len, text, strlen(text)) != NULL;

	s.wire.len = 0;
	return found;
}

static bool sent_client_hello(void)
{
	bool found = s.wire.len > 5 && s.wire.data[0] == 0x16 && s.wire.data[5] == 1;

	s.wire.len = 0;
	return found;
}

static void expect(enum grab_status status, const char *service, const char *banner)
{
	const struct vd_fact *f = vd_facts_get(s.result.facts, "banner");

	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_int_eq(s.result.status, status);
	if (service == NULL)
		ck_assert_ptr_null(s.result.service);
	else
		ck_assert_str_eq(s.result.service, service);
	if (banner == NULL)
		ck_assert_ptr_null(f);
	else
		ck_assert_str_eq(f->value, banner);
}

START_TEST(server_that_speaks_first_is_listened_to)
{
	start(4022);
	ck_assert_uint_eq(s.wire.len, 0);
	bytes("SSH-2.0-x\r\n");
	ck_assert(sent("SSH-2.0-Sonde"));
	grab_session_ended(&s, 0, now);
	expect(GRAB_OK, "ssh", "SSH-2.0-x\r\n");
	ck_assert_uint_eq(s.result.connect_us, 700);
	stop();
}
END_TEST

START_TEST(silent_server_gets_http_on_the_same_connection)
{
	start(4080);
	sleep_over();
	ck_assert_uint_eq(now, 1000700 + 1500000);
	ck_assert_int_eq(s.want, GRAB_WANT_TRAFFIC);
	ck_assert(sent("GET / HTTP/1.1\r\nHost: 198.18.0.1:4080\r\n"));
	bytes("HTTP/1.1 204 No Content\r\n\r\n");
	expect(GRAB_OK, "http", "HTTP/1.1 204 No Content\r\n\r\n");
	stop();
}
END_TEST

/* An answer of another port has named an ordinary service. */
START_TEST(plain_host_is_asked_soon)
{
	start(4080);
	grab_session_plain(&s);
	grab_session_connected(&s, now);
	sleep_over();
	ck_assert_uint_le(now, 1001400 + GRAB_PLAIN_MS * 1000);
	ck_assert(sent("GET / HTTP/1.1\r\nHost: 198.18.0.1:4080\r\n"));
	stop();
}
END_TEST

START_TEST(port_with_a_hello_is_not_kept_waiting)
{
	start(80);
	ck_assert(sent("GET / "));
	stop();
}
END_TEST

START_TEST(wrong_hello_leads_to_the_right_protocol)
{
	start(80);
	ck_assert(sent("GET / "));
	bytes("SSH-2.0-x\r\n");
	connected();
	ck_assert_uint_eq(s.wire.len, 0);
	bytes("SSH-2.0-x\r\n");
	ck_assert(sent("SSH-2.0-Sonde"));
	grab_session_ended(&s, -ECONNRESET, now);
	expect(GRAB_OK, "ssh", "SSH-2.0-x\r\n");
	stop();
}
END_TEST

START_TEST(plain_answer_that_wants_tls_leads_to_tls)
{
	start(80);
	bytes("HTTP/1.1 400 Bad Request\r\n\r\nplain HTTP request was sent to HTTPS port");
	connected();
	ck_assert(sent_client_hello());
	/* TLS fails, too: the result keeps the first answer. */
	for (int i = 0; i < 8 && s.want != GRAB_WANT_NOTHING; i++) {
		grab_session_ended(&s, -ECONNRESET, now);
		if (s.want == GRAB_WANT_CONNECT)
			connected();
	}
	expect(GRAB_OK, "http",
	       "HTTP/1.1 400 Bad Request\r\n\r\nplain HTTP request was sent to HTTPS port");
	stop();
}
END_TEST

START_TEST(tls_alert_leads_to_tls)
{
	start(4009);
	sleep_over();
	ck_assert(sent("GET / "));
	grab_session_bytes(&s, "\x15\3\1\0\2\2\x46", 7, now);
	connected();
	ck_assert(sent_client_hello());
	stop();
}
END_TEST

START_TEST(tls_port_that_speaks_plainly_is_understood)
{
	start(443);
	ck_assert(sent_client_hello());
	bytes("HTTP/1.1 400 Bad Request\r\n\r\n");
	connected();
	ck_assert(sent("GET / "));
	bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	expect(GRAB_OK, "http", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	ck_assert(!s.result.tls);
	stop();
}
END_TEST

/* Listen, HTTP, TLS, and two of those whose servers hang up at such questions. */
START_TEST(reset_leads_to_the_next_question_until_it_is_enough)
{
	start(4000);
	grab_session_ended(&s, 0, now);
	connected();
	ck_assert(sent("GET / "));
	grab_session_ended(&s, -ECONNRESET, now);
	connected();
	ck_assert(sent_client_hello());
	grab_session_ended(&s, -ECONNRESET, now);
	for (int i = 0; i < 2; i++) {
		connected();
		ck_assert_uint_gt(s.wire.len, 0);
		ck_assert(!sent("GET / "));
		grab_session_ended(&s, -ECONNRESET, now);
	}
	expect(GRAB_SILENT, NULL, NULL);
	stop();
}
END_TEST

/* Frames of HTTP/2 in answer to HTTP/1.1 lead to HTTP/2, on a fresh connection. */
START_TEST(settings_lead_to_http_2)
{
	static const char settings[] = "\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64";
	static const char end[] = "\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\0\1";
	static const char answer[] = "\0\0\1\1\5\0\0\0\1\x88";

	start(80);
	ck_assert(sent("GET / HTTP/1.1"));
	if (_i == 0)
		grab_session_bytes(&s, settings, sizeof(settings) - 1, now);
	else
		grab_session_bytes(&s, end, sizeof(end) - 1, now);
	connected();
	ck_assert(sent("PRI * HTTP/2.0"));
	grab_session_bytes(&s, settings, sizeof(settings) - 1, now);
	grab_session_bytes(&s, answer, sizeof(answer) - 1, now);
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_str_eq(s.result.service, "http");
	ck_assert_str_eq(vd_facts_get(s.result.facts, "http.status")->value, "200");
	ck_assert_uint_eq(s.connections, 2);
	stop();
}
END_TEST

/* The protocol of 5432 is asked on 15432, on the connection on which the server said nothing. */
START_TEST(a_moved_service_is_asked_by_its_number)
{
	static const uint8_t ssl_request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};

	start(15432);
	sleep_over();
	ck_assert_int_eq(s.want, GRAB_WANT_TRAFFIC);
	ck_assert_uint_eq(s.wire.len, sizeof(ssl_request));
	ck_assert_mem_eq(s.wire.data, ssl_request, sizeof(ssl_request));
	s.wire.len = 0;
	grab_session_bytes(&s, "N", 1, now);
	ck_assert_uint_eq(s.wire.len, 9);
	grab_session_bytes(&s, "E\0\0\0\x16SFATAL\0C0A000\0M?\0\0", 23, now);
	expect(GRAB_OK, "postgres", "N");
	ck_assert_uint_eq(s.connections, 1);
	stop();
}
END_TEST

/* What answered on one host's port is asked first on the same port of another host. */
START_TEST(a_find_is_remembered_for_its_port)
{
	struct grab_lore *lore;

	start(40022);
	lore = means.lore;
	sleep_over();
	ck_assert(sent("GET / "));
	bytes("-ERR wrong number of arguments for 'get' command\r\n");
	grab_session_ended(&s, 0, now);
	connected();
	ck_assert(sent("PING\r\n"));
	bytes("-NOAUTH Authentication required.\r\n");
	expect(GRAB_OK, "redis", "-NOAUTH Authentication required.\r\n");
	ck_assert_uint_eq(s.connections, 2);
	grab_session_fini(&s);
	grab_tls_ctx_free(means.tls);
	start(40022);
	grab_lore_free(means.lore);
	means.lore = lore;
	sleep_over();
	ck_assert(sent("PING\r\n"));
	stop();
}
END_TEST

static bool is_guess(void)
{
	return vd_facts_get(s.result.facts, "guess.service") != NULL;
}

/* An HTTP error page of a server that is none. */
START_TEST(a_page_that_names_another_protocol_leads_to_it)
{
	static const char page[] = "HTTP/1.0 501 Tor is not an HTTP Proxy\r\n"
				   "Content-Length: 1\r\n\r\n.";

	start(4000);
	sleep_over();
	ck_assert(sent("GET / "));
	bytes(page);
	connected();
	ck_assert_uint_eq(s.wire.len, 4);
	ck_assert_mem_eq(s.wire.data, "\5\2\0\2", 4);
	s.wire.len = 0;
	grab_session_bytes(&s, _i == 0 ? "\5\0" : "no", 2, now);
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_str_eq(s.result.service, _i == 0 ? "socks5" : "http");
	ck_assert(!is_guess());
	stop();
}
END_TEST

#define STATS "OK 43\r\n---\ncurrent-jobs-urgent: 0\nversion: \"1.13\"\n\r\n"

/* A server that answers each line goes on with its own question on the same connection, once it has
 * finished with ours. */
static void begin_lines(void)
{
	start(4000);
	sleep_over();
	ck_assert(sent("GET / "));
	s.wire.len = 0;
	bytes("UNKNOWN_COMMAND\r\nUNKNOWN_");
	now += 250000;
	bytes("COMMAND\r\n");
	now += 250000;
	grab_session_tick(&s, now);
	ck_assert_uint_eq(s.wire.len, 0);
	ck_assert_int_eq(s.want, GRAB_WANT_TRAFFIC);
}

START_TEST(lines_share_a_connection)
{
	begin_lines();
	sleep_over();
	ck_assert(sent("stats\r\n"));
	bytes(STATS);
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_str_eq(s.result.service, "beanstalk");
	ck_assert_uint_eq(s.connections, 1);
	stop();
}
END_TEST

/* Whose connection ends, or who does not answer there, is asked on a fresh one. */
START_TEST(a_shared_question_without_answer_is_asked_afresh)
{
	begin_lines();
	if (_i == 0) {
		grab_session_ended(&s, 0, now);
	} else {
		sleep_over();
		ck_assert(sent("stats\r\n"));
		if (_i == 1)
			sleep_over();
		else if (_i == 2)
			grab_session_ended(&s, -ECONNRESET, now);
		else
			bytes("UNKNOWN_COMMAND\r\n");
		/* what it still says is waited for again */
		if (_i == 3)
			sleep_over();
	}
	connected();
	ck_assert(sent("stats\r\n"));
	bytes(STATS);
	ck_assert_str_eq(s.result.service, "beanstalk");
	ck_assert_uint_eq(s.connections, 2);
	stop();
}
END_TEST

/* Two bytes are no sign: without the help of the port's number, the name is a guess. */
static const struct {
	uint16_t port;
	bool guess;
} proxies[] = {{1080, false}, {31080, false}, {23456, true}};

START_TEST(a_weak_sign_makes_a_guess)
{
	struct grab_config bold = config;

	bold.max_per_port = 20;
	bold.total_timeout_ms = 200000;
	start_with(proxies[_i].port, &bold);
	connected();
	for (int i = 0; i < 60 && s.want != GRAB_WANT_NOTHING; i++) {
		if (s.want == GRAB_WANT_CONNECT)
			connected();
		else if (s.wire.len == 4 && memcmp(s.wire.data, "\5\2\0\2", 4) == 0)
			grab_session_bytes(&s, "\5\0", 2, now);
		else if (s.wire.len > 0)
			grab_session_ended(&s, -ECONNRESET, now);
		else
			sleep_over();
		if (s.want == GRAB_WANT_CONNECT)
			s.wire.len = 0;
	}
	expect(GRAB_OK, "socks5", "\5");
	ck_assert_int_eq(is_guess(), proxies[_i].guess);
	stop();
}
END_TEST

/* 220 is FTP, SMTP, LMTP, ...: the answers tell. */
static const struct {
	const char *knows; /* the word that the server answers */
	const char *answer;
	const char *service;
	bool guess;
} servers_220[] = {
	{"SYST", "215 UNIX Type: L8\r\n", "ftp", false},
	{"EHLO", "250 mx\r\n", "smtp", false},
	{"LHLO", "250 mx\r\n", "lmtp", false},
	{"nothing", "", "ftp", true},
};

START_TEST(a_greeting_of_several_protocols_is_looked_into)
{
	start(4000);
	for (int i = 0; i < 40 && s.want != GRAB_WANT_NOTHING; i++) {
		bool knows = s.wire.len > 0 &&
		             memmem(s.wire.data, s.wire.len, servers_220[_i].knows,
		                    strlen(servers_220[_i].knows)) != NULL;

		if (s.want == GRAB_WANT_CONNECT) {
			connected();
			bytes("220 box ready\r\n");
			continue;
		}
		if (i == 0) {
			bytes("220 box ready\r\n");
			continue;
		}
		s.wire.len = 0;
		bytes(knows ? servers_220[_i].answer : "500 what?\r\n");
	}
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_str_eq(s.result.service, servers_220[_i].service);
	ck_assert_int_eq(is_guess(), servers_220[_i].guess);
	ck_assert_uint_le(s.connections, 3);
	stop();
}
END_TEST

/* A server that answers a ClientHello by an alert speaks TLS. One that refused our list of protocols
 * is asked for HTTP/2, and then without; one that wants a name, with one that another port of the host told. */
static const struct {
	uint8_t code;
	const char *name; /* known of the host */
	unsigned again;   /* further ClientHellos */
} alerts[] = {
	{40, NULL, 0},
	{120, NULL, 2},
	{112, NULL, 0},
	{112, "gw1.example.org", 1},
	{80, "gw1.example.org", 1},
	{40, "gw1.example.org", 0},
};

START_TEST(an_alert_is_evidence)
{
	uint8_t alert[7] = {0x15, 3, 3, 0, 2, 2, alerts[_i].code};
	bool named = alerts[_i].name != NULL, found;

	start(443);
	ck_assert(sent_client_hello());
	if (named)
		grab_lore_learn_name(means.lore, &s.result.request.addr, alerts[_i].name);
	grab_session_bytes(&s, alert, sizeof(alert), now);
	for (unsigned i = 0; i < alerts[_i].again; i++) {
		connected();
		found = named && memmem(s.wire.data, s.wire.len, alerts[_i].name,
		                        strlen(alerts[_i].name)) != NULL;
		ck_assert_int_eq(found, named);
		ck_assert(named || memmem(s.wire.data, s.wire.len, "http/1.1", 8) == NULL);
		ck_assert_int_eq(!named && i == 0,
		                 memmem(s.wire.data, s.wire.len, "\0\x10\0\5\0\3\2h2", 9) != NULL);
		ck_assert(sent_client_hello());
		grab_session_bytes(&s, alert, sizeof(alert), now);
	}
	expect(GRAB_OK, "ssl", NULL);
	ck_assert(s.result.tls);
	ck_assert_ptr_nonnull(vd_facts_get(s.result.facts, "ssl.alert"));
	ck_assert_uint_eq(s.connections, 1 + alerts[_i].again);
	stop();
}
END_TEST

/* ---- JARM: ten further handshakes, after the other ports of the host ---- */

static void start_with_jarm(uint16_t port)
{
	static struct grab_config c;

	c = config;
	c.jarm = true;
	start_with(port, &c);
}

static const uint8_t refusal[7] = {0x15, 3, 3, 0, 2, 2, 40};

/* A port that refuses the usual ClientHello, and is to be asked those of JARM. */
static void start_jarm(void)
{
	start_with_jarm(443);
	connected();
	ck_assert(sent_client_hello());
	grab_session_bytes(&s, refusal, sizeof(refusal), now);
	ck_assert_int_eq(s.want, GRAB_WANT_TURN);
	ck_assert_str_eq(s.result.service, "ssl");
	grab_session_turn(&s, now);
}

static const char *jarm_of(void)
{
	const struct vd_fact *f = vd_facts_get(s.result.facts, "ssl.jarm");

	return f != NULL ? f->value : NULL;
}

/* Four refuse, three close, the others are silent. */
START_TEST(who_answers_none_of_ten_hellos_has_a_hash_of_zeros)
{
	start_jarm();
	for (int i = 0; i < GRAB_JARM_HELLOS; i++) {
		connected();
		ck_assert_ptr_nonnull(memmem(s.wire.data, s.wire.len,
		                             "\0\x0a"
		                             "198.18.0.1\0\x17",
		                             14));
		ck_assert(sent_client_hello());
		if (i < 4)
			grab_session_bytes(&s, refusal, sizeof(refusal), now);
		else if (i < 7)
			grab_session_ended(&s, i == 4 ? 0 : -ECONNRESET, now);
		else
			sleep_over();
	}
	expect(GRAB_OK, "ssl", NULL);
	ck_assert_str_eq(jarm_of(),
	                 "00000000000000000000000000000000000000000000000000000000000000");
	ck_assert_uint_eq(s.connections, 1 + GRAB_JARM_HELLOS);
	stop();
}
END_TEST

START_TEST(hash_of_half_the_hellos_is_none)
{
	start_jarm();
	for (int i = 0; i < 5; i++) {
		connected();
		grab_session_bytes(&s, refusal, sizeof(refusal), now);
	}
	if (_i == 0) { /* the port has closed */
		grab_session_connecting(&s, now);
		grab_session_ended(&s, -ECONNREFUSED, now);
	} else if (_i == 1) { /* no time is left */
		connected();
		now = s.give_up_us;
		grab_session_tick(&s, now);
	} else { /* the host shows itself to be a fragile device */
		connected();
		grab_session_care(&s);
		grab_session_bytes(&s, refusal, sizeof(refusal), now);
	}
	expect(GRAB_OK, "ssl", NULL);
	ck_assert_ptr_null(jarm_of());
	stop();
}
END_TEST

START_TEST(hellos_wait_for_their_turns)
{
	start_jarm();
	grab_session_defer(&s);
	for (int i = 0; i < GRAB_JARM_HELLOS; i++) {
		if (s.want == GRAB_WANT_TURN)
			grab_session_turn(&s, now);
		connected();
		grab_session_bytes(&s, refusal, sizeof(refusal), now);
		ck_assert_int_eq(s.want, i < 9 ? GRAB_WANT_TURN : GRAB_WANT_NOTHING);
	}
	ck_assert_ptr_nonnull(jarm_of());
	stop();
}
END_TEST

/* Who speaks no TLS. */
START_TEST(nobody_else_is_asked_ten_hellos)
{
	start_with_jarm(80);
	connected();
	bytes("HTTP/1.1 204 No Content\r\n\r\n");
	expect(GRAB_OK, "http", "HTTP/1.1 204 No Content\r\n\r\n");
	ck_assert_ptr_null(jarm_of());
	stop();
}
END_TEST

START_TEST(without_any_port_only_custom_is_tried)
{
	struct grab_config narrow = config;

	narrow.any_port = false;
	start_with(4000, &narrow);
	connected();
	sleep_over();
	expect(GRAB_SILENT, NULL, NULL);
	stop();
}
END_TEST

static const struct {
	int err;
	enum grab_status status;
} refusals[] = {
	{-ECONNREFUSED, GRAB_REFUSED},
	{-ETIMEDOUT, GRAB_TIMEOUT},
	{-EHOSTUNREACH, GRAB_FAILED},
	{0, GRAB_TIMEOUT}, /* no answer at all */
};

START_TEST(no_connection_says_why)
{
	start_with(22, &config);
	grab_session_connecting(&s, now);
	if (refusals[_i].err != 0)
		grab_session_ended(&s, refusals[_i].err, now);
	else
		sleep_over();
	expect(refusals[_i].status, NULL, NULL);
	stop();
}
END_TEST

/* A server that sends a byte now and then is abandoned when its total time is over. */
START_TEST(dripping_server_does_not_hold_us)
{
	uint64_t began;

	start(22);
	began = now;
	while (s.want != GRAB_WANT_NOTHING) {
		bytes("x");
		now += 1900000;
		grab_session_tick(&s, now);
		if (s.want == GRAB_WANT_CONNECT)
			connected();
	}
	ck_assert_uint_le(now - began, 22000000);
	stop();
}
END_TEST

START_TEST(flood_is_cut_at_the_bound)
{
	char flood[3000];

	start(4001);
	memset(flood, 'x', sizeof(flood));
	grab_session_bytes(&s, flood, sizeof(flood), now);
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert(s.result.truncated);
	ck_assert_uint_eq(vd_facts_get(s.result.facts, "banner")->len, 1024);
	stop();
}
END_TEST

START_TEST(a_banner_that_is_kept_in_part_is_called_so)
{
	static const size_t lengths[] = {VD_BANNER_MAX - 1, VD_BANNER_MAX, VD_BANNER_MAX + 1, 4883};
	struct grab_config roomy = config;
	char answer[5000];

	roomy.max_bytes = 65536;
	memset(answer, 'x', sizeof(answer));
	start_with(4001, &roomy);
	connected();
	grab_session_bytes(&s, answer, lengths[_i], now);
	while (s.want != GRAB_WANT_NOTHING) {
		grab_session_ended(&s, 0, now);
		if (s.want == GRAB_WANT_CONNECT)
			connected();
	}
	ck_assert_uint_eq(vd_facts_get(s.result.facts, "banner")->len,
	                  lengths[_i] < VD_BANNER_MAX ? lengths[_i] : VD_BANNER_MAX);
	ck_assert_int_eq(s.result.truncated, lengths[_i] > VD_BANNER_MAX);
	stop();
}
END_TEST

#define PAGE                                                                                       \
	"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\n\r\n<title>Page</title>"

/* The icon is asked for on the connection of the page. What is cut of it is no part of the banner. */
START_TEST(further_request_goes_over_the_same_connection)
{
	char icon[3000] = "HTTP/1.1 200 OK\r\nContent-Length: 2900\r\n\r\n";

	memset(icon + strlen(icon), 'x', sizeof(icon) - strlen(icon));
	start(80);
	bytes(PAGE);
	ck_assert(sent("GET /favicon.ico "));
	ck_assert_int_eq(s.want, GRAB_WANT_TRAFFIC);
	grab_session_bytes(&s, icon, sizeof(icon), now);
	expect(GRAB_OK, "http", PAGE);
	ck_assert(!s.result.truncated);
	ck_assert_uint_eq(s.connections, 1);
	ck_assert_str_eq(vd_facts_get(s.result.facts, "http.title")->value, "Page");
	ck_assert_ptr_null(vd_facts_get(s.result.facts, "http.favicon"));
	stop();
}
END_TEST

START_TEST(little_effort_asks_for_no_icon)
{
	struct grab_config little = config;

	little.max_per_port = 2;
	start_with(80, &little);
	connected();
	bytes(PAGE);
	expect(GRAB_OK, "http", PAGE);
	stop();
}
END_TEST

/* A server that does not answer it, or ends the connection, has said what it said. */
START_TEST(further_request_may_fail)
{
	start(80);
	bytes(PAGE);
	ck_assert(sent("GET /favicon.ico "));
	if (_i == 0)
		sleep_over();
	else
		grab_session_ended(&s, _i == 1 ? 0 : -ECONNRESET, now);
	expect(GRAB_OK, "http", PAGE);
	ck_assert_uint_eq(s.connections, 1);
	stop();
}
END_TEST

#define MOVED                                                                                      \
	"HTTP/1.0 302 Found\r\nConnection: close\r\nLocation: /in\r\nContent-Length: 0\r\n\r\n"

/* A server that ends the connection behind each answer is followed over a fresh one. */
START_TEST(dialog_goes_on_over_a_fresh_connection)
{
	start(80);
	bytes(MOVED);
	s.wire.len = 0;
	connected();
	ck_assert(sent("GET /in HTTP"));
	bytes("HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Length: 19\r\n\r\n<title>Page</title>");
	expect(GRAB_OK, "http", MOVED);
	ck_assert_uint_eq(s.connections, 2);
	ck_assert_str_eq(vd_facts_get(s.result.facts, "http.title")->value, "Page");
	stop();
}
END_TEST

/* Where the fresh one is refused, silent or beyond the budget, the first answer stands. */
START_TEST(dialog_that_cannot_go_on_has_its_answer)
{
	struct grab_config few = config;

	few.max_per_port = _i == 0 ? 1 : 2;
	start_with(80, &few);
	connected();
	bytes(MOVED);
	if (_i == 1) {
		grab_session_connecting(&s, now);
		grab_session_ended(&s, -ECONNREFUSED, now);
	} else if (_i == 2) {
		connected();
		sleep_over();
	}
	expect(GRAB_OK, "http", MOVED);
	ck_assert_str_eq(vd_facts_get(s.result.facts, "http.location")->value, "/in");
	stop();
}
END_TEST

#define TOR "HTTP/1.0 501 Tor is not an HTTP Proxy\r\nContent-Length: 18\r\n\r\n<title>Tor</title>"

/* A proxy that may name itself to HTTP is asked for that as well, and stays a proxy whatever it says. */
START_TEST(proxy_is_asked_for_its_page)
{
	start(9050);
	ck_assert_mem_eq(s.wire.data, "\5\2\0\2", 4);
	s.wire.len = 0;
	bytes("\5\2");
	if (_i == 1) {
		grab_session_connecting(&s, now);
		grab_session_ended(&s, -ECONNREFUSED, now);
	} else {
		connected();
		ck_assert(sent("GET / "));
		bytes(_i == 0 ? TOR : "SSH-2.0-x\r\n");
	}
	expect(GRAB_OK, "socks5", "\5\2");
	ck_assert(!is_guess());
	ck_assert((vd_facts_get(s.result.facts, "http.title") != NULL) == (_i == 0));
	ck_assert_uint_eq(s.connections, 2);
	stop();
}
END_TEST

/* A host that turns out to be fragile while the further connection opens gets nothing over it. */
START_TEST(care_holds_on_a_further_connection)
{
	start(_i == 0 ? 80 : 9050);
	bytes(_i == 0 ? MOVED : "\5\2");
	s.wire.len = 0;
	grab_session_connecting(&s, now);
	grab_session_care(&s);
	grab_session_connected(&s, now);
	ck_assert_uint_eq(s.wire.len, 0);
	expect(GRAB_OK, _i == 0 ? "http" : "socks5", _i == 0 ? MOVED : "\5\2");
	stop();
}
END_TEST

/* The page that led to the proxy tells as much. */
START_TEST(page_before_the_proxy_counts)
{
	start(4000);
	sleep_over();
	bytes(TOR);
	connected();
	bytes("\5\2");
	expect(GRAB_OK, "socks5", "\5\2");
	ck_assert_str_eq(vd_facts_get(s.result.facts, "http.title")->value, "Tor");
	stop();
}
END_TEST

START_TEST(fragile_host_gets_no_further_request)
{
	start(80);
	ck_assert(sent("Connection: keep-alive\r\n"));
	grab_session_care(&s);
	bytes(PAGE);
	ck_assert_uint_eq(s.wire.len, 0);
	expect(GRAB_OK, "http", PAGE);
	stop();
}
END_TEST

/* The port of a controller gets the request of its protocol once and nothing else, whatever it
 * answers and also if it does not answer. */
static const struct {
	const char *answer;
	size_t len;
} oddities[] = {
	{"SSH-2.0-x\r\n", 11},
	{"HTTP/1.1 400 Bad Request\r\n\r\nsent to an HTTPS server", 52},
	{"\x15\3\1\0\2\2\x46", 7},
	{"220 mx ESMTP STARTTLS\r\n", 23},
	{"garbage", 7},
	{"", 0}, /* silence */
};

START_TEST(fragile_port_gets_one_question)
{
	static const uint8_t asks[] = {0x2b, 0x0e, 1, 0};

	start(502);
	ck_assert_uint_eq(s.wire.len, 11);
	ck_assert_mem_eq(s.wire.data + 7, asks, sizeof(asks));
	s.wire.len = 0;
	if (oddities[_i].len > 0)
		grab_session_bytes(&s, oddities[_i].answer, oddities[_i].len, now);
	for (int i = 0; i < 4 && s.want == GRAB_WANT_TRAFFIC; i++)
		sleep_over();
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_uint_eq(s.wire.len, 0);
	ck_assert_uint_eq(s.connections, 1);
	stop();
}
END_TEST

START_TEST(fragile_port_without_a_request_gets_no_session)
{
	static const uint16_t ports[] = {515, 9100, 9107, 9600, 34963, 47808};
	struct grab_request request = {.transport = DP_TRANSPORT_TCP, .port = ports[_i]};

	means = (struct grab_means){&config, grab_tls_ctx_new(), grab_lore_new()};
	ck_assert_int_eq(grab_session_init(&s, &means, &request, 0), -EPERM);
	grab_tls_ctx_free(means.tls);
	grab_lore_free(means.lore);
}
END_TEST

START_TEST(printer_is_asked_where_the_operator_wants_it)
{
	struct grab_config bold = config;

	bold.ask_fragile = true;
	start_with(9100, &bold);
	connected();
	ck_assert(sent("@PJL INFO ID\r\n"));
	sleep_over();
	expect(GRAB_SILENT, NULL, NULL);
	stop();
}
END_TEST

/* On a fragile device, a session only listens to an unknown port. If the server announces its
 * protocol, the session goes on with that protocol. */
START_TEST(fragile_host_is_asked_nothing_odd)
{
	start(4000);
	grab_session_care(&s);
	sleep_over();
	ck_assert_uint_eq(s.wire.len, 0);
	expect(GRAB_SILENT, NULL, NULL);
	stop();
	start(4000);
	grab_session_care(&s);
	bytes("SSH-2.0-x\r\n");
	ck_assert(sent("SSH-2.0-Sonde"));
	grab_session_ended(&s, 0, now);
	expect(GRAB_OK, "ssh", "SSH-2.0-x\r\n");
	stop();
}
END_TEST

START_TEST(fragile_host_gets_no_fall_back_and_no_starttls)
{
	start(80);
	grab_session_care(&s);
	ck_assert(sent("GET / "));
	bytes("HTTP/1.1 400 Bad Request\r\n\r\nsent to an HTTPS server");
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_str_eq(s.result.service, "http");
	stop();
	start(25);
	grab_session_care(&s);
	bytes("220 mx ESMTP\r\n");
	ck_assert(sent("EHLO "));
	bytes("250-mx\r\n250 STARTTLS\r\n");
	ck_assert(sent("QUIT\r\n"));
	bytes("221 Bye\r\n");
	expect(GRAB_OK, "smtp", "220 mx ESMTP\r\n");
	stop();
}
END_TEST

/* The host turns out to be fragile while a session listens to a port of it: the session does not
 * send the HTTP request that would be next. */
START_TEST(care_that_comes_late_holds_at_once)
{
	start(4000);
	now = s.deadline_us - 1;
	grab_session_tick(&s, now);
	grab_session_care(&s);
	sleep_over();
	ck_assert_uint_eq(s.wire.len, 0);
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	stop();
}
END_TEST

/* Each further attempt waits for its turn. The wait does not count as time of the session. */
START_TEST(deferred_session_asks_when_its_turn_comes)
{
	start(4000);
	grab_session_defer(&s);
	sleep_over();
	ck_assert_int_eq(s.want, GRAB_WANT_TURN);
	ck_assert_uint_eq(s.wire.len, 0);
	now += 60000000;
	grab_session_tick(&s, now);
	ck_assert_int_eq(s.want, GRAB_WANT_TURN);
	grab_session_turn(&s, now);
	connected();
	ck_assert(sent("GET / "));
	bytes("HTTP/1.1 204 No Content\r\n\r\n");
	expect(GRAB_OK, "http", "HTTP/1.1 204 No Content\r\n\r\n");
	stop();
}
END_TEST

START_TEST(deferred_session_ends_where_the_host_turns_out_fragile)
{
	start(443);
	grab_session_defer(&s);
	ck_assert(sent_client_hello());
	sleep_over();
	ck_assert_int_eq(s.want, GRAB_WANT_TURN);
	grab_session_care(&s);
	grab_session_turn(&s, now);
	expect(GRAB_SILENT, NULL, NULL);
	stop();
}
END_TEST

/* A ClientHello that led to a reset, or to no answer, is not sent again. */
START_TEST(client_hello_is_sent_once)
{
	unsigned hellos = 0;

	start(443);
	while (s.want != GRAB_WANT_NOTHING) {
		hellos += sent_client_hello();
		if (_i == 0)
			sleep_over();
		else
			grab_session_ended(&s, -ECONNRESET, now);
		if (s.want == GRAB_WANT_CONNECT)
			connected();
	}
	ck_assert_uint_eq(hellos, 1);
	stop();
}
END_TEST

/* A server that answers each connection in another protocol gets at most five connections. */
START_TEST(service_gets_few_connections)
{
	static const char *const faces[] = {"SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\n\r\n",
	                                    "220 ftp\r\n",   "+OK pop\r\n",
	                                    "* OK imap\r\n", "@RSYNCD: 31\r\n",
	                                    "RFB 003.008\n", "INFO {\"a\":1}\r\n"};

	start(80);
	for (size_t i = 0; i < 100 && s.want != GRAB_WANT_NOTHING; i++) {
		bytes(faces[i % 8]);
		if (s.want == GRAB_WANT_TRAFFIC)
			grab_session_ended(&s, -ECONNRESET, now);
		if (s.want == GRAB_WANT_CONNECT)
			connected();
	}
	ck_assert_int_eq(s.want, GRAB_WANT_NOTHING);
	ck_assert_uint_le(s.connections, GRAB_CONNECTIONS);
	stop();
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, server_that_speaks_first_is_listened_to);
	tcase_add_test(tc, silent_server_gets_http_on_the_same_connection);
	tcase_add_test(tc, plain_host_is_asked_soon);
	tcase_add_test(tc, port_with_a_hello_is_not_kept_waiting);
	tcase_add_test(tc, wrong_hello_leads_to_the_right_protocol);
	tcase_add_test(tc, plain_answer_that_wants_tls_leads_to_tls);
	tcase_add_test(tc, tls_alert_leads_to_tls);
	tcase_add_test(tc, tls_port_that_speaks_plainly_is_understood);
	tcase_add_test(tc, reset_leads_to_the_next_question_until_it_is_enough);
	tcase_add_test(tc, a_moved_service_is_asked_by_its_number);
	tcase_add_test(tc, a_find_is_remembered_for_its_port);
	tcase_add_loop_test(tc, a_page_that_names_another_protocol_leads_to_it, 0, 2);
	tcase_add_loop_test(tc, a_weak_sign_makes_a_guess, 0, 3);
	tcase_add_loop_test(tc, a_greeting_of_several_protocols_is_looked_into, 0, 4);
	tcase_add_loop_test(tc, an_alert_is_evidence, 0, sizeof(alerts) / sizeof(alerts[0]));
	tcase_add_loop_test(tc, settings_lead_to_http_2, 0, 2);
	tcase_add_test(tc, who_answers_none_of_ten_hellos_has_a_hash_of_zeros);
	tcase_add_loop_test(tc, hash_of_half_the_hellos_is_none, 0, 3);
	tcase_add_test(tc, hellos_wait_for_their_turns);
	tcase_add_test(tc, nobody_else_is_asked_ten_hellos);
	tcase_add_test(tc, without_any_port_only_custom_is_tried);
	tcase_add_loop_test(tc, no_connection_says_why, 0, 4);
	tcase_add_test(tc, dripping_server_does_not_hold_us);
	tcase_add_test(tc, flood_is_cut_at_the_bound);
	tcase_add_loop_test(tc, a_banner_that_is_kept_in_part_is_called_so, 0, 4);
	tcase_add_test(tc, lines_share_a_connection);
	tcase_add_loop_test(tc, a_shared_question_without_answer_is_asked_afresh, 0, 4);
	tcase_add_test(tc, further_request_goes_over_the_same_connection);
	tcase_add_test(tc, little_effort_asks_for_no_icon);
	tcase_add_loop_test(tc, further_request_may_fail, 0, 3);
	tcase_add_test(tc, dialog_goes_on_over_a_fresh_connection);
	tcase_add_loop_test(tc, dialog_that_cannot_go_on_has_its_answer, 0, 3);
	tcase_add_loop_test(tc, proxy_is_asked_for_its_page, 0, 3);
	tcase_add_test(tc, page_before_the_proxy_counts);
	tcase_add_loop_test(tc, care_holds_on_a_further_connection, 0, 2);
	tcase_add_test(tc, fragile_host_gets_no_further_request);
	tcase_add_loop_test(tc, fragile_port_gets_one_question, 0,
	                    sizeof(oddities) / sizeof(oddities[0]));
	tcase_add_loop_test(tc, fragile_port_without_a_request_gets_no_session, 0, 6);
	tcase_add_test(tc, printer_is_asked_where_the_operator_wants_it);
	tcase_add_test(tc, fragile_host_is_asked_nothing_odd);
	tcase_add_test(tc, fragile_host_gets_no_fall_back_and_no_starttls);
	tcase_add_test(tc, care_that_comes_late_holds_at_once);
	tcase_add_test(tc, deferred_session_asks_when_its_turn_comes);
	tcase_add_test(tc, deferred_session_ends_where_the_host_turns_out_fragile);
	tcase_add_loop_test(tc, client_hello_is_sent_once, 0, 2);
	tcase_add_test(tc, service_gets_few_connections);
	return suite_run("grab_session", tc);
}
