/* SPDX-License-Identifier: Apache-2.0 */
/* socks4.c - SOCKS version 4 ("SOCKS: A protocol for TCP proxy across firewalls"): recognises by what a
 * proxy of it refuses a request. None is sent to it, because its requests open connections. */
#include "proto.h"

enum { REPLY = 8, REFUSED = 91, OTHER_USER = 93 };

/* A reply has a code, a port and an address. A refusal has neither of the last two, so only who was
 * asked for a proxy is believed with them. */
static bool socks4_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (span_left(in) != REPLY || in.at[0] != 0 || in.at[1] < REFUSED || in.at[1] > OTHER_USER)
		return false;
	if (!hinted && (span_be16(in, 2) != 0 || span_be32(in, 4) != 0))
		return false;
	vd_facts_addf(out, "socks4.code", "%u", in.at[1]);
	return true;
}

const struct vd_proto vd_proto_socks4 = {
	.name = "socks4",
	.decode = socks4_decode,
};
