/* SPDX-License-Identifier: Apache-2.0 */
/* test_http2.c - claims about HTTP/2: what is said, when the answer is whole, and what it shows. */
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "http2.h"
#include "suite.h"

#define BYTES(text) text, sizeof(text) - 1

/* Frames, by length, type, flags and the last byte of the stream. */
#define FRAME(len, type, flags, stream) "\0\0" len type flags "\0\0\0" stream
#define SETTINGS FRAME("\x0c", "\4", "\0", "\0") "\0\3\0\0\0\x64\0\4\0\0\xff\xff"
#define NO_SETTINGS FRAME("\0", "\4", "\0", "\0")
#define GOAWAY FRAME("\x08", "\7", "\0", "\0") "\0\0\0\0\0\0\0\1"
/* ":status: 200" by its number in the static table. */
#define OK "\x88"
/* "server: x/1.0", which the table of the connection takes, and what stands first in that. */
#define SERVER "\x76\5x/1.0"
#define FIRST_OF_TABLE "\xbe"

static void check(const struct vd_facts *facts, const char *name, const char *value)
{
	const struct vd_fact *f = vd_facts_get(facts, name);

	ck_assert_msg((f != NULL) == (value != NULL), "%s is %s", name,
	              f != NULL ? f->value : "not there");
	if (f != NULL)
		ck_assert_str_eq(f->value, value);
}

/* What a claim about an answer is; no @value: there is no such fact. */
struct shown {
	const char *service, *fact, *value;
};

static void check_decoded(const char *hint, const char *bytes, size_t len, const struct shown *w)
{
	struct vd_facts *facts = vd_facts_new();
	char *exact = malloc(len);
	const char *service;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	service = vd_decode(hint, exact, len, facts);
	ck_assert_ptr_nonnull(service);
	ck_assert_str_eq(service, w->service);
	ck_assert(vd_facts_complete(facts));
	check(facts, w->fact, w->value);
	free(exact);
	vd_facts_free(facts);
}

START_TEST(request_follows_the_preface)
{
	static const char preface[] =
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\6\4\0\0\0\0\0\0\2\0\0\0\0";
	struct http2_frame f;
	struct span rest;
	struct bed bed;

	bed_begin(&bed, "http2");
	ck_assert_uint_gt(bed.dialog.out_len, sizeof(preface) - 1);
	ck_assert_mem_eq(bed.dialog.out, preface, sizeof(preface) - 1);
	rest = span_from(span_of(bed.dialog.out, bed.dialog.out_len), sizeof(preface) - 1);
	ck_assert(http2_frame(&rest, &f));
	ck_assert_uint_eq(span_left(rest), 0);
	ck_assert_int_eq(f.type, HTTP2_HEADERS);
	ck_assert_int_eq(f.flags, HTTP2_END_STREAM | HTTP2_END_HEADERS);
	ck_assert_uint_eq(f.stream, 1);
	/* GET, http, "/", and the fields that the others have */
	ck_assert(span_starts(f.payload, "\x82\x86\x84\1\5h:102"));
	ck_assert(span_has(f.payload, "\5agent"));
	bed_end(&bed);
}
END_TEST

START_TEST(request_inside_tls_says_so)
{
	static char agent[512];
	struct vd_dialog d = {.authority = "h:102", .user_agent = agent, .tls = true};
	struct http2_frame f;
	struct span rest;
	bool tls;

	memset(agent, 'a', sizeof(agent) - 1);
	vd_dialog_greet(vd_proto_find("h2", &tls), &d);
	ck_assert(tls);
	rest = span_from(span_of(d.out, d.out_len), 39);
	ck_assert(http2_frame(&rest, &f));
	ck_assert_uint_eq(span_left(rest), 0);
	ck_assert(span_starts(f.payload, "\x82\x87\x84"));
	/* 511 = 127 + 3 * 128 + 0 (RFC 7541, 5.1) */
	ck_assert_ptr_nonnull(
		memmem(f.payload.at, span_left(f.payload), "\x0f\x2b\x7f\x80\3aaa", 8));
}
END_TEST

/* The fields are Huffman-coded as in RFC 7541, C.6.1; the answer's own come after an interim answer that
 * fills the table. */
