/* SPDX-License-Identifier: Apache-2.0 */
/* test_lookalike.c - claims about protocols whose servers say the same at first. */
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "suite.h"

static const struct {
	const char *answer;
	const char *service; /* NULL: it names none */
} answers[] = {
	{"HTTP/1.0 501 Tor is not an HTTP Proxy\r\nContent-Type: text/html\r\n\r\n", "socks5"},
	{"HTTP/1.0 501 x\r\n\r\n<title>This is a SOCKS Proxy, Not An HTTP Proxy</title>", "socks5"},
	{"HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying to access MongoDB over HTTP",
         "mongodb"},
	{"HTTP/1.0 403 Access Denied\r\n\r\nWeb Access is not enabled.\r\n", "irc"},
	{"-ERR wrong number of arguments for 'get' command\r\n", "redis"},
	{"UNKNOWN_COMMAND\r\n", "beanstalk"},
	{"UNKNOWN COMMAND\n", "clamav"},
	{"ERR UNKNOWN-COMMAND\n", "nut"},
	{"ERR unknown_command Unknown+server+command\n", "gearman"},
	{"ERROR: Received an unsupported protocol version.", "rethinkdb"},
	{"HTTP/1.1 200 OK\r\n\r\n<p>UNKNOWN_COMMAND\r\n", NULL},
	{"HTTP/1.1 404 Not Found\r\n\r\n", NULL},
	{"500 what?\r\n", NULL},
	{"ERR INVALID-ARGUMENT\nERR UNKNOWN-COMMAND\n", "nut"},
	{"stat is not executed because it is not in the whitelist.\n", "zookeeper"},
	{"{\"error\":{\"code\":-32700,\"data\":\"[json.exception.parse_error.101]\"}}", "snapcast"},
	{"{\"error\":{\"code\":-32700}}", NULL},
	{"\5\xff", "socks5"},
	{"\5\xff\1", NULL},
	{"\5", NULL},
	{"", NULL},
};

/* What rpcbind, NFS-Ganesha and xrdp answer to questions of others. */
#define UNAVAILABLE(xid) "\x80\0\0\x18" xid "\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"

static const struct {
	const char *answer;
	size_t len;
	const char *service; /* NULL: it names none */
} binary_answers[] = {
	{UNAVAILABLE("Sonp"), 28, "nfs"},          {UNAVAILABLE("Sonn"), 28, "portmap"},
	{UNAVAILABLE("Sonx"), 28, NULL},           {UNAVAILABLE("Sonn"), 27, NULL},
	{"\3\0\0\11\2\xf0\x80\x21\x80", 9, "rdp"}, {"\3\0\0\11\2\xf0\x80\x21\x80\0", 10, NULL},
};

START_TEST(a_binary_answer_names_another_protocol)
{
	const struct vd_proto *p = vd_proto_betrayed((const uint8_t *)binary_answers[_i].answer,
	                                             binary_answers[_i].len);

	if (binary_answers[_i].service == NULL)
		ck_assert_ptr_null(p);
	else
		ck_assert_str_eq(vd_proto_name(p), binary_answers[_i].service);
}
END_TEST

/* An RPC server of another program is neither; nor is who says ERROR a PostgreSQL. */
static const struct {
	const char *service, *answer;
	size_t len;
} others[] = {
	{"portmap", UNAVAILABLE("Sonp"), 28},
	{"nfs", UNAVAILABLE("Sonn"), 28},
	{"postgres", "ERROR: what?\n", 13},
};

START_TEST(who_has_another_program_is_foreign)
{
	bool tls;
	const struct vd_proto *p = vd_proto_find(others[_i].service, &tls);
	struct vd_dialog d = {.authority = "198.51.100.7:1", .user_agent = "agent"};
	struct vd_facts *facts = vd_facts_new();

	vd_dialog_greet(p, &d);
	d.in = (const uint8_t *)others[_i].answer;
	d.in_len = others[_i].len;
	ck_assert_int_eq(vd_dialog_hear(p, &d), VD_FOREIGN);
	ck_assert(!d.known);
	ck_assert_ptr_null(vd_bytes_facts(NULL, d.in, d.in_len, facts));
	vd_facts_free(facts);
}
END_TEST

