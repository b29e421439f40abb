/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_session.c - claims about the strategy for one service, with bytes and time made up. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grab_session.h"

static const struct grab_config config = {
    .connect_timeout_ms = 3000,
    .server_first_ms = 1500,
    .read_timeout_ms = 2000,
    .total_timeout_ms = 20000,
    .max_bytes = 1024,
    .user_agent = "agent",
    .any_port = true,
};

static struct grab_tls_ctx *tls;
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
	tls = grab_tls_ctx_new();
	ck_assert_int_eq(grab_session_init(&s, c, tls, &request, now), 0);
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
	grab_tls_ctx_free(tls);
}

static void bytes(const char *text)
{
	grab_session_bytes(&s, text, strlen(text), now);
}

/* Time passes until the session wakes up. */
static void sleep_over(void)
{
	grab_session_tick(&s, s.deadline_us - 1);
	now = s.deadline_us;
	grab_session_tick(&s, now);
}

static bool sent(const char *text)
{
	bool found = grab_contains(s.wire.data, s.wire.len, text);

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
	/* It cannot do that either: what it said first is kept. */
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

/* listen, HTTP, TLS, generic: then it ends, and no attempt is made twice. */
START_TEST(reset_leads_to_the_next_attempt_until_the_plan_ends)
{
	start(4000);
	grab_session_ended(&s, 0, now);
	connected();
	ck_assert(sent("GET / "));
	grab_session_ended(&s, -ECONNRESET, now);
	connected();
	ck_assert(sent_client_hello());
	grab_session_ended(&s, -ECONNRESET, now);
	connected();
	ck_assert(sent("HELP"));
	grab_session_ended(&s, -ECONNRESET, now);
	expect(GRAB_SILENT, NULL, NULL);
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
    {0, GRAB_TIMEOUT}, /* nothing comes at all */
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

/* A server that drips a byte now and then is left when its time is over. */
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

int main(void)
{
	Suite *suite = suite_create("grab_session");
	TCase *tc = tcase_create("core");
	SRunner *r;
	int failed;

	tcase_add_test(tc, server_that_speaks_first_is_listened_to);
	tcase_add_test(tc, silent_server_gets_http_on_the_same_connection);
	tcase_add_test(tc, port_with_a_hello_is_not_kept_waiting);
	tcase_add_test(tc, wrong_hello_leads_to_the_right_protocol);
	tcase_add_test(tc, plain_answer_that_wants_tls_leads_to_tls);
	tcase_add_test(tc, tls_alert_leads_to_tls);
	tcase_add_test(tc, tls_port_that_speaks_plainly_is_understood);
	tcase_add_test(tc, reset_leads_to_the_next_attempt_until_the_plan_ends);
	tcase_add_test(tc, without_any_port_only_custom_is_tried);
	tcase_add_loop_test(tc, no_connection_says_why, 0, 4);
	tcase_add_test(tc, dripping_server_does_not_hold_us);
	tcase_add_test(tc, flood_is_cut_at_the_bound);
	suite_add_tcase(suite, tc);
	r = srunner_create(suite);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