START_TEST(answer_is_read_however_it_comes)
{
	static const char answer[] =
		SETTINGS FRAME("\x0c", "\1", "\4",
	                       "\1") "\x48\3"
				     "103" SERVER NO_SETTINGS FRAME("\x01", "\1", "\0", "\1")
					     OK FRAME("\x19", "\x09", "\4", "\1") FIRST_OF_TABLE
		"\x61\x96\xd0\x7a\xbe\x94\x10\x54\xd4\x44\xa8\x20\x05\x95\x04\x0b"
		"\x81\x66\xe0\x82\xa6\x2d\x1b\xff" FRAME(
			"\x0c", "\0", "\x08", "\1") "\4<title>\0\0\0\0" FRAME("\x09", "\0", "\1",
	                                                                      "\1") "T</title>";
	struct vd_facts *facts = vd_facts_new();
	struct bed bed;

	ck_assert_ptr_eq(vd_proto_recognise((const uint8_t *)answer, sizeof(answer) - 1),
	                 bed_begin(&bed, "http2"));
	bed.dialog.out_len = 0;
	for (size_t i = 0; i + 2 < sizeof(answer); i++)
		ck_assert_int_eq(bed_hear(&bed, &answer[i], 1), VD_MORE);
	ck_assert_int_eq(bed_hear(&bed, &answer[sizeof(answer) - 2], 1), VD_DONE);
	/* the settings are acknowledged, once */
	ck_assert_uint_eq(bed.dialog.out_len, 9);
	ck_assert_mem_eq(bed.dialog.out, "\0\0\0\4\1\0\0\0\0", 9);
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "http");
	check(facts, "http.h2", "true");
	check(facts, "http.h2_settings", "3:100,4:65535");
	check(facts, "http.version", "2");
	check(facts, "http.status", "200");
	check(facts, "http.server", "x/1.0");
	check(facts, "http.title", "T");
	check(facts, "http.body", "<title>T</title>");
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* ---- where an answer ends ---- */

static const struct ending {
	const char *bytes;
	size_t len;
	enum vd_step step;
} endings[] = {
	{BYTES(SETTINGS), VD_MORE},
	{BYTES(NO_SETTINGS GOAWAY), VD_DONE},
	{BYTES(GOAWAY), VD_DONE},
	{BYTES(SETTINGS FRAME("\4", "\3", "\0", "\1") "\0\0\0\1"), VD_DONE},
	{BYTES(SETTINGS FRAME("\4", "\3", "\0", "\3") "\0\0\0\1"), VD_MORE},
	{BYTES(SETTINGS FRAME("\1", "\1", "\5", "\1") OK), VD_DONE},
	{BYTES(SETTINGS FRAME("\1", "\1", "\4", "\1") OK), VD_MORE},
	{BYTES(SETTINGS FRAME("\1", "\1", "\5", "\1")), VD_MORE},
	{BYTES(SETTINGS FRAME("\1", "\1", "\5", "\3") OK), VD_MORE},
	{BYTES(FRAME("\1", "\1", "\5", "\1") OK), VD_FOREIGN},
	{BYTES("\0\0\0\4\0"), VD_MORE},
	{BYTES("HTTP/"), VD_FOREIGN},
	{BYTES("HTTP/1.1 400 Bad Request\r\n\r\n"), VD_FOREIGN},
};

START_TEST(answer_ends_where_nothing_follows)
{
	struct bed bed;

	bed_begin(&bed, "http2");
	ck_assert_int_eq(bed_hear(&bed, endings[_i].bytes, endings[_i].len), endings[_i].step);
	ck_assert_int_eq(bed.dialog.known, endings[_i].step != VD_FOREIGN && endings[_i].len >= 9);
	bed_end(&bed);
}
END_TEST

START_TEST(other_frames_are_not_http_2)
{
	static const char *const frames[] = {
		"\0\0\x0c\4\1\0\0\0\0\0\3\0\0\0\x64\0\0",
		"\0\0\x0b\4\0\0\0\0\0\0\3\0\0\0\x64\0\0",
		"\0\0\x0c\5\0\0\0\0\0\0\3\0\0\0\x64\0\0",
		"\0\0\x0c\4\0\0\0\0\1\0\3\0\0\0\x64\0\0",
		"\0\0\x0c\4\0\0\0\0\0\0\x63\0\0\0\x64\0\0",
		"\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0",
		"\0\0\x08\7\0\0\0\0\0\0\0\0\2\0\0\0\1",
		"\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\0\x0e",
		"\0\0\x08\7\0\0\0\0\1\0\0\0\0\0\0\0\1",
		"\0\0\x07\7\0\0\0\0\0\0\0\0\0\0\0\0\1",
	};
	const struct vd_proto *p = vd_proto_recognise((const uint8_t *)frames[_i], 17);

	ck_assert(p == NULL || strcmp(vd_proto_name(p), "http") != 0);
}
END_TEST

/* ---- what an answer shows ---- */

#define GRPC_TYPE                                                                                  \
	"\x5f\x10"                                                                                 \
	"application/grpc"
#define GRPC_STATUS                                                                                \
	"\0\x0bgrpc-status\2"                                                                      \
	"12"
#define GRPC_MESSAGE                                                                               \
	"\0\x0cgrpc-message\3"                                                                     \
	"bad"

