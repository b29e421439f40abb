/* SPDX-License-Identifier: Apache-2.0 */
/* test_data_protocols.c - claims about the dialogs with databases, brokers, monitoring and remote
 * calls: what they ask, how they know an answer, what it tells. The answers are the fuzz corpus. */
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "data_protocols.h"

enum { CHUNKS = 16, SAID_MAX = 4096 };

/* The chunks that a server says, out of a file of the corpus, whose first line names the protocol. */
struct script_file {
	uint8_t bytes[8192];
	char service[32];
	size_t count;
	struct span chunks[CHUNKS];
};

static size_t read_corpus(const char *folder, const char *name, uint8_t *bytes, size_t size)
{
	char path[4096];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s/%s", SONDE_SOURCE_ROOT, folder, name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	len = fread(bytes, 1, size, f);
	fclose(f);
	return len;
}

static void read_script(const char *name, struct script_file *s)
{
	struct span rest =
		span_of(s->bytes, read_corpus("proto", name, s->bytes, sizeof(s->bytes)));
	struct span line;

	ck_assert(span_line(&rest, &line) && span_left(line) < sizeof(s->service));
	memcpy(s->service, line.at, span_left(line));
	s->service[span_left(line)] = '\0';
	for (s->count = 0; rest.at < rest.end; s->count++) {
		ck_assert_uint_lt(s->count, CHUNKS);
		s->chunks[s->count] = span_first(span_from(rest, 1), *rest.at);
		rest = span_from(rest, 1 + (size_t)*rest.at);
	}
}

/* What the client has said since the last call goes to the end of @said. */
static void take_said(struct bed *bed, uint8_t said[SAID_MAX], size_t *len)
{
	ck_assert_uint_le(*len + bed->dialog.out_len, SAID_MAX);
	memcpy(said + *len, bed->dialog.out, bed->dialog.out_len);
	*len += bed->dialog.out_len;
	bed->dialog.out_len = 0;
}

static void check_end(const struct dialog_case *c, struct bed *bed)
{
	struct vd_facts *facts = vd_facts_new();
	const char *service;

	ck_assert_msg(bed->dialog.known, "%s", c->file);
	service = vd_dialog_facts(bed->proto, &bed->dialog, facts);
	ck_assert_msg(service != NULL && strcmp(service, c->service) == 0, "%s: service %s",
	              c->file, service != NULL ? service : "NULL");
	for (size_t i = 0; i < FACTS && c->facts[i][0] != NULL; i++) {
		const struct vd_fact *f = vd_facts_get(facts, c->facts[i][0]);

		ck_assert_msg(f != NULL && strcmp(f->value, c->facts[i][1]) == 0, "%s: %s is %s",
		              c->file, c->facts[i][0], f != NULL ? f->value : "missing");
	}
	vd_facts_free(facts);
}

START_TEST(question_is_that_of_the_specification_and_no_more)
{
	struct bed bed;

	bed_begin(&bed, questions[_i].service);
	ck_assert_msg(bed.dialog.out_len == questions[_i].whole, "%s says %zu bytes",
	              questions[_i].service, bed.dialog.out_len);
	ck_assert_mem_eq(bed.dialog.out, questions[_i].bytes, questions[_i].len);
	bed_end(&bed);
}
END_TEST

START_TEST(dialog_ends_with_its_answer_and_knows_its_facts)
{
	const struct dialog_case *c = &cases[_i];
	enum vd_step step = VD_MORE;
	uint8_t said[SAID_MAX];
	size_t len = 0;
	struct script_file s;
	struct bed bed;

	read_script(c->file, &s);
	bed_begin(&bed, s.service);
	bed.dialog.out_len = 0;
	for (size_t i = 0; i < s.count; i++) {
		ck_assert_msg(step == VD_MORE, "%s: step %d before chunk %zu", c->file, step, i);
		step = bed_hear(&bed, s.chunks[i].at, span_left(s.chunks[i]));
		take_said(&bed, said, &len);
	}
	ck_assert_msg(step == c->step, "%s: step %d", c->file, step);
	ck_assert_msg(len == c->said_len, "%s says %zu bytes", c->file, len);
	ck_assert(c->said == NULL || memcmp(said, c->said, len) == 0);
	check_end(c, &bed);
	bed_end(&bed);
}
END_TEST

