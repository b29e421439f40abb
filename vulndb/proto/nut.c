/* SPDX-License-Identifier: Apache-2.0 */
/* nut.c - Network UPS Tools: sends VER, which states the version of upsd (RFC 9271, 4.2.15) and needs
 * no log-in. */
#include "reply.h"

static const char sign[] = "Network UPS Tools upsd ";

static bool nut_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step nut_hear(struct vd_dialog *d)
{
	return reply_hear_line(d, sign);
}

static bool nut_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!nut_starts(in))
		return false;
	decode_add(out, "nut.version", span_word(span_from(in, strlen(sign))));
	return true;
}

const struct vd_proto vd_proto_nut = {
	.name = "nut",
	.ports = PORTS(3493),
	.starts = nut_starts,
	HELLO_TEXT("VER\n"),
	.lines = true,
	.hear = nut_hear,
	.decode = nut_decode,
};
