/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mumble.c - Mumble: inside TLS the server greets with its version (Mumble protocol,
 * "Version exchange"); over UDP it answers a ping with it.
 */
#include "proto.h"

enum { HEAD = 6, VERSION = 0, VERSION_MAX = 1024, PONG = 24, FIELDS_MAX = 16, USERS_MAX = 1000000 };
enum { NUMBER = 0, TEXT = 2 };

/* A message of type 0 that begins with its first field, a number, or its second, a text. */
static bool mumble_starts(struct span in)
{
	return span_left(in) > HEAD && span_be16(in, 0) == VERSION && span_be32(in, 2) >= 4 &&
	       span_be32(in, 2) <= VERSION_MAX && (in.at[HEAD] == 0x08 || in.at[HEAD] == 0x12);
}

/* Take a number of Protocol Buffers, seven bits a byte, the lowest first. */
static uint64_t take_number(struct span *s)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < 9 && s->at < s->end; i++) {
		uint8_t byte = *s->at++;

		number |= (uint64_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0)
			break;
	}
	return number;
}

/* Whether all of a version is there, and nothing else: numbers and texts that can be printed. */
static bool shows_version(struct span in)
{
	struct span rest = span_first(span_from(in, HEAD), span_be32(in, 2));
	bool number = false, text = false;

	if (!mumble_starts(in) || span_left(rest) < span_be32(in, 2))
		return false;
	while (rest.at < rest.end) {
		uint64_t key = take_number(&rest), value = take_number(&rest);

		if ((key & 7) == NUMBER) {
			number |= key >> 3 == 1;
			continue;
		}
		if ((key & 7) != TEXT || key >> 3 > 4 || value > span_left(rest))
			return false;
		for (size_t i = 0; i < value; i++)
			if (rest.at[i] < ' ' || rest.at[i] == 0x7f)
				return false;
		text |= value > 0;
		rest = span_from(rest, value);
	}
	return number && text;
}

static enum vd_step mumble_hear(struct vd_dialog *d)
{
	if (!d->tls || d->in[0] != 0)
		return VD_FOREIGN;
	if (d->in_len <= HEAD)
		return VD_MORE;
	return mumble_starts(heard(d)) ? whole_at(d, HEAD + (size_t)span_be32(heard(d), 2))
	                               : VD_FOREIGN;
}

/* Add a version: 16 bits, 8 bits, 8 bits. */
static void add_version(struct vd_facts *out, uint32_t version)
{
	vd_facts_addf(out, "mumble.version", "%u.%u.%u", (unsigned)(version >> 16),
	              (unsigned)(version >> 8 & 0xff), (unsigned)(version & 0xff));
}

/* Decode the fields of the message: version, release, system and its version. */
static void add_fields(struct span rest, struct vd_facts *out)
{
	static const char *const facts[] = {NULL, NULL, "mumble.release", "mumble.os",
	                                    "mumble.os_version"};

	for (int i = 0; i < FIELDS_MAX && rest.at < rest.end; i++) {
		uint64_t key = take_number(&rest), value = take_number(&rest);
		uint64_t field = key >> 3;

		if ((key & 7) == NUMBER) {
			if (field == 1)
				add_version(out, (uint32_t)value);
			continue;
		}
		if ((key & 7) != TEXT || value > VERSION_MAX)
			return;
		if (field >= 2 && field <= 4)
			decode_add(out, facts[field], span_first(rest, value));
		rest = span_from(rest, value);
	}
}

/* Decode the answer to a ping: version, our eight bytes, users, most users, most bits a second. */
static bool decode_pong(struct span in, struct vd_facts *out)
{
	if (span_left(in) != PONG || span_u8(in, 0) != 0 || span_be32(in, 0) < 0x00010000 ||
	    span_be32(in, 0) >= 0x00100000 || span_be32(in, 12) > span_be32(in, 16) ||
	    span_be32(in, 16) > USERS_MAX)
		return false;
	add_version(out, span_be32(in, 0));
	vd_facts_addf(out, "mumble.max_users", "%u", (unsigned)span_be32(in, 16));
	return true;
}

static bool mumble_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (hinted && decode_pong(in, out))
		return true;
	if (hinted ? !mumble_starts(in) : !shows_version(in))
		return false;
	add_fields(span_first(span_from(in, HEAD), span_be32(in, 2)), out);
	return true;
}

const struct vd_proto vd_proto_mumble = {
	.name = "mumble",
	.secure = "mumble",
	.tls_ports = PORTS(64738),
	.udp_ports = PORTS(64738),
	.starts = shows_version,
	.hear = mumble_hear,
	.decode = mumble_decode,
};
