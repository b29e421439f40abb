/* SPDX-License-Identifier: Apache-2.0 */
/* decode_database.c - the first packets of MySQL, PostgreSQL and MongoDB. */
#include <string.h>

#include "decode.h"

enum {
	MYSQL_PROTOCOL = 10,
	MYSQL_ERROR = 0xff,
	MYSQL_CAP_SSL = 0x0800,
	MYSQL_CAP_PLUGIN_AUTH = 0x0008, /* of the upper half */
};

static void add_mysql_error(struct span in, struct vd_facts *out)
{
	struct span text = span_from(in, 3);

	vd_facts_addf(out, "mysql.error_code", "%u", span_le16(in, 1));
	if (span_starts(text, "#"))
		text = span_from(text, 6); /* the SQL state */
	decode_add(out, "mysql.error", span_trim(text));
}

/* MySQL's internals manual, Protocol::HandshakeV10 */
static void add_mysql_handshake(struct span in, struct vd_facts *out)
{
	struct span rest = span_from(in, 1), plugin;
	uint16_t upper;
	size_t salt;

	decode_add(out, "mysql.version", span_text(&rest));
	rest = span_from(rest, 4 + 8 + 1); /* thread, salt, filler */
	decode_add_text(out, "mysql.tls",
	                (span_le16(rest, 0) & MYSQL_CAP_SSL) != 0 ? "true" : "false");
	upper = span_le16(rest, 5);
	salt = span_u8(rest, 7);
	salt = salt > 8 + 13 ? salt - 8 : 13;
	plugin = span_from(rest, 18 + salt);
	if ((upper & MYSQL_CAP_PLUGIN_AUTH) != 0)
		decode_add(out, "mysql.auth_plugin", span_text(&plugin));
}

bool decode_mysql(struct span in, bool hinted, struct vd_facts *out)
{
	uint32_t len = span_le32(in, 0) & 0xffffff;
	struct span packet = span_first(span_from(in, 4), len);

	(void)hinted;
	if (span_left(in) < 10 || len < 6 || len > 4096 || span_u8(in, 3) > 1)
		return false;
	if (packet.at[0] == MYSQL_PROTOCOL && packet.at[1] >= '0' && packet.at[1] <= '9')
		add_mysql_handshake(packet, out);
	else if (packet.at[0] == MYSQL_ERROR && span_le16(packet, 1) >= 1000 &&
	         span_le16(packet, 1) < 5000)
		add_mysql_error(packet, out);
	else
		return false;
	return true;
}

/* PostgreSQL manual, "Error and Notice Message Fields" */
static void add_postgres_error(struct span in, struct vd_facts *out)
{
	static const struct {
		uint8_t field;
		const char *fact;
	} fields[] = {{'M', "postgres.error"},
	              {'C', "postgres.code"},
	              {'F', "postgres.file"},
	              {'L', "postgres.line"},
	              {'R', "postgres.routine"}};

	while (in.at < in.end && *in.at != '\0') {
		uint8_t field = *in.at++;
		struct span text = span_text(&in);

		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			if (fields[i].field == field)
				decode_add(out, fields[i].fact, text);
	}
}

bool decode_postgres(struct span in, bool hinted, struct vd_facts *out)
{
	uint32_t len = span_be32(in, 1);

	if (hinted && span_left(in) == 1 && (*in.at == 'S' || *in.at == 'N')) {
		decode_add_text(out, "postgres.ssl", *in.at == 'S' ? "true" : "false");
		return true;
	}
	if (span_left(in) < 9 || len < 8 || len > 65536)
		return false;
	if (*in.at == 'E' &&
	    (span_starts(span_from(in, 5), "SFATAL") || span_starts(span_from(in, 5), "SERROR") ||
	     (hinted && in.at[5] == 'S'))) {
		add_postgres_error(span_first(span_from(in, 5), len - 4), out);
		return true;
	}
	if (*in.at == 'R' && (hinted || len == 8 || len == 12 || len == 23) &&
	    span_be32(in, 5) <= 12) {
		vd_facts_addf(out, "postgres.auth", "%u", span_be32(in, 5));
		return true;
	}
	return false;
}

/* ---- MongoDB --------------------------------------------------------------------------------- */

enum { OP_REPLY = 1, OP_MSG = 2013, BSON_DEPTH_MAX = 4 };

/* How long the value of that type is (bsonspec.org); 0: not known, or it does not fit. */
static size_t bson_len(uint8_t type, struct span value)
{
	static const struct {
		uint8_t type, len;
	} fixed[] = {{0x01, 8}, {0x07, 12}, {0x08, 1}, {0x09, 8},
	             {0x10, 4}, {0x11, 8},  {0x12, 8}, {0x13, 16}};
	uint64_t len = 0;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (fixed[i].type == type)
			len = fixed[i].len;
	if (type == 0x02 || type == 0x0d)
		len = 4 + (uint64_t)span_le32(value, 0);
	else if (type == 0x03 || type == 0x04)
		len = span_le32(value, 0);
	else if (type == 0x05)
		len = 5 + (uint64_t)span_le32(value, 0);
	return len <= span_left(value) ? (size_t)len : 0;
}

static void add_mongodb_member(struct vd_facts *out, struct span name, uint8_t type,
                               struct span value)
{
	struct span text = value;

	if (type == 0x02) {
		text = span_from(text, 4);
		text = span_text(&text);
		if (span_starts(name, "version"))
			decode_add(out, "mongodb.version", text);
		else if (span_starts(name, "setName"))
			decode_add(out, "mongodb.set", text);
		else if (span_starts(name, "errmsg"))
			decode_add(out, "mongodb.error", text);
	} else if (type == 0x10 && span_starts(name, "maxWireVersion")) {
		vd_facts_addf(out, "mongodb.wire_version", "%u", span_le32(value, 0));
	} else if (type == 0x10 && span_starts(name, "code") && span_left(name) == 4 &&
	           span_le32(value, 0) == 13) {
		decode_add_text(out, "mongodb.auth_required", "true"); /* Unauthorized */
	}
}

static bool add_bson(struct span in, struct vd_facts *out)
{
	uint32_t len = span_le32(in, 0);
	int members = 0;

	if (len < 5 || span_left(in) < 5)
		return false;
	in = span_from(span_first(in, len), 4);
	while (span_left(in) >= 2 && *in.at != 0 && members++ < 256) {
		uint8_t type = *in.at++;
		struct span name = span_text(&in);
		size_t size = bson_len(type, in);

		if (size == 0 && type != 0x0a && type != 0x06)
			return true;
		add_mongodb_member(out, name, type, span_first(in, size));
		in = span_from(in, size);
	}
	return true;
}

bool decode_mongodb(struct span in, bool hinted, struct vd_facts *out)
{
	uint32_t opcode = span_le32(in, 12);

	(void)hinted;
	if (span_left(in) < 26 || span_le32(in, 0) < 26 || span_le32(in, 0) > 48000000)
		return false;
	if (opcode == OP_REPLY && span_le32(in, 32) == 1)
		return add_bson(span_from(in, 36), out);
	if (opcode == OP_MSG && in.at[20] == 0 && span_le32(in, 16) <= 0x10000)
		return add_bson(span_from(in, 21), out);
	return false;
}