START_TEST(an_answer_names_another_protocol)
{
	const struct vd_proto *p =
		vd_proto_betrayed((const uint8_t *)answers[_i].answer, strlen(answers[_i].answer));

	if (answers[_i].service == NULL)
		ck_assert_ptr_null(p);
	else
		ck_assert_str_eq(vd_proto_name(p), answers[_i].service);
}
END_TEST

/* Which dialogs lead to a question of HTTP. */
static const struct {
	const char *service, *said;
	bool asks;
} besides[] = {
	{"socks5", "\5\2", true},
	{"socks5", "\5\0", false},
	{"irc", ":irc.znc.in CAP unknown-nick LS :batch znc.in/batch\r\n", true},
	{"irc", ":irc.example CAP * LS :batch\r\n", false},
	{"redis", "-ERR znc.in/\r\n", false},
};

START_TEST(some_servers_name_themselves_beside_their_protocol)
{
	bool tls;
	const struct vd_proto *p = vd_proto_find(besides[_i].service, &tls);
	struct vd_dialog d = {.in = (const uint8_t *)besides[_i].said,
	                      .in_len = strlen(besides[_i].said)};

	d.in_len += d.in_len < 2;
	ck_assert_ptr_eq(vd_dialog_beside(p, &d), besides[_i].asks ? &vd_proto_http : NULL);
}
END_TEST

/* What is said beside it adds facts of HTTP, and no banner; other bytes add nothing. */
START_TEST(only_http_is_taken_from_beside)
{
	static const char page[] = "HTTP/1.1 200 OK\r\nServer: ZNC 1.8.2 - https://znc.in\r\n\r\n";
	static const char other[] = "+OK POP3 ready\r\n";
	struct vd_facts *facts = vd_facts_new();

	vd_beside_facts((const uint8_t *)other, sizeof(other) - 1, facts);
	vd_beside_facts((const uint8_t *)page, 0, facts);
	ck_assert_uint_eq(vd_facts_count(facts), 0);
	vd_beside_facts((const uint8_t *)page, sizeof(page) - 1, facts);
	ck_assert_str_eq(vd_facts_get(facts, "http.server")->value, "ZNC 1.8.2 - https://znc.in");
	ck_assert_ptr_null(vd_facts_get(facts, "banner"));
	vd_facts_free(facts);
}
END_TEST

static const struct {
	const char *service, *bytes;
	bool proves;
} first_bytes[] = {
	{"ftp", "220 ProFTPD Server\r\n", true},
	{"ftp", "220 box ready\r\n", false},
	{"smtp", "220 mx.example.org ESMTP\r\n", true},
	{"smtp", "220 box ready\r\n", false},
	{"lmtp", "220 box LMTP\r\n", true},
	{"nntp", "200 news.example.org InterNetNews\r\n", true},
	{"nntp", "200 welcome\r\n", false},
	{"pop3", "+OK POP3 server\r\n", true},
	{"pop3", "+OK hi\r\n", false},
	{"imap", "* OK IMAP4 ready\r\n", true},
	{"imap", "* OK hi\r\n", false},
	{"telnet", "\xff\xfd\x18", true},
	{"telnet", "login: ", false},
	{"socks5", "\5\1", false},
	{"time", "\xe0\1\1\1", false},
	{"ssh", "SSH-2.0-x\r\n", true},
	{"http", "HTTP/1.1 200 OK\r\n\r\n", true},
};

START_TEST(first_bytes_prove_or_do_not)
{
	bool tls;
	const struct vd_proto *p = vd_proto_find(first_bytes[_i].service, &tls);
	const char *bytes = first_bytes[_i].bytes;

	ck_assert_int_eq(vd_bytes_prove(p, (const uint8_t *)bytes, strlen(bytes)),
	                 first_bytes[_i].proves);
}
END_TEST

