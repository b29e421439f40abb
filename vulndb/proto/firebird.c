/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firebird.c - Firebird: opens the connection of its remote protocol, which settles the version of the
 * protocol; names no user and attaches to no database (Firebird's "Wire Protocol", op_connect).
 */
#include "proto.h"

enum { ACCEPT = 3, REJECT = 4, RESPONSE = 9, ACCEPT_LEN = 16, ERROR_HEAD = 28 };
enum { VERSION_FLAG = 0x8000, REJECT_LEN = 4 };
enum { TYPE_MIN = 2, TYPE_MAX = 5, ARCHITECTURES = 64, STATUS_ERROR = 1, STATUS_BASE = 0x1400 };

/* op_connect for an attach, version 2, generic architecture, no path, three protocols, no user; each
 * protocol has a version (10, 11, 12), an architecture, types from 2 (calls) to 3 (batches of them), a
 * weight. */
static const uint8_t op_connect[] = {
	0, 0, 0, 1, 0,    0,  0,    19, 0, 0,  0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
	0, 3, 0, 0, 0,    0,  0,    0,  0, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3,
	0, 0, 0, 2, 0,    0,  0x80, 11, 0, 0,  0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0,
	0, 4, 0, 0, 0x80, 12, 0,    0,  0, 1,  0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 6,
};

/* The version of the protocol that the server accepts; 0 where the bytes are no acceptance. The flag
 * may be extended as a sign into the upper half. */
static unsigned accepted(struct span in)
{
	uint32_t version = span_be32(in, 4), number = version & 0x7fff, type = span_be32(in, 12);
	uint32_t upper = version >> 16;

	if (span_left(in) < ACCEPT_LEN || span_be32(in, 0) != ACCEPT || number < 10 ||
	    number > 12 || ((version & VERSION_FLAG) != 0) != (number > 10) ||
	    (upper != 0 && !(upper == 0xffff && number > 10)) || span_be32(in, 8) > ARCHITECTURES ||
	    type < TYPE_MIN || type > TYPE_MAX)
		return 0;
	return number;
}

/* Is this a response whose status is an error? Object, blob ID of eight bytes, no data, status. */
static bool is_error(struct span in)
{
	return span_left(in) >= ERROR_HEAD && span_be32(in, 0) == RESPONSE &&
	       span_be32(in, 16) == 0 && span_be32(in, 20) == STATUS_ERROR &&
	       span_be16(in, 24) == STATUS_BASE;
}

/* A server that wants a log-in or encryption in this message refuses all protocols. The answer has no
 * sign: it means this only where it answers our question. */
static bool is_rejection(struct span in)
{
	return span_left(in) == REJECT_LEN && span_be32(in, 0) == REJECT;
}

static bool firebird_starts(struct span in)
{
	return accepted(in) != 0 || is_error(in);
}

static enum vd_step firebird_hear(struct vd_dialog *d)
{
	static const uint8_t accept[] = {0, 0, 0, ACCEPT}, response[] = {0, 0, 0, RESPONSE};
	struct span in = heard(d);
	bool refused = span_u8(in, 3) == RESPONSE;

	if (is_rejection(in))
		return whole_at(d, REJECT_LEN);
	if (!span_may_start_bytes(in, accept, 4) && !span_may_start_bytes(in, response, 4))
		return VD_FOREIGN;
	if (d->in_len < (refused ? ERROR_HEAD + 0U : ACCEPT_LEN + 0U))
		return VD_MORE;
	d->known = firebird_starts(in);
	return d->known ? VD_DONE : VD_FOREIGN;
}

static bool firebird_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (accepted(in) != 0)
		vd_facts_addf(out, "firebird.protocol", "%u", accepted(in));
	else if (is_error(in))
		vd_facts_addf(out, "firebird.error", "%u", span_be32(in, 24));
	else if (hinted && is_rejection(in))
		decode_add_bool(out, "firebird.rejected", true);
	else
		return false;
	return true;
}

const struct vd_proto vd_proto_firebird = {
	.name = "firebird",
	.ports = PORTS(3050),
	.starts = firebird_starts,
	HELLO(op_connect),
	.hear = firebird_hear,
	.decode = firebird_decode,
};