/* The network may split bytes anywhere: nothing ends before its last byte, and nothing is said
 * twice. */
START_TEST(dialog_does_not_mind_how_bytes_are_cut)
{
	const struct dialog_case *c = &cases[_i];
	enum vd_step step = VD_MORE;
	uint8_t said[SAID_MAX];
	size_t len = 0;
	struct script_file s;
	struct bed bed;

	read_script(c->file, &s);
	bed_begin(&bed, s.service);
	bed.dialog.out_len = 0;
	for (size_t i = 0; i < s.count; i++)
		for (const uint8_t *at = s.chunks[i].at; at < s.chunks[i].end; at++) {
			ck_assert_msg(step == VD_MORE, "%s: step %d before chunk %zu, byte %zu",
			              c->file, step, i, (size_t)(at - s.chunks[i].at));
			step = bed_hear(&bed, at, 1);
			take_said(&bed, said, &len);
		}
	ck_assert_msg(step == c->step, "%s: step %d", c->file, step);
	ck_assert_uint_eq(len, c->said_len);
	check_end(c, &bed);
	bed_end(&bed);
}
END_TEST

/* A server that falls silent in the middle: the facts of the part are read without harm. */
START_TEST(cut_answer_is_survived)
{
	struct script_file s;

	read_script(cases[_i].file, &s);
	for (size_t chunk = 0; chunk < s.count; chunk++)
		for (size_t n = 1; n <= span_left(s.chunks[chunk]); n++) {
			struct vd_facts *facts = vd_facts_new();
			struct bed bed;

			bed_begin(&bed, s.service);
			for (size_t i = 0; i < chunk; i++)
				bed_hear(&bed, s.chunks[i].at, span_left(s.chunks[i]));
			bed_hear(&bed, s.chunks[chunk].at, n);
			vd_dialog_facts(bed.proto, &bed.dialog, facts);
			bed_end(&bed);
			vd_facts_free(facts);
		}
}
END_TEST

/* Who repeats what it hears speaks none of these protocols. */
START_TEST(echo_is_no_answer)
{
	struct bed bed;
	uint8_t echo[VD_OUT_MAX];
	size_t len;
	enum vd_step step;

	bed_begin(&bed, questions[_i].service);
	len = bed.dialog.out_len;
	memcpy(echo, bed.dialog.out, len);
	step = bed_hear(&bed, echo, len);
	ck_assert_msg(step == VD_FOREIGN, "%s: step %d", questions[_i].service, step);
	ck_assert(!bed.dialog.known);
	bed_end(&bed);
}
END_TEST

/* A sign leads to the protocol itself. ZooKeeper's and others' signs are tried first, so this also
 * shows that none of them is too wide. */
START_TEST(sign_leads_to_its_protocol)
{
	struct script_file s;
	uint8_t all[8192];
	size_t len = 0;
	bool tls;
	const struct vd_proto *p, *found;

	read_script(cases[_i].file, &s);
	p = vd_proto_find(s.service, &tls);
	for (size_t i = 0; i < s.count; i++) {
		memcpy(all + len, s.chunks[i].at, span_left(s.chunks[i]));
		len += span_left(s.chunks[i]);
	}
	found = vd_proto_recognise(all, len);
	if (p->starts != NULL)
		ck_assert_msg(found == p, "%s: found %s", cases[_i].file,
		              found != NULL ? found->name : "nothing");
	else
		ck_assert_msg(found == NULL || found == &vd_proto_http, "%s: found %s",
		              cases[_i].file, found->name);
}
END_TEST

