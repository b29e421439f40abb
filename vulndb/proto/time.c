/* SPDX-License-Identifier: Apache-2.0 */
/* time.c - Time: reads the four bytes with which the server tells the seconds since 1900
 * (RFC 868). */
#include "proto.h"

enum { WHOLE = 4 };

/* 2000-01-01 and later: an earlier clock, or other bytes. */
static bool is_time(struct span in)
{
	return span_left(in) == WHOLE && span_be32(in, 0) >= 3155673600u;
}

static enum vd_step time_hear(struct vd_dialog *d)
{
	if (d->in_len < WHOLE)
		return VD_MORE;
	return is_time(heard(d)) ? whole_at(d, WHOLE) : VD_FOREIGN;
}

static bool time_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted || !is_time(in))
		return false;
	decode_add_bool(out, "time.answered", true);
	return true;
}

const struct vd_proto vd_proto_time = {
	.name = "time",
	.ports = PORTS(37),
	.udp_ports = PORTS(37),
	.yields = true,
	.hear = time_hear,
	.decode = time_decode,
};
