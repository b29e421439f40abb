/* SPDX-License-Identifier: Apache-2.0 */
/* bolt.c - Bolt, which Neo4j and Memgraph speak: the handshake, which settles the version (Neo4j, "Bolt
 * Protocol handshake specification"). No message follows it. */
#include "proto.h"

enum { ANSWER = 4 };

/* The magic, then four offers: a byte of zero, how many minor versions below are meant too, the minor
 * and the major version. */
static const uint8_t handshake[] = {0x60, 0x60, 0xb0, 0x17, 0, 8, 8, 5, 0, 4,
                                    4,    4,    0,    0,    0, 3, 0, 0, 0, 1};

/* Does the server choose one of the offers? */
static bool is_choice(struct span in)
{
	uint8_t minor = span_u8(in, 2), major = span_u8(in, 3);

	return span_left(in) == ANSWER && span_be16(in, 0) == 0 &&
	       ((major == 5 && minor <= 8) || (major == 4 && minor <= 4) ||
	        ((major == 3 || major == 1) && minor == 0));
}

static enum vd_step bolt_hear(struct vd_dialog *d)
{
	if (d->in_len > ANSWER || d->in[0] != 0 || span_u8(heard(d), 1) != 0)
		return VD_FOREIGN;
	if (d->in_len < ANSWER)
		return VD_MORE;
	return is_choice(heard(d)) ? whole_at(d, ANSWER) : VD_FOREIGN;
}

static bool bolt_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted || !is_choice(in))
		return false;
	vd_facts_addf(out, "bolt.version", "%u.%u", in.at[3], in.at[2]);
	return true;
}

/* Four bytes are too few for a sign: only the port, or a caller, leads here. */
const struct vd_proto vd_proto_bolt = {
	.name = "bolt",
	.secure = "bolts",
	.ports = PORTS(7687),
	HELLO(handshake),
	.hear = bolt_hear,
	.decode = bolt_decode,
};
