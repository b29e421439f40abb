/* SPDX-License-Identifier: Apache-2.0 */
/* gpsd.c - gpsd: the server greets with one line of JSON, {"class":"VERSION","release":"3.22",...}
 * (gpsd_json(5), VERSION). Nothing is sent: a WATCH would begin a stream of positions. */
#include "reply.h"

static const char sign[] = "{\"class\":\"VERSION\"";

static bool gpsd_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step gpsd_hear(struct vd_dialog *d)
{
	return reply_hear_line(d, sign);
}

static bool gpsd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!gpsd_starts(in))
		return false;
	decode_add_json(out, "gpsd.version", in, "release");
	decode_add_json(out, "gpsd.revision", in, "rev");
	decode_add_json(out, "gpsd.protocol", in, "proto_major");
	return true;
}

const struct vd_proto vd_proto_gpsd = {
	.name = "gpsd",
	.ports = PORTS(2947),
	.starts = gpsd_starts,
	.hear = gpsd_hear,
	.decode = gpsd_decode,
};
