/* SPDX-License-Identifier: Apache-2.0 */
/* mpd.c - MPD, a player of music: reads the greeting, "OK MPD 0.23.5", which names the version of the
 * protocol (MPD protocol, "Protocol overview"). */
#include <ctype.h>

#include "proto.h"

static const char sign[] = "OK MPD ";

static bool mpd_starts(struct span in)
{
	return span_starts(in, sign) && isdigit(span_u8(in, strlen(sign)));
}

static enum vd_step mpd_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = mpd_starts(heard(d));
	if (span_line_end(heard(d), 0) == 0)
		return VD_MORE;
	return d->known ? VD_DONE : VD_FOREIGN;
}

static bool mpd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	if (!mpd_starts(in) || !span_line(&in, &line))
		return false;
	decode_add(out, "mpd.version", span_trim(span_from(line, strlen(sign))));
	return true;
}

const struct vd_proto vd_proto_mpd = {
	.name = "mpd",
	.ports = PORTS(6600),
	.starts = mpd_starts,
	.hear = mpd_hear,
	.decode = mpd_decode,
};