/* First bytes of other protocols, or of none. */
static const struct {
	const char *bytes;
	size_t len;
} others[] = {
	{BYTES("\x16\3\3\0\x7a\2\0\0\x76\3\3abcdefghijklmnopqrstuvwxyz012345")},
	{BYTES("\x15\3\1\0\2\2\x28")},
	{BYTES("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")},
	{BYTES("220 mail.example.net ESMTP Postfix\r\n")},
	{BYTES("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")},
	{BYTES("-ERR unknown command 'HELP'\r\n")},
	{BYTES("ERROR\r\n")},
	{BYTES("OK MPD 0.23.5\n")},
	{BYTES("ERROR\nunknown command\n")},
	{BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0")},
	{BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
	{BYTES("{\"error\":\"no such thing\"}\n\0")},
	{BYTES("Norway blues stun easily, major, and long for the fjords.\r\n")},
	{BYTES("\5\0\0\1")},
};

START_TEST(answers_of_others_are_foreign)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		struct bed bed;
		const struct vd_proto *p = bed_begin(&bed, questions[i].service);
		enum vd_step step = bed_hear(&bed, others[_i].bytes, others[_i].len);

		/* a few bytes may be too few to tell */
		ck_assert_msg(step == VD_FOREIGN || (step == VD_MORE && others[_i].len < 8),
		              "other %d: %s says %d", _i, p->name, step);
		ck_assert_msg(!bed.dialog.known, "other %d: %s knows it", _i, p->name);
		ck_assert_msg(p->starts == NULL ||
		                      !p->starts(span_of(others[_i].bytes, others[_i].len)),
		              "other %d: %s", _i, p->name);
		bed_end(&bed);
	}
}
END_TEST

START_TEST(malformed_answer_is_refused)
{
	struct bed bed;
	struct span in = span_of(malformed[_i].bytes, malformed[_i].len);

	bed_begin(&bed, malformed[_i].service);
	ck_assert_msg(bed_hear(&bed, in.at, span_left(in)) == VD_FOREIGN, "row %d: %s", _i,
	              malformed[_i].service);
	ck_assert(bed.proto->starts == NULL || !bed.proto->starts(in));
	bed_end(&bed);
}
END_TEST

/* Answers over UDP, and those whose bytes alone lead to their protocol. */
static const struct {
	const char *file, *hint, *service, *fact, *value;
} decoded[] = {
	{"portmap_udp", "portmap", "portmap", "portmap.programs",
         "portmapper.4/tcp:111,nfs.3/tcp:2049,391002.2/udp:32771"},
	{"kerberos_udp", NULL, "kerberos", "kerberos.realm", "EXAMPLE.ORG"},
	{"knx", NULL, "knx", "knx.name", "Router hall B"},
	{"knx", NULL, "knx", "knx.address", "1.1.0"},
	{"knx", NULL, "knx", "knx.serial", "00c501020304"},
	{"knx", NULL, "knx", "knx.mac", "00:00:0c:01:02:03"},
	{"mqtt5", NULL, "mqtt", "mqtt.protocol", "5.0"},
	{"mqtt5", NULL, "mqtt", "mqtt.return_code", "132"},
	{"amqp1", NULL, "amqp", "amqp.sasl", "true"},
	{"amqp1", NULL, "amqp", "amqp.protocol", "1-0-0"},
	{"jdwp", NULL, "jdwp", "jdwp.handshake", "true"},
	{"bolt", "bolt", "bolt", "bolt.version", "5.4"},
	{"oracle_refused", NULL, "oracle", "oracle.version", "19.0.0.0.0"},
	{"openwire", NULL, "openwire", "openwire.version", "5.16.1"},
	{"kafka", NULL, "kafka", "kafka.apis", "3"},
	{"stomp", "http", "stomp", "stomp.server", "RabbitMQ/3.10.8"},
	{"gearman", NULL, "gearman", "gearman.version", "1.1.19.1"},
	{"mysqlx", "mysql", "mysqlx", "mysqlx.node_type", "mysql"},
	{"cassandra_error", NULL, "cassandra", "cassandra.error",
         "Invalid or unsupported protocol version (3); the lowest supported version is 4"},
};

