/* SPDX-License-Identifier: Apache-2.0 */
/* test_dialog.c - claims about each protocol's dialog: what is said, and when it is done. */
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "suite.h"

enum { TURNS = 5 };

/* The server says @bytes; what the client says next contains @answer ("" = the client says
 * nothing). */
struct turn {
	const char *bytes;
	size_t len;
	const char *answer;
};

#define SAYS(text, answer)                                                                         \
	{                                                                                          \
		text, sizeof(text) - 1, answer                                                     \
	}

/* LDAP: the end of a search; an entry that offers TLS before it; an extended response. */
#define SEARCHED "\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00"
#define OFFERS_TLS                                                                                 \
	"\x30\x39\x02\x01\x01\x64\x34\x04\x00\x30\x30\x30\x2e\x04\x12supportedExtension"           \
	"\x31\x18\x04\x16"                                                                         \
	"1.3.6.1.4.1.1466.20037" SEARCHED
#define EXTENDED(result) "\x30\x0c\x02\x01\x02\x78\x07\x0a\x01" result "\x04\x00\x04\x00"
#define STARTS_TLS                                                                                 \
	"0\x1d\x02\x01\x02\x77\x18\x80\x16"                                                        \
	"1.3.6.1.4.1.1466.20037"

static const struct dialog_case {
	const char *service;
	const char *greeting; /* what the client says first */
	struct turn turns[TURNS];
	enum vd_step step;
	bool known;
	size_t first_len;
	const char *fact, *value;
} cases[] = {
	{"ssh", "", {SAYS("SSH-2.0-x\r\n", "SSH-2.0-Sonde\r\n")}, VD_MORE, true, 11, NULL, NULL},
	{"ssh",
         "",
         {SAYS("hello\r\nSSH-2.0-x\r\n", "SSH-2.0-Sonde\r\n")},
         VD_MORE,
         true,
         18,
         NULL,
         NULL},
	{"ssh", "", {SAYS("SSH-1.5-old\n", "")}, VD_DONE, true, 12, NULL, NULL},
	/* md5("a;e;m;c"), by md5sum */
	{"ssh",
         "",
         {SAYS("SSH-2.0-x\r\n"
               "\0\0\0\x3a\4\x14"
               "0123456789abcdef"
               "\0\0\0\1a\0\0\0\1k\0\0\0\1f\0\0\0\1e\0\0\0\1n\0\0\0\1m\0\0\0\1d\0\0\0\1c",
               "Sonde")},
         VD_DONE,
         true,
         11,
         "ssh.hassh",
         "2e738caa5ba4cdf2fc00c7fe04399a39"},
	{"http",
         "GET / HTTP/1.1\r\nHost: h:102\r\nUser-Agent: agent\r\n",
         {SAYS("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"http",
         "GET",
         {SAYS("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", "")},
         VD_MORE,
         true,
         0,
         NULL,
         NULL},
	{"http",
         "GET",
         {SAYS("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"http",
         "GET",
         {SAYS("HTTP/1.1 400 Bad Request\r\n\r\nsent to an HTTPS server", "")},
         VD_TRY_TLS,
         true,
         0,
         NULL,
         NULL},
	{"http", "GET", {SAYS("SSH-2.0-x\r\n", "")}, VD_FOREIGN, false, 0, NULL, NULL},
	{"docker",
         "GET /version ",
         {SAYS("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"ApiVersion\":\"1.4\"}", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"docker",
         "GET /version ",
         {SAYS("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "")},
         VD_FOREIGN,
         false,
         0,
         NULL,
         NULL},
	{"smtp",
         "",
         {SAYS("220 mx ESMTP\r\n", "EHLO "), SAYS("250-mx\r\n250 OK\r\n", "QUIT\r\n"),
          SAYS("221 Bye\r\n", "")},
         VD_DONE,
         true,
         14,
         NULL,
         NULL},
	{"smtp",
         "",
         {SAYS("220 mx ESMTP\r\n", "EHLO "), SAYS("250-mx\r\n250 STARTTLS\r\n", "STARTTLS\r\n"),
          SAYS("220 Go\r\n", "")},
         VD_STARTTLS,
         true,
         14,
         NULL,
         NULL},
	{"smtp",
         "",
         {SAYS("220 mx ESMTP\r\n", "EHLO "), SAYS("250 STARTTLS\r\n", "STARTTLS\r\n"),
          SAYS("454 No\r\n", "")},
         VD_DONE,
         true,
         14,
         NULL,
         NULL},
	{"smtp", "", {SAYS("421 busy\r\n", "")}, VD_DONE, true, 10, NULL, NULL},
	{"ftp",
         "",
         {SAYS("220-Hi\r\n220 x\r\n", "SYST"), SAYS("530 no\r\n", "FEAT"),
          SAYS("211-Features\r\n UTF8\r\n211 End\r\n", "QUIT"), SAYS("221 Bye\r\n", "")},
         VD_DONE,
         true,
         15,
         NULL,
         NULL},
	{"ftp",
         "",
         {SAYS("220 x\r\n", "SYST"), SAYS("530 no\r\n", "FEAT"),
          SAYS("211-\r\n AUTH TLS\r\n211 End\r\n", "AUTH TLS"), SAYS("234 go\r\n", "")},
         VD_STARTTLS,
         true,
         7,
         NULL,
         NULL},
	{"ftp", "", {SAYS("220 mx ESMTP\r\n", "")}, VD_FOREIGN, false, 0, NULL, NULL},
	{"nntp",
         "",
         {SAYS("200 news ready\r\n", "CAPABILITIES"),
          SAYS("101 list\r\nREADER\r\nSTARTTLS\r\n.\r\n", "STARTTLS\r\n"), SAYS("382 go\r\n", "")},
         VD_STARTTLS,
         true,
         16,
         NULL,
         NULL},
	{"pop3",
         "",
         {SAYS("+OK hi\r\n", "CAPA"), SAYS("+OK\r\nUSER\r\n.\r\n", "QUIT"), SAYS("+OK\r\n", "")},
         VD_DONE,
         true,
         8,
         NULL,
         NULL},
	{"pop3",
         "",
         {SAYS("+OK hi\r\n", "CAPA"), SAYS("-ERR\r\n", "QUIT")},
         VD_MORE,
         true,
         8,
         NULL,
         NULL},
	{"imap",
         "",
         {SAYS("* OK hi\r\n", "a CAPABILITY"),
          SAYS("* CAPABILITY IMAP4rev1\r\na OK\r\n", "a LOGOUT"), SAYS("* BYE\r\na OK\r\n", "")},
         VD_DONE,
         true,
         9,
         NULL,
         NULL},
	{"redis",
         "PING\r\n",
         {SAYS("+PONG\r\n", "INFO\r\n"), SAYS("$4\r\nabcd\r\n", "")},
         VD_DONE,
         true,
         0,
         "redis.auth_required",
         "false"},
	{"redis",
         "PING\r\n",
         {SAYS("-NOAUTH Authentication required.\r\n", "")},
         VD_DONE,
         true,
         0,
         "redis.auth_required",
         "true"},
	{"redis",
         "PING\r\n",
         {SAYS("-DENIED Redis is running in protected mode\r\n", "")},
         VD_DONE,
         true,
         0,
         "redis.auth_required",
         NULL},
	{"memcached",
         "version\r\n",
         {SAYS("VERSION 1.6.18\r\n", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"zookeeper", "srvr", {SAYS("Zookeeper version: 3.8\n", "")}, VD_MORE, true, 0, NULL, NULL},
	{"rtsp",
         "OPTIONS * RTSP/1.0",
         {SAYS("RTSP/1.0 200 OK\r\n\r\n", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"sip",
         "OPTIONS sip:h:102 SIP/2.0",
         {SAYS("SIP/2.0 200 OK\r\n\r\n", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"rsync",
         "",
         {SAYS("@RSYNCD: 31.0\n", "#list\n"), SAYS("pub\tfiles\n@RSYNCD: EXIT\n", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"nats", "", {SAYS("INFO {\"version\":\"2\"}\r\n", "")}, VD_DONE, true, 0, NULL, NULL},
	{"mysql",
         "",
         {SAYS("\x05\0\0\0\x0a"
               "5.5\0",
               "")},
         VD_DONE,
         true,
         9,
         NULL,
         NULL},
	{"mysql",
         "",
         {SAYS("\x16\0\0\0\x0a"
               "8.0\0"
               "tttt"
               "12345678\0"
               "\xff\xff"
               "\x21"
               "\0",
               "\x20")},
         VD_STARTTLS,
         true,
         26,
         NULL,
         NULL},
	{"postgres",
         "",
         {SAYS("N", ""), SAYS("E\0\0\0\x09"
                              "SERR\0",
                              "")},
         VD_DONE,
         true,
         1,
         "postgres.ssl",
         "false"},
	{"postgres", "", {SAYS("S", "")}, VD_STARTTLS, false, 0, NULL, NULL},
	{"rdp",
         "\x03",
         {SAYS("\3\0\0\x13\x0e\xd0\0\0\x12\x34\0\2\0\x08\0\1\0\0\0", "")},
         VD_STARTTLS,
         true,
         0,
         NULL,
         NULL},
	{"rdp",
         "\x03",
         {SAYS("\3\0\0\x0b\x06\xd0\0\0\x12\x34\0", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"smb", "", {SAYS("\0\0\0\x05\xfeSMB@", "")}, VD_DONE, true, 0, NULL, NULL},
	{"ldap",
         "0\x81\x95",
         {SAYS("\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"ldap",
         "",
         {SAYS(OFFERS_TLS, STARTS_TLS), SAYS(EXTENDED("\0"), "")},
         VD_STARTTLS,
         true,
         73,
         "ldap.starttls",
         "true"},
	{"ldap",
         "",
         {SAYS(OFFERS_TLS, STARTS_TLS), SAYS(EXTENDED("\x34"), "")},
         VD_DONE,
         true,
         73,
         "ldap.starttls",
         "false"},
	{"ldap", "", {SAYS(OFFERS_TLS, STARTS_TLS)}, VD_MORE, true, 73, "ldap.starttls", "true"},
	{"irc",
         "CAP LS 302\r\n",
         {SAYS(":irc.x CAP * LS :a tls b\r\n", "STARTTLS\r\n"), SAYS(":irc.x 670 * :go\r\n", "")},
         VD_STARTTLS,
         true,
         26,
         "irc.starttls",
         "true"},
	{"irc",
         "CAP LS 302\r\n",
         {SAYS(":irc.x CAP * LS :a tls b\r\n", "STARTTLS\r\n"),
          SAYS(":irc.x 691 * :no\r\n", "QUIT\r\n"), SAYS("ERROR :bye\r\n", "")},
         VD_DONE,
         true,
         26,
         "irc.starttls",
         "false"},
	{"irc",
         "CAP LS 302\r\n",
         {SAYS(":irc.x CAP * LS * :a\r\n", ""), SAYS(":irc.x CAP * LS :tlsx\r\n", "QUIT\r\n"),
          SAYS("ERROR :bye\r\n", "")},
         VD_DONE,
         true,
         0,
         "irc.starttls",
         "false"},
	{"dns",
         "\0\x1eSo",
         {SAYS("\0\x0cSo\x84\x05\0\0\0\0\0\0\0\0", "")},
         VD_DONE,
         true,
         14,
         NULL,
         NULL},
	{"dns", "", {SAYS("\0\x0cXX\x84\x05", "")}, VD_FOREIGN, false, 0, NULL, NULL},
	{"vnc",
         "",
         {SAYS("RFB 003.008\n", "RFB 003.008\n"), SAYS("\1\2", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"telnet",
         "",
         {SAYS("\xff\xfd\x18\xff\xfb\x01", "\xff\xfc\x18\xff\xfe\x01"), SAYS("host login: ", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"mqtt", "\x10", {SAYS("\x20\x02\0\x01", "")}, VD_DONE, true, 0, NULL, NULL},
	{"amqp",
         "AMQP",
         {SAYS("\1\0\0\0\0\0\x04\0\x0a\0\x0a\xce", "")},
         VD_DONE,
         true,
         0,
         NULL,
         NULL},
	{"generic", "\r\n\r\nHELP", {SAYS("what?\r\n", "")}, VD_MORE, true, 0, NULL, NULL},
	{"generic",
         "\r\n\r\nHELP",
         {SAYS("-ERR unknown command 'HELP'\r\n", "")},
         VD_FOREIGN,
         false,
         0,
         NULL,
         NULL},
};

static bool says(struct bed *bed, const char *text)
{
	struct vd_dialog *d = &bed->dialog;
	bool found = text[0] == '\0' || span_has(span_of(d->out, d->out_len), text);

	d->out_len = 0;
	return found;
}

START_TEST(dialog_says_and_ends_as_its_protocol_demands)
{
	const struct dialog_case *c = &cases[_i];
	struct vd_facts *facts = vd_facts_new();
	struct bed bed;
	enum vd_step step = VD_MORE;

	bed_begin(&bed, c->service);
	ck_assert_msg(says(&bed, c->greeting), "%s: greeting", c->service);
	for (size_t t = 0; t < TURNS && c->turns[t].bytes != NULL; t++) {
		ck_assert_int_eq(step, VD_MORE);
		step = bed_hear(&bed, c->turns[t].bytes, c->turns[t].len);
		if (step != VD_FOREIGN)
			ck_assert_msg(says(&bed, c->turns[t].answer), "%s: turn %zu", c->service,
			              t);
	}
	ck_assert_msg(step == c->step, "case %d %s: step %d", _i, c->service, step);
	ck_assert_int_eq(bed.dialog.known, c->known);
	ck_assert_uint_eq(bed.dialog.first_len, c->first_len);
	if (c->fact != NULL) {
		const struct vd_fact *f;

		bed.proto->facts(&bed.dialog, facts);
		f = vd_facts_get(facts, c->fact);
		if (c->value == NULL)
			ck_assert_ptr_null(f);
		else
			ck_assert_str_eq(f->value, c->value);
	}
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* The network may split bytes anywhere: fed byte by byte, a dialog ends as it does with whole
 * answers. */
START_TEST(dialog_does_not_mind_how_bytes_are_cut)
{
	const struct dialog_case *c = &cases[_i];
	struct bed bed;
	enum vd_step step = VD_MORE;

	bed_begin(&bed, c->service);
	for (size_t t = 0; t < TURNS && c->turns[t].bytes != NULL; t++)
		for (size_t i = 0; i < c->turns[t].len && step == VD_MORE; i++)
			step = bed_hear(&bed, c->turns[t].bytes + i, 1);
	/* The server's demand for TLS may come later than the bytes that show that the answer is
	 * HTTP. */
	if (c->step != VD_FOREIGN)
		ck_assert_msg(step == c->step, "case %d %s: step %d", _i, c->service, step);
	bed_end(&bed);
}
END_TEST

static size_t count_facts(const struct vd_facts *facts, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < vd_facts_count(facts); i++)
		count += strcmp(vd_facts_at(facts, i)->name, name) == 0;
	return count;
}

/* PostgreSQL's second answer is decoded by itself; the first one is the banner. */
START_TEST(facts_of_a_dialog_are_those_of_each_answer_once)
{
	struct vd_facts *facts = vd_facts_new();
	struct bed bed;

	bed_begin(&bed, "postgres");
	bed_hear(&bed, "N", 1);
	bed_hear(&bed, "E\0\0\0\x17SFATAL\0C0A000\0Mno\0", 24);
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "postgres");
	ck_assert_str_eq(vd_facts_get(facts, "banner")->value, "N");
	ck_assert_uint_eq(count_facts(facts, "banner"), 1);
	ck_assert_uint_eq(count_facts(facts, "postgres.ssl"), 1);
	ck_assert_str_eq(vd_facts_get(facts, "postgres.code")->value, "0A000");
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "postgres");
	ck_assert_uint_eq(count_facts(facts, "postgres.code"), 1);
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* A protocol without a mark of its own accepts any text, until the text has the mark of another
 * protocol. */
START_TEST(text_is_nobody_s_who_has_no_sign)
{
	static const char *const services[] = {"telnet", "ssh", "lpd", "generic"};
	struct bed bed;

	bed_begin(&bed, services[_i]);
	ck_assert_int_eq(bed_hear(&bed, "R", 1), VD_MORE);
	ck_assert_int_eq(bed_hear(&bed, "FB 003.008\n", 11), VD_FOREIGN);
	ck_assert(!bed.dialog.known);
	bed_end(&bed);
}
END_TEST

/* Each name that callers may use leads to the decoder, but the bytes count more than the name. */
START_TEST(names_of_callers_lead_to_decoders)
{
	static const char *const names[][2] = {
		{"https", "http"},        {"ipp", "http"}, {"docker", "http"},
		{"no such name", "http"}, {"ssh", "http"}, {NULL, "http"},
	};
	static const char answer[] = "HTTP/1.1 200 OK\r\n\r\n";
	struct vd_facts *facts = vd_facts_new();

	ck_assert_str_eq(vd_decode(names[_i][0], answer, strlen(answer), facts), names[_i][1]);
	vd_facts_free(facts);
}
END_TEST

START_TEST(every_protocol_is_found_by_its_names)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);
	bool tls;

	for (size_t i = 0; i < n; i++) {
		if (!vd_proto_talks(all[i])) {
			ck_assert_ptr_null(vd_proto_find(all[i]->name, &tls));
			continue;
		}
		ck_assert_ptr_eq(vd_proto_find(all[i]->name, &tls), all[i]);
		if (all[i]->secure != NULL) {
			ck_assert_ptr_eq(vd_proto_find(all[i]->secure, &tls), all[i]);
			ck_assert(tls);
		}
	}
	ck_assert_ptr_null(vd_proto_find("no-such-service", &tls));
	ck_assert_ptr_null(vd_proto_find(NULL, &tls));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");
	const int n = (int)(sizeof(cases) / sizeof(cases[0]));

	tcase_add_loop_test(tc, dialog_says_and_ends_as_its_protocol_demands, 0, n);
	tcase_add_loop_test(tc, dialog_does_not_mind_how_bytes_are_cut, 0, n);
	tcase_add_test(tc, facts_of_a_dialog_are_those_of_each_answer_once);
	tcase_add_loop_test(tc, text_is_nobody_s_who_has_no_sign, 0, 4);
	tcase_add_loop_test(tc, names_of_callers_lead_to_decoders, 0, 6);
	tcase_add_test(tc, every_protocol_is_found_by_its_names);
	return suite_run("dialog", tc);
}
