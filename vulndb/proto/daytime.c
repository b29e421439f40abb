/* SPDX-License-Identifier: Apache-2.0 */
/* daytime.c - Daytime: reads the line with which the server tells the time (RFC 867). */
#include <ctype.h>

#include "proto.h"

enum { LINE_MAX = 128 };

/* Does a time of day stand in the text, as in 10:00:00? */
static bool has_time(struct span in)
{
	static const char form[] = "dd:dd:dd";

	for (; span_left(in) >= sizeof(form) - 1; in.at++) {
		size_t i = 0;

		while (form[i] != '\0' &&
		       (form[i] == 'd' ? isdigit(in.at[i]) != 0 : in.at[i] == ':'))
			i++;
		if (form[i] == '\0')
			return true;
	}
	return false;
}

static bool is_text(struct span in)
{
	for (; in.at < in.end; in.at++)
		if (!isprint(*in.at) && !isspace(*in.at))
			return false;
	return true;
}

static enum vd_step daytime_hear(struct vd_dialog *d)
{
	if (d->in_len > LINE_MAX || !is_text(heard(d)))
		return VD_FOREIGN;
	d->known = has_time(heard(d));
	if (d->known)
		return span_line_end(heard(d), 0) != 0 ? VD_DONE : VD_MORE;
	return VD_MORE;
}

static bool daytime_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)out;
	return hinted && span_left(in) <= LINE_MAX && is_text(in) && has_time(in);
}

const struct vd_proto vd_proto_daytime = {
	.name = "daytime",
	.ports = PORTS(13),
	.udp_ports = PORTS(13),
	.yields = true,
	.hear = daytime_hear,
	.decode = daytime_decode,
};