START_TEST(bytes_alone_tell_the_protocol_and_its_facts)
{
	struct vd_facts *facts = vd_facts_new();
	uint8_t bytes[4096];
	size_t len = read_corpus("decode", decoded[_i].file, bytes, sizeof(bytes));
	const char *service = vd_decode(decoded[_i].hint, bytes, len, facts);

	ck_assert_msg(service != NULL && strcmp(service, decoded[_i].service) == 0, "%s: %s",
	              decoded[_i].file, service != NULL ? service : "NULL");
	ck_assert_ptr_nonnull(vd_facts_get(facts, decoded[_i].fact));
	ck_assert_str_eq(vd_facts_get(facts, decoded[_i].fact)->value, decoded[_i].value);
	vd_facts_free(facts);
}
END_TEST

/* The listener may ask for the request again, once; the second demand ends the dialog. */
START_TEST(oracle_is_asked_again_once)
{
	static const char again[] = "\0\x08\0\0\x0b\0\0\0";
	struct bed bed;

	bed_begin(&bed, "oracle");
	bed.dialog.out_len = 0;
	ck_assert_int_eq(bed_hear(&bed, again, 8), VD_MORE);
	ck_assert_uint_eq(bed.dialog.out_len, 104);
	bed.dialog.out_len = 0;
	ck_assert_int_eq(bed_hear(&bed, again, 8), VD_FOREIGN);
	ck_assert_uint_eq(bed.dialog.out_len, 0);
	bed_end(&bed);
}
END_TEST

/* Bytes of one field, whether it is read, its number, its value, and the bytes of its contents. */
static const struct {
	const char *bytes;
	size_t len;
	bool good;
	uint32_t field;
	uint64_t value;
	size_t content;
} fields[] = {
	/* 150 and "testing", the examples of "Encoding" */
	{BYTES("\x08\x96\1"), true, 1, 150, 0},
	{BYTES("\x12\7testing"), true, 2, 7, 7},
	{BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"), true, 1, UINT64_MAX, 0},
	{BYTES("\x12\7testin"), false, 0, 0, 0},
	{BYTES("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\1x"), false, 0, 0, 0},
	{BYTES("\x08\x96"), false, 0, 0, 0},
	{BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"), false, 0, 0, 0},
	{BYTES("\x0d\1\2\3\4"), false, 0, 0, 0},
	{BYTES("\x02\1x"), false, 0, 0, 0},
	{BYTES(""), false, 0, 0, 0},
};

START_TEST(protobuf_field_is_read_whole_or_not_at_all)
{
	struct span in = span_of(fields[_i].bytes, fields[_i].len), content;
	uint32_t field;
	uint64_t value;

	ck_assert(decode_protobuf(&in, &field, &content, &value) == fields[_i].good);
	if (!fields[_i].good)
		return;
	ck_assert_uint_eq(field, fields[_i].field);
	ck_assert_uint_eq(value, fields[_i].value);
	ck_assert_uint_eq(span_left(content), fields[_i].content);
	ck_assert_uint_eq(span_left(in), 0);
}
END_TEST

#define LOOP(test, rows) tcase_add_loop_test(tc, test, 0, (int)(sizeof(rows) / sizeof((rows)[0])))

int main(void)
{
	TCase *tc = tcase_create("core");

	LOOP(question_is_that_of_the_specification_and_no_more, questions);
	LOOP(dialog_ends_with_its_answer_and_knows_its_facts, cases);
	LOOP(dialog_does_not_mind_how_bytes_are_cut, cases);
	LOOP(cut_answer_is_survived, cases);
	LOOP(echo_is_no_answer, questions);
	LOOP(sign_leads_to_its_protocol, cases);
	LOOP(answers_of_others_are_foreign, others);
	LOOP(malformed_answer_is_refused, malformed);
	LOOP(bytes_alone_tell_the_protocol_and_its_facts, decoded);
	LOOP(protobuf_field_is_read_whole_or_not_at_all, fields);
	tcase_add_test(tc, oracle_is_asked_again_once);
	return suite_run("data_protocols", tc);
}
