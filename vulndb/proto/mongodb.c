/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mongodb.c - MongoDB: sends three read-only commands, each answered by one message. isMaster is
 * sent as OP_QUERY, in which every version accepts it; buildInfo and listDatabases as OP_MSG.
 */
#include "proto.h"

#define OP_QUERY "\xd4\x07\0\0"
#define OP_MSG "\xdd\x07\0\0"
#define IN_ADMIN "\x02$db\0\x06\0\0\0admin\0"

static const char is_master[58] = "\x3a\0\0\0\x01\0\0\0\0\0\0\0" OP_QUERY "\0\0\0\0admin.$cmd\0"
				  "\0\0\0\0\xff\xff\xff\xff"
				  "\x13\0\0\0\x10isMaster\0\x01\0\0\0";
static const char build_info[56] = "\x38\0\0\0\x02\0\0\0\0\0\0\0" OP_MSG "\0\0\0\0\0"
				   "\x23\0\0\0\x10"
				   "buildInfo\0\x01\0\0\0" IN_ADMIN;
static const char list_databases[71] = "\x47\0\0\0\x03\0\0\0\0\0\0\0" OP_MSG "\0\0\0\0\0"
				       "\x32\0\0\0\x10listDatabases\0\x01\0\0\0"
				       "\x08nameOnly\0\x01" IN_ADMIN;

enum { HEAD = 16, HEARD_MAX = 1 << 20, DECODED_MAX = 48000000, ASKED_LIST = 2 };
enum { REPLY = 1, MSG = 2013, REPLY_HEAD = HEAD + 20, MSG_HEAD = HEAD + 5 };
/* Types of BSON elements (bsonspec.org). */
enum { TEXT = 0x02, INT32 = 0x10, NUL_VALUE = 0x0a, UNDEFINED = 0x06 };
enum { UNAUTHORIZED = 13 };

/* Is this a reply to the first or second request, as OP_REPLY or OP_MSG? */
static bool mongodb_starts(struct span in)
{
	uint32_t len = span_le32(in, 0), answered = span_le32(in, 8), code = span_le32(in, 12);

	return span_left(in) >= HEAD && len >= HEAD && len <= HEARD_MAX &&
	       (answered == 1 || answered == 2) && (code == REPLY || code == MSG);
}

static enum vd_step mongodb_hear(struct vd_dialog *d)
{
	struct span in = unseen(d);
	size_t len = span_le32(in, 0);

	if (span_left(in) < HEAD)
		return VD_MORE;
	if (!d->known && !mongodb_starts(in))
		return VD_FOREIGN;
	d->known = true;
	if (len < HEAD || len > HEARD_MAX)
		return VD_DONE;
	if (span_left(in) < len)
		return VD_MORE;
	d->seen += len;
	if (d->first_len == 0)
		d->first_len = d->seen;
	if (d->state == ASKED_LIST)
		return VD_DONE;
	answer_at(d, d->seen);
	if (d->state++ == 0)
		say(d, build_info, sizeof(build_info));
	else
		say(d, list_databases, sizeof(list_databases));
	return VD_MORE;
}

/* The length of a value of the BSON type @type; 0 where the type is unknown or the value does not
 * fit into @value. */
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
	if (type == TEXT || type == 0x0d)
		len = 4 + (uint64_t)span_le32(value, 0);
	else if (type == 0x03 || type == 0x04)
		len = span_le32(value, 0);
	else if (type == 0x05)
		len = 5 + (uint64_t)span_le32(value, 0);
	return len <= span_left(value) ? (size_t)len : 0;
}

static void add_member(struct vd_facts *out, struct span name, uint8_t type, struct span value)
{
	struct span text = span_from(value, 4);

	if (type == TEXT) {
		text = span_text(&text);
		if (span_starts(name, "version"))
			decode_add(out, "mongodb.version", text);
		else if (span_starts(name, "setName"))
			decode_add(out, "mongodb.set", text);
		else if (span_starts(name, "errmsg"))
			decode_add(out, "mongodb.error", text);
	} else if (type == INT32 && span_starts(name, "maxWireVersion")) {
		vd_facts_addf(out, "mongodb.wire_version", "%u", span_le32(value, 0));
	} else if (type == INT32 && span_starts(name, "code") && span_left(name) == 4 &&
	           span_le32(value, 0) == UNAUTHORIZED) {
		decode_add_text(out, "mongodb.auth_required", "true");
	}
}

static bool add_document(struct span in, struct vd_facts *out)
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

		if (size == 0 && type != NUL_VALUE && type != UNDEFINED)
			return true;
		add_member(out, name, type, span_first(in, size));
		in = span_from(in, size);
	}
	return true;
}

static bool mongodb_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint32_t code = span_le32(in, 12);

	(void)hinted;
	if (span_left(in) < MSG_HEAD + 5 || span_le32(in, 0) < MSG_HEAD + 5 ||
	    span_le32(in, 0) > DECODED_MAX)
		return false;
	if (code == REPLY && span_le32(in, REPLY_HEAD - 4) == 1)
		return add_document(span_from(in, REPLY_HEAD), out);
	if (code == MSG && in.at[MSG_HEAD - 1] == 0 && span_le32(in, HEAD) <= 0x10000)
		return add_document(span_from(in, MSG_HEAD), out);
	return false;
}

/* The text value of the first BSON element @name; empty where there is none. */
static struct span text_element(struct span in, const char *name)
{
	size_t n = strlen(name) + 1; /* with the NUL behind it */

	for (; span_left(in) > 1 + n + 4; in.at++) {
		struct span value = span_from(in, 1 + n);

		if (in.at[0] != TEXT || memcmp(in.at + 1, name, n) != 0)
			continue;
		if (span_le32(value, 0) == 0 || span_left(value) - 4 < span_le32(value, 0))
			break;
		return span_part(value, 4, 4 + (size_t)span_le32(value, 0) - 1);
	}
	return (struct span){in.end, in.end};
}

/* A message may be longer than what was kept of it, so that mongodb_decode() misses members. Search
 * the bytes for the version, and for whether a log-in is required. */
static void mongodb_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	struct span in = heard(d);

	if (vd_facts_get(out, "mongodb.version") == NULL)
		decode_add(out, "mongodb.version", text_element(in, "version"));
	if (d->state != ASKED_LIST || vd_facts_get(out, "mongodb.auth_required") != NULL)
		return;
	if (span_has(in, "requires authentication") || span_has(in, "not authorized"))
		decode_add_text(out, "mongodb.auth_required", "true");
	else if (span_has(in, "databases"))
		decode_add_text(out, "mongodb.auth_required", "false");
}

const struct vd_proto vd_proto_mongodb = {
	.name = "mongodb",
	.ports = PORTS(27017, 27018, 27019),
	.starts = mongodb_starts,
	HELLO(is_master),
	.hear = mongodb_hear,
	.decode = mongodb_decode,
	.decode_each = true,
	.facts = mongodb_facts,
};