static const struct {
	const char *bytes;
	size_t len;
	struct shown shown;
} shows[] = {
	{BYTES(GOAWAY), {"http", "http.h2", "true"}},
	{BYTES(SETTINGS), {"http", "http.status", NULL}},
	{BYTES(NO_SETTINGS), {"http", "http.h2", "true"}},
	{BYTES(SETTINGS FRAME("\x13", "\1", "\5", "\1") OK GRPC_TYPE),
         {"grpc", "http.status", "200"}},
	{BYTES(NO_SETTINGS FRAME("\x13", "\1", "\5", "\1") OK GRPC_TYPE),
         {"grpc", "grpc.answered", "true"}},
	/* a status behind the body, in an answer without a type */
	{BYTES(SETTINGS FRAME("\1", "\1", "\4", "\1") OK FRAME("\2", "\0", "\0", "\1") "hi" FRAME(
		 "\x22", "\1", "\5", "\1") GRPC_STATUS GRPC_MESSAGE),
         {"grpc", "grpc.status", "12"}},
	{BYTES(SETTINGS FRAME("\1", "\1", "\4", "\1") OK FRAME("\2", "\0", "\0", "\1") "hi" FRAME(
		 "\x22", "\1", "\5", "\1") GRPC_STATUS GRPC_MESSAGE),
         {"grpc", "grpc.message", "bad"}},
	/* a value stays one line, and pseudo-fields are none */
	{BYTES(SETTINGS FRAME("\x0b", "\1", "\5", "\1") OK "\x76\x08x\r\ny: zz"),
         {"http", "http.server", "x  y: zz"}},
	{BYTES(SETTINGS FRAME("\x0a", "\1", "\5", "\1") OK "\0\5:path\1/"),
         {"http", "http.header", NULL}},
	/* another stream's fields and body are not the answer's */
	{BYTES(SETTINGS FRAME("\x08", "\1", "\5", "\3") OK SERVER), {"http", "http.server", NULL}},
	{BYTES(SETTINGS FRAME("\1", "\1", "\4", "\1") OK FRAME("\1", "\0", "\1", "\3") "x"),
         {"http", "http.body", NULL}},
	/* padding: of fields, more than there is, and with a priority */
	{BYTES(SETTINGS FRAME("\x0b", "\1", "\x0d", "\1") "\2" OK SERVER "\0\0"),
         {"http", "http.server", "x/1.0"}},
	{BYTES(SETTINGS FRAME("\x0e", "\1", "\x2d", "\1") "\0\0\0\0\0\0" OK SERVER),
         {"http", "http.server", "x/1.0"}},
	{BYTES(SETTINGS FRAME("\x02", "\1", "\x0d", "\1") "\xff" OK),
         {"http", "http.status", NULL}},
	/* broken: a number that no table has, a status of no number, a field that is cut off */
	{BYTES(SETTINGS FRAME("\2", "\1", "\5", "\1") OK "\xff"), {"http", "http.status", "200"}},
	{BYTES(SETTINGS FRAME("\2", "\1", "\5", "\1") "\xbe" OK), {"http", "http.status", NULL}},
	{BYTES(SETTINGS FRAME("\5", "\1", "\5", "\1") "\x48\3"
                                                      "2x0"),
         {"http", "http.status", NULL}},
	{BYTES(SETTINGS FRAME("\4", "\1", "\5", "\1") OK "\x76\x05x"),
         {"http", "http.server", NULL}},
	/* what stands between the fields of one answer ends it */
	{BYTES(SETTINGS FRAME("\1", "\1", "\0", "\1") OK NO_SETTINGS FRAME("\7", "\x09", "\4", "\1")
                       SERVER),
         {"http", "http.server", NULL}},
};

START_TEST(answer_shows)
{
	check_decoded("http2", shows[_i].bytes, shows[_i].len, &shows[_i].shown);
}
END_TEST

/* A byte may stand for a long field that came before: no more than 256 are taken. */
START_TEST(answer_that_swells_is_cut)
{
	enum { LONG = 3000, TIMES = 4000 };
	static const struct shown shown = {"http", "http.status", "200"};
	size_t len = sizeof(SETTINGS) - 1;
	char *bytes = calloc(1, 16384);
	size_t block = 1 + 1 + 3 + LONG + TIMES;

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, SETTINGS, len);
	bytes[len + 1] = (char)(block >> 8);
	bytes[len + 2] = (char)block;
	bytes[len + 3] = HTTP2_HEADERS;
	bytes[len + 4] = HTTP2_END_HEADERS | HTTP2_END_STREAM;
	bytes[len + 8] = 1;
	/* 3000 = 127 + 0x39 + 22 * 128 */
	memcpy(bytes + len + 9, OK "\x76\x7f\xb9\x16", 5);
	memset(bytes + len + 14, 'x', LONG);
	memset(bytes + len + 14 + LONG, '\xbe', TIMES);
	check_decoded("http2", bytes, len + 9 + block, &shown);
	free(bytes);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, request_follows_the_preface);
	tcase_add_test(tc, request_inside_tls_says_so);
	tcase_add_test(tc, answer_is_read_however_it_comes);
	tcase_add_loop_test(tc, answer_ends_where_nothing_follows, 0,
	                    sizeof(endings) / sizeof(endings[0]));
	tcase_add_loop_test(tc, other_frames_are_not_http_2, 0, 10);
	tcase_add_loop_test(tc, answer_shows, 0, sizeof(shows) / sizeof(shows[0]));
	tcase_add_test(tc, answer_that_swells_is_cut);
	return suite_run("http2", tc);
}
