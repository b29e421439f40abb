/* SPDX-License-Identifier: Apache-2.0 */
/* cassandra.c - CQL, which Cassandra and ScyllaDB speak: sends OPTIONS, which needs no log-in (CQL
 * binary protocol version 3, 4.1.3 and 4.2.4). */
#include "proto.h"

enum { HEAD = 9, VERSION = 3, ANSWER = 0x80, NEWEST = 5, BODY_MAX = 16384, LIST_MAX = 512 };
enum { ERROR = 0x00, OPTIONS = 0x05, SUPPORTED = 0x06, PAIRS_MAX = 64 };

/* Version, flags, stream 0x0053, opcode, length. */
static const uint8_t options[HEAD] = {VERSION, 0, 0, 'S', OPTIONS};

/* Is this the head of an answer on our stream? An error may come in another version, and on stream 0,
 * where the server did not read further than the version. */
static bool cassandra_starts(struct span in)
{
	uint8_t version = span_u8(in, 0) & 0x7f, opcode = span_u8(in, 4);
	uint16_t stream = span_be16(in, 2);
	uint32_t len = span_be32(in, 5);

	if (span_left(in) < HEAD || (in.at[0] & ANSWER) == 0 || version < VERSION ||
	    version > NEWEST || len > BODY_MAX)
		return false;
	return (opcode == SUPPORTED && len >= 2 && stream == 'S') ||
	       (opcode == ERROR && len >= 6 && (stream == 'S' || stream == 0));
}

static enum vd_step cassandra_hear(struct vd_dialog *d)
{
	uint8_t version = d->in[0] & 0x7f;

	if ((d->in[0] & ANSWER) == 0 || version < VERSION || version > NEWEST)
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!cassandra_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, HEAD + (size_t)span_be32(heard(d), 5));
}

/* Take a text, which has its length of two bytes before it. */
static struct span take_text(struct span *s)
{
	size_t len = span_be16(*s, 0);
	struct span text = span_part(*s, 2, 2 + len);

	*s = span_from(*s, 2 + len);
	return text;
}

/* Take a list of texts, and add it with commas between them under the name @fact, unless that is
 * NULL. */
static void take_list(struct span *s, const char *fact, struct vd_facts *out)
{
	char list[LIST_MAX];
	size_t len = 0;
	uint16_t count = span_be16(*s, 0);

	for (*s = span_from(*s, 2); count > 0 && span_left(*s) >= 2; count--) {
		struct span text = take_text(s);

		if (sizeof(list) - len < span_left(text) + 1)
			continue;
		if (len > 0)
			list[len++] = ',';
		memcpy(list + len, text.at, span_left(text));
		len += span_left(text);
	}
	if (fact != NULL)
		decode_add(out, fact, span_of(list, len));
}

static const char *fact_of(struct span key)
{
	static const char *const wanted[][2] = {{"CQL_VERSION", "cassandra.cql_version"},
	                                        {"COMPRESSION", "cassandra.compression"},
	                                        {"PROTOCOL_VERSIONS", "cassandra.versions"},
	                                        {"SCYLLA_SHARD", "cassandra.scylla_shard"}};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (span_left(key) == strlen(wanted[i][0]) && span_starts(key, wanted[i][0]))
			return wanted[i][1];
	return NULL;
}

static bool cassandra_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span body = span_part(in, HEAD, HEAD + (size_t)span_be32(in, 5));
	uint16_t count = span_be16(body, 0);

	(void)hinted;
	if (!cassandra_starts(in))
		return false;
	vd_facts_addf(out, "cassandra.protocol", "%u", in.at[0] & 0x7f);
	if (in.at[4] == ERROR) {
		body = span_from(body, 4);
		decode_add(out, "cassandra.error", take_text(&body));
		return true;
	}
	body = span_from(body, 2);
	for (int i = 0; i < PAIRS_MAX && i < count && span_left(body) > 2; i++) {
		const char *fact = fact_of(take_text(&body));

		take_list(&body, fact, out);
	}
	return true;
}

const struct vd_proto vd_proto_cassandra = {
	.name = "cassandra",
	.secure = "cassandras",
	.ports = PORTS(9042, 19042),
	.tls_ports = PORTS(9142),
	.starts = cassandra_starts,
	HELLO(options),
	.hear = cassandra_hear,
	.decode = cassandra_decode,
};
