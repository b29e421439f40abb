/* SPDX-License-Identifier: Apache-2.0 */
/* test_industry.c - claims about the dialogs with controllers and printers: they send no byte
 * beyond the one harmless request, and accept no other protocol's answer. */
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "suite.h"

enum { TURNS = 4 };

#define BYTES(text) text, sizeof(text) - 1

/* What each protocol sends first, byte by byte as its specification has it. */
static const struct {
	const char *service;
	const char *bytes;
	size_t len;
} questions[] = {
	{"modbus", BYTES("So\0\0\0\5\xff\x2b\x0e\1\0")},
	{"s7", BYTES("\3\0\0\x16\x11\xe0\0\0\0\1\0\xc0\1\x0a\xc1\2\1\0\xc2\2\1\2")},
	{"enip", BYTES("\x63\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
	{"dnp3", BYTES("\5\x64\5\xc9\0\0\1\0\x78\xe7")},
	{"iec104", BYTES("\x68\4\x43\0\0\0")},
	{"fox", BYTES("fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n")},
	{"opcua", BYTES("HELF\x2f\0\0\0\0\0\0\0\xff\xff\0\0\xff\xff\0\0\0\0\0\0\0\0\0\0"
                        "\x0f\0\0\0opc.tcp://h:102")},
	{"pjl", BYTES("\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X")},
	{"lpd", BYTES("\3lp\n")},
};

/* The requests that S7 sends after that, one by one. */
static const struct {
	const char *bytes;
	size_t len;
} reads[] = {
	{BYTES("\3\0\0\x19\2\xf0\x80\x32\1\0\0\0\1\0\x08\0\0\xf0\0\0\1\0\1\1\xe0")},
	{BYTES("\3\0\0\x21\2\xf0\x80\x32\7\0\0\0\2\0\x08\0\x08\0\1\x12\4\x11\x44\1\0\xff\x09\0\4\0"
               "\x11"
               "\0\0")},
	{BYTES("\3\0\0\x21\2\xf0\x80\x32\7\0\0\0\3\0\x08\0\x08\0\1\x12\4\x11\x44\1\0\xff\x09\0\4\0"
               "\x1c"
               "\0\0")},
};

/* The server says @bytes; then the client sends @said bytes, which for S7 are those of reads[]. */
struct turn {
	const char *bytes;
	size_t len;
	size_t said;
};

#define SAYS(text, said)                                                                           \
	{                                                                                          \
		text, sizeof(text) - 1, said                                                       \
	}

/* RFC 905, 13.4, and the S7 messages that answer reads[]. */
#define S7_CONFIRM                                                                                 \
	"\x03\x00\x00\x16\x11\xd0\x00\x01\x00\x0a\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02"         \
	"\x01\x02"
#define S7_SETUP                                                                                   \
	"\x03\x00\x00\x1b\x02\xf0\x80"                                                             \
	"2\x03\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00\xf0\x00\x00\x01\x00\x01\x00\xf0"
#define S7_SETUP_REFUSED                                                                           \
	"\x03\x00\x00\x1b\x02\xf0\x80"                                                             \
	"2\x03\x00\x00\x00\x01\x00\x08\x00\x00\x81\x04\xf0\x00\x00\x01\x00\x01\x00\xf0"
#define S7_MODULE                                                                                  \
	"\x03\x00\x00"                                                                             \
	"E\x02\xf0\x80"                                                                            \
	"2\x07\x00\x00\x00\x02\x00\x0c\x00(\x00\x01\x12\x08\x12\x84\x01\x01\x00\x00\x00"           \
	"\x00\xff\x09\x00$\x00\x11\x00\x00\x00\x1c\x00\x01\x00\x01"                                \
	"6ES7 315-2EH14-0AB0 \x00\xc0\x00\x04\x00\x01"
#define S7_NO_LIST                                                                                 \
	"\x03\x00\x00"                                                                             \
	"E\x02\xf0\x80"                                                                            \
	"2\x07\x00\x00\x00\x02\x00\x0c\x00(\x00\x01\x12\x08\x12\x84\x01\x01\x00\x00\xd4"           \
	"\x01\xff\x09\x00$\x00\x11\x00\x00\x00\x1c\x00\x01\x00\x01"                                \
	"6ES7 315-2EH14-0AB0 \x00\xc0\x00\x04\x00\x01"
#define S7_COMPONENTS                                                                              \
	"\x03\x00\x00K\x02\xf0\x80"                                                                \
	"2\x07\x00\x00\x00\x03\x00\x0c\x00.\x00\x01\x12\x08\x12\x84\x01\x01\x00\x00\x00"           \
	"\x00\xff\x09\x00*\x00\x1c\x00\x00\x00\x22\x00\x01\x00\x01Line\x00\x00\x00\x00"            \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"         \
	"\x00\x00\x00\x00"

static const struct dialog_case {
	const char *service;
	struct turn turns[TURNS];
	enum vd_step step;
	bool known;
	size_t first_len;
} cases[] = {
	{"modbus",
         {SAYS("So\0\0\0\x0d\xff\x2b\x0e\1\1\0\0\1\0\3"
               "ABB",
               0)},
         VD_DONE,
         true,
         19},
	/* a gateway whose target did not answer */
	{"modbus", {SAYS("So\0\0\0\3\xff\xab\x0b", 0)}, VD_DONE, true, 9},
	{"modbus", {SAYS("So\0\0\0\x0d\xff\x2b\x0e\1\1\0\0\1\0\3", 0)}, VD_MORE, true, 0},
	{"modbus", {SAYS("HTTP/1.1 400 Bad\r\n", 0)}, VD_FOREIGN, false, 0},
	/* longer than a frame may be */
	{"modbus", {SAYS("So\x00\x00\x00\xff\xff+\x0e\x01", 0)}, VD_FOREIGN, false, 0},
	{"s7",
         {SAYS(S7_CONFIRM, 25), SAYS(S7_SETUP, 33), SAYS(S7_MODULE, 33), SAYS(S7_COMPONENTS, 0)},
         VD_DONE,
         true,
         0},
	/* disconnect request */
	{"s7", {SAYS("\3\0\0\x0b\6\x80\0\0\1\0\1", 0)}, VD_DONE, true, 0},
	{"s7", {SAYS(S7_CONFIRM, 25), SAYS(S7_SETUP_REFUSED, 0)}, VD_DONE, true, 0},
	{"s7", {SAYS(S7_CONFIRM, 25), SAYS(S7_SETUP, 33), SAYS(S7_NO_LIST, 0)}, VD_DONE, true, 0},
	{"s7", {SAYS(S7_CONFIRM, 25), SAYS("SSH-2.0-x\r\n", 0)}, VD_DONE, true, 0},
	{"s7", {SAYS("HTTP/1.1 400 Bad\r\n", 0)}, VD_FOREIGN, false, 0},
	/* longer than any answer */
	{"s7", {SAYS("\3\0\xff\xff\x11\xd0", 0)}, VD_FOREIGN, false, 0},
	{"enip",
         {SAYS("c\x00"
               "3\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
               "\x00"
               "\x01\x00\x0c\x00"
               "2\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
               "\x00"
               "\x0e\x00M\x00\x14\x0b\x00\x00\x01\x00\x00\x00\x0b"
               "1756-EN2T/B\x03",
               0)},
         VD_DONE,
         true,
         75},
	/* refused by its status */
	{"enip",
         {SAYS("c\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
               "\x00"
               "\x00\x00",
               0)},
         VD_DONE,
         true,
         24},
	/* an echo */
	{"enip",
         {SAYS("c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
               "\x00"
               "\x00\x00",
               0)},
         VD_FOREIGN,
         false,
         0},
	/* longer than one identity */
	{"enip",
         {SAYS("c\0\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0)},
         VD_FOREIGN,
         false,
         0},
	{"enip", {SAYS("cannot do that: go away, please\r\n", 0)}, VD_FOREIGN, false, 0},
	{"dnp3",
         {SAYS("\x05"
               "d\x05\x0b\x01\x00\x00\x00\x1c\x99",
               0)},
         VD_DONE,
         true,
         10},
	/* a frame with data */
	{"dnp3",
         {SAYS("\x05"
               "d\x06"
               "D\x01\x00\x00\x00"
               "ccd",
               0),
          SAYS("cc", 0)},
         VD_DONE,
         true,
         13},
	/* an echo */
	{"dnp3",
         {SAYS("\x05"
               "d\x05\xc9\x00\x00\x01\x00x\xe7",
               0)},
         VD_FOREIGN,
         false,
         0},
	/* shorter than a header */
	{"dnp3",
         {SAYS("\x05"
               "d\x04\x0b\x01\x00\x00\x00\x00"
               "cc",
               0)},
         VD_FOREIGN,
         false,
         0},
	/* a SOCKS answer */
	{"dnp3", {SAYS("\x05\x00", 0)}, VD_FOREIGN, false, 0},
	{"iec104", {SAYS("h\x04\x83\x00\x00\x00", 0)}, VD_DONE, true, 0},
	{"iec104",
         {SAYS("h\x04"
               "C\x00\x00\x00",
               0),
          SAYS("h\x04\x83\x00\x00\x00", 0)},
         VD_DONE,
         true,
         0},
	/* STARTDT con, which nobody asked for */
	{"iec104", {SAYS("h\x04\x0b\x00\x00\x00", 0)}, VD_FOREIGN, false, 0},
	{"iec104", {SAYS("hello\r\n", 0)}, VD_FOREIGN, false, 0},
	{"fox",
         {SAYS("fox a 0 -1 fox hello\n{\nfox.version=s:1.0\napp.version=s:4.8\n};;\n", 0)},
         VD_DONE,
         true,
         0},
	{"fox",
         {SAYS("fox a 0 -1 fox hello\n{\nfox.version=s:1.0\napp.version=s:4.8", 0)},
         VD_MORE,
         true,
         0},
	/* an echo */
	{"fox",
         {SAYS("fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n", 0)},
         VD_FOREIGN,
         false,
         0},
	{"fox", {SAYS("foxy\r\n", 0)}, VD_FOREIGN, false, 0},
	{"opcua",
         {SAYS("ACKF\x1c\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\xff\xff\x00\x00\x00\x00\x00"
               "\x00"
               "\x00\x00\x00\x00",
               0)},
         VD_DONE,
         true,
         28},
	{"opcua",
         {SAYS("ERRF%\x00\x00\x00\x00\x00\x83\x80\x15\x00\x00\x00"
               "Endpoint URL rejected",
               0)},
         VD_DONE,
         true,
         37},
	{"opcua",
         {SAYS("ERRF%\x00\x00\x00\x00\x00\x83\x80\x15\x00\x00\x00"
               "Endpoint URL rejecte",
               0)},
         VD_MORE,
         true,
         0},
	{"opcua", {SAYS("ACKF\xff\xff\xff\xff", 0)}, VD_FOREIGN, false, 0},
	{"opcua", {SAYS("HTTP/1.1 400 Bad\r\n", 0)}, VD_FOREIGN, false, 0},
	{"pjl", {SAYS("@PJL INFO ID\r\n\"HP LaserJet 4250\"\r\n", 0)}, VD_DONE, true, 0},
	{"pjl", {SAYS("@PJL INFO ID\r\nLaserJet\r\n", 0), SAYS("\x0c", 0)}, VD_DONE, true, 0},
	{"pjl", {SAYS("@PJL INFO ID\r\n\"HP Laser", 0)}, VD_MORE, true, 0},
	/* an echo */
	{"pjl", {SAYS("\x1b%-12345X@PJL INFO ID\r\n", 0)}, VD_FOREIGN, false, 0},
	{"lpd", {SAYS("no entries\n", 0)}, VD_MORE, true, 0},
	/* an echo */
	{"lpd", {SAYS("\x03lp\n", 0)}, VD_FOREIGN, false, 0},
	{"lpd", {SAYS("HTTP/1.1 400 Bad\r\n", 0)}, VD_FOREIGN, false, 0},
};

static bool is(const struct vd_proto *p, const char *name)
{
	return p != NULL && strcmp(p->name, name) == 0;
}

START_TEST(question_is_that_of_the_specification_and_no_more)
{
	struct bed bed;
	const struct vd_proto *p = bed_begin(&bed, questions[_i].service);

	ck_assert_str_eq(p->name, questions[_i].service);
	ck_assert_ptr_null(p->secure);
	ck_assert_uint_eq(bed.dialog.out_len, questions[_i].len);
	ck_assert_mem_eq(bed.dialog.out, questions[_i].bytes, questions[_i].len);
	bed_end(&bed);
}
END_TEST

START_TEST(dialog_says_and_ends_as_its_protocol_demands)
{
	const struct dialog_case *c = &cases[_i];
	struct bed bed;
	enum vd_step step = VD_MORE;

	bed_begin(&bed, c->service);
	for (size_t t = 0; t < TURNS && c->turns[t].bytes != NULL; t++) {
		ck_assert_int_eq(step, VD_MORE);
		bed.dialog.out_len = 0;
		step = bed_hear(&bed, c->turns[t].bytes, c->turns[t].len);
		ck_assert_msg(bed.dialog.out_len == c->turns[t].said,
		              "case %d %s: turn %zu says %zu bytes", _i, c->service, t,
		              bed.dialog.out_len);
		if (bed.dialog.out_len > 0)
			ck_assert_mem_eq(bed.dialog.out, reads[t].bytes, reads[t].len);
	}
	ck_assert_msg(step == c->step, "case %d %s: step %d", _i, c->service, step);
	ck_assert_msg(bed.dialog.known == c->known, "case %d %s: known %d", _i, c->service,
	              bed.dialog.known);
	ck_assert_uint_eq(bed.dialog.first_len, c->first_len);
	bed_end(&bed);
}
END_TEST

/* The network may split bytes anywhere; no request is sent twice then. */
START_TEST(dialog_does_not_mind_how_bytes_are_cut)
{
	const struct dialog_case *c = &cases[_i];
	struct bed bed;
	enum vd_step step = VD_MORE;
	size_t said = 0;

	bed_begin(&bed, c->service);
	bed.dialog.out_len = 0;
	for (size_t t = 0; t < TURNS && c->turns[t].bytes != NULL; t++) {
		said += c->turns[t].said;
		for (size_t i = 0; i < c->turns[t].len && step == VD_MORE; i++)
			step = bed_hear(&bed, c->turns[t].bytes + i, 1);
	}
	ck_assert_msg(step == c->step, "case %d %s: step %d", _i, c->service, step);
	ck_assert_uint_eq(bed.dialog.out_len, said);
	bed_end(&bed);
}
END_TEST

/* A server that repeats what it hears speaks none of these protocols. */
START_TEST(echo_is_no_answer)
{
	struct bed bed;
	const struct vd_proto *p = bed_begin(&bed, questions[_i].service);
	/* A station may test the connection by the same frame; it proves nothing. */
	enum vd_step wanted = is(p, "iec104") ? VD_MORE : VD_FOREIGN;

	ck_assert_int_eq(bed_hear(&bed, questions[_i].bytes, questions[_i].len), wanted);
	ck_assert(!bed.dialog.known);
	ck_assert(p->starts == NULL || is(p, "fox") ||
	          !p->starts(span_of(questions[_i].bytes, questions[_i].len)));
	bed_end(&bed);
}
END_TEST

/* First bytes of other protocols, or of none. */
static const struct {
	const char *bytes;
	size_t len;
} others[] = {
	{BYTES("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")},
	{BYTES("\x16\3\3\0\x7a\2\0\0\x76\3\3abcdefghijklmnopqrstuvwxyz012345")},
	{BYTES("\x15\3\1\0\2\2\x28")},
	{BYTES("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")},
	{BYTES("220 mail.example.net ESMTP Postfix\r\n")},
	{BYTES("So long, and thanks for all the fish\r\n")},
	{BYTES("certainly no list of identities, whoever asks\r\n")},
	{BYTES("h, what a pity\r\n")},
	{BYTES("ERRF: no such file\r\n")},
	{BYTES("\3\0\0\x13\x0e\xd0\0\0\x12\x34\0\2\0\x08\0\1\0\0\0")},
	{BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
	{BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
	{BYTES("\5\0\0\1")},
};

START_TEST(bytes_of_others_are_nobody_s_here)
{
	const size_t n = sizeof(questions) / sizeof(questions[0]);

	for (size_t i = 0; i < n; i++) {
		bool tls;
		const struct vd_proto *p = vd_proto_find(questions[i].service, &tls);

		for (size_t len = 0; p->starts != NULL && len <= others[_i].len; len++)
			ck_assert_msg(!p->starts(span_of(others[_i].bytes, len)), "other %d: %s",
			              _i, p->name);
	}
}
END_TEST

/* LPD accepts text, since it has no mark of its own; RDP confirms a connection as S7 does. */
START_TEST(answers_of_others_are_foreign)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		struct bed bed;
		const struct vd_proto *p = bed_begin(&bed, questions[i].service);
		enum vd_step step = bed_hear(&bed, others[_i].bytes, others[_i].len);

		if (!is(p, "lpd") && !is(p, "s7"))
			ck_assert_msg(step == VD_FOREIGN && !bed.dialog.known, "other %d: %s", _i,
			              p->name);
		ck_assert_int_ne(step, VD_STARTTLS);
		ck_assert_int_ne(step, VD_TRY_TLS);
		bed_end(&bed);
	}
}
END_TEST

/* Servers that begin a good answer and never end it. */
static const struct {
	const char *service, *first;
	size_t first_len;
	const char *again;
	size_t again_len;
} endless[] = {
	{"modbus", BYTES("So\0\0\0\xfe\xff\x2b\x0e\1\1"), BYTES("x")},
	{"s7", BYTES("\3\0\0\x0b\6\xd0\0\1\0\2\0"), BYTES("\3\0\0\x0b\6\xd0\0\1\0\2\0")},
	{"enip", BYTES("c\0\0\4"), BYTES("\0")},
	{"dnp3", BYTES("\5\x64\xff\x44"), BYTES("x")},
	{"iec104", BYTES(""), BYTES("\x68\4\x43\0\0\0")},
	{"fox", BYTES("fox a 0 -1 fox hello\n{\n"), BYTES("a=s:b\n")},
	{"opcua", BYTES("ERRF\x10\x10\0\0"), BYTES("x")},
	{"pjl", BYTES("@PJL INFO ID\r\n"), BYTES("\"")},
	{"lpd", BYTES(""), BYTES("no entries\n")},
};

START_TEST(endless_answer_stays_bounded)
{
	struct bed bed;
	enum vd_step step = VD_MORE;

	bed_begin(&bed, endless[_i].service);
	bed.dialog.out_len = 0;
	if (endless[_i].first_len > 0)
		step = bed_hear(&bed, endless[_i].first, endless[_i].first_len);
	while (step == VD_MORE && bed.dialog.in_len < BED_HEARD_MAX)
		step = bed_hear(&bed, endless[_i].again, endless[_i].again_len);
	ck_assert_uint_le(bed.dialog.in_len, BED_HEARD_MAX);
	ck_assert_uint_le(bed.dialog.out_len, 25);
	bed_end(&bed);
}
END_TEST

/* CRC-16/DNP, bit by bit from its definition: x^16+x^13+x^12+x^11+x^10+x^8+x^6+x^5+x^2+1 (IEEE
 * 1815, 9.2.4.1.7), low bit first, inverted. Its check value is 0xea82. */
static uint16_t dnp_crc(const char *bytes, size_t len)
{
	static const int taps[] = {13, 12, 11, 10, 8, 6, 5, 2, 0};
	uint16_t crc = 0;

	for (size_t i = 0; i < 8 * len; i++) {
		bool out = (crc & 1) != ((uint8_t)bytes[i / 8] >> i % 8 & 1);

		crc >>= 1;
		for (size_t t = 0; out && t < sizeof(taps) / sizeof(taps[0]); t++)
			crc ^= (uint16_t)(1 << (15 - taps[t]));
	}
	return (uint16_t)~crc;
}

START_TEST(dnp3_check_sequence_is_right)
{
	struct bed bed;
	const uint8_t *said = bed.dialog.out;

	bed_begin(&bed, "dnp3");
	ck_assert_uint_eq(dnp_crc("123456789", 9), 0xea82);
	ck_assert_uint_eq(bed.dialog.out_len, 10);
	ck_assert_uint_eq(dnp_crc((const char *)said, 8), (unsigned)(said[9] << 8 | said[8]));
	bed_end(&bed);
}
END_TEST

static const struct {
	uint16_t port;
	const char *service;
} ports[] = {
	{102, "s7"},      {502, "modbus"}, {515, "lpd"},    {1911, "fox"},
	{2404, "iec104"}, {4840, "opcua"}, {20000, "dnp3"}, {44818, "enip"},
};

START_TEST(port_leads_to_its_protocol)
{
	bool tls;

	ck_assert(is(vd_proto_of_port(ports[_i].port, &tls), ports[_i].service));
	ck_assert(!tls);
}
END_TEST

#define LOOP(test, table) tcase_add_loop_test(tc, test, 0, sizeof(table) / sizeof((table)[0]))

int main(void)
{
	TCase *tc = tcase_create("core");

	LOOP(question_is_that_of_the_specification_and_no_more, questions);
	LOOP(dialog_says_and_ends_as_its_protocol_demands, cases);
	LOOP(dialog_does_not_mind_how_bytes_are_cut, cases);
	LOOP(echo_is_no_answer, questions);
	LOOP(bytes_of_others_are_nobody_s_here, others);
	LOOP(answers_of_others_are_foreign, others);
	LOOP(endless_answer_stays_bounded, endless);
	tcase_add_test(tc, dnp3_check_sequence_is_right);
	LOOP(port_leads_to_its_protocol, ports);
	return suite_run("industry", tc);
}
