/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ignite.c - Apache Ignite's thin clients: shakes hands in a version that no server has. The server
 * refuses it and names its own, so nobody is logged in (Ignite's "Binary Client Protocol", Connection
 * Handshake).
 */
#include "proto.h"

/* A refusal: length, failure, version in three halves, a text with its kind and length, a status. */
enum { HEAD = 11, LENGTH_AT = 0, FAILURE_AT = 4, VERSION_AT = 5, TEXT_KIND = 9, ANSWER_MAX = 2048 };
enum { MAJOR_MAX = 16, TEXT_AT = 16 };

/* Length, handshake, version 999.0.0, the code of thin clients. */
static const uint8_t handshake[] = {8, 0, 0, 0, 1, 0xe7, 3, 0, 0, 0, 0, 2};

static bool ignite_starts(struct span in)
{
	uint32_t len = span_le32(in, LENGTH_AT);

	return span_left(in) > HEAD && len >= HEAD - 4 && len <= ANSWER_MAX &&
	       in.at[FAILURE_AT] == 0 && span_le16(in, VERSION_AT) >= 1 &&
	       span_le16(in, VERSION_AT) <= MAJOR_MAX && in.at[HEAD] == TEXT_KIND;
}

static enum vd_step ignite_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (span_be16(in, 2) != 0 || span_u8(in, FAILURE_AT) != 0)
		return VD_FOREIGN;
	if (d->in_len <= HEAD)
		return VD_MORE;
	if (!ignite_starts(in))
		return VD_FOREIGN;
	return whole_at(d, 4 + (size_t)span_le32(in, LENGTH_AT));
}

static bool ignite_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span text = span_part(in, TEXT_AT, TEXT_AT + (size_t)span_le32(in, HEAD + 1));

	if (!ignite_starts(in) || (!hinted && !span_has(text, "version")))
		return false;
	vd_facts_addf(out, "ignite.protocol", "%u.%u.%u", span_le16(in, VERSION_AT),
	              span_le16(in, VERSION_AT + 2), span_le16(in, VERSION_AT + 4));
	decode_add(out, "ignite.error", text);
	return true;
}

/* The head of a refusal has too few certain bytes for a sign: only the port, or a caller, leads
 * here. */
const struct vd_proto vd_proto_ignite = {
	.name = "ignite",
	.ports = PORTS(10800),
	HELLO(handshake),
	.hear = ignite_hear,
	.decode = ignite_decode,
};