/* A greeting that tells nothing, and replies of which one does. */
static const struct {
	const char *service, *replies[4];
	bool proves;
} dialogs[] = {
	{"ftp", {"220 box\r\n", "215 UNIX\r\n", "500 x\r\n", "221 x\r\n"}, true},
	{"ftp", {"220 box\r\n", "500 x\r\n", "211 End\r\n", "221 x\r\n"}, true},
	{"ftp", {"220 box\r\n", "530 log in\r\n", "530 log in\r\n", "221 x\r\n"}, true},
	{"ftp", {"220 box\r\n", "500 x\r\n", "500 x\r\n", "221 x\r\n"}, false},
	{"smtp", {"220 box\r\n", "250 box\r\n", "221 x\r\n"}, true},
	{"smtp", {"220 box\r\n", "500 x\r\n", "221 x\r\n"}, false},
	{"nntp", {"200 box\r\n", "101 list\r\n.\r\n", "205 x\r\n"}, true},
	{"nntp", {"200 box\r\n", "500 x\r\n", "205 x\r\n"}, false},
	{"pop3", {"+OK hi\r\n", "-ERR x\r\n", "+OK\r\n"}, true},
	{"pop3", {"+OK hi\r\n", "x\r\n.\r\n", "x\r\n"}, false},
	{"imap", {"* OK hi\r\n", "* CAPABILITY IMAP4rev1\r\na OK x\r\n", "a OK x\r\n"}, true},
	{"imap", {"* OK hi\r\n", "a what\r\n", "a what\r\n"}, false},
};

START_TEST(replies_prove_or_do_not)
{
	struct bed bed;

	bed_begin(&bed, dialogs[_i].service);
	for (size_t i = 0; i < 4 && dialogs[_i].replies[i] != NULL; i++)
		bed_hear(&bed, dialogs[_i].replies[i], strlen(dialogs[_i].replies[i]));
	ck_assert(bed.dialog.known);
	ck_assert_int_eq(vd_dialog_proves(bed.proto, &bed.dialog), dialogs[_i].proves);
	bed_end(&bed);
}
END_TEST

/* From any of them, the others are reached, and none is its own. */
START_TEST(look_alikes_lead_to_each_other)
{
	static const char *const names[] = {"ftp", "smtp", "lmtp"};

	for (size_t i = 0; i < 3; i++) {
		bool tls;
		const struct vd_proto *p = vd_proto_find(names[i], &tls);

		ck_assert_ptr_nonnull(vd_proto_alike(p, 0));
		ck_assert_ptr_nonnull(vd_proto_alike(p, 1));
		ck_assert_ptr_null(vd_proto_alike(p, 2));
		ck_assert_ptr_ne(vd_proto_alike(p, 0), vd_proto_alike(p, 1));
		ck_assert_ptr_ne(vd_proto_alike(p, 0), p);
		ck_assert_ptr_ne(vd_proto_alike(p, 1), p);
	}
	ck_assert_ptr_null(vd_proto_alike(&vd_proto_http, 0));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, a_binary_answer_names_another_protocol, 0,
	                    (int)(sizeof(binary_answers) / sizeof(binary_answers[0])));
	tcase_add_loop_test(tc, who_has_another_program_is_foreign, 0,
	                    (int)(sizeof(others) / sizeof(others[0])));
	tcase_add_loop_test(tc, an_answer_names_another_protocol, 0,
	                    sizeof(answers) / sizeof(answers[0]));
	tcase_add_loop_test(tc, some_servers_name_themselves_beside_their_protocol, 0,
	                    sizeof(besides) / sizeof(besides[0]));
	tcase_add_test(tc, only_http_is_taken_from_beside);
	tcase_add_loop_test(tc, first_bytes_prove_or_do_not, 0,
	                    sizeof(first_bytes) / sizeof(first_bytes[0]));
	tcase_add_loop_test(tc, replies_prove_or_do_not, 0, sizeof(dialogs) / sizeof(dialogs[0]));
	tcase_add_test(tc, look_alikes_lead_to_each_other);
	return suite_run("lookalike", tc);
}
