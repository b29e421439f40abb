/* SPDX-License-Identifier: Apache-2.0 */
/* qotd.c - Quote of the Day: reads the text that the server sends by itself (RFC 865). */
#include <ctype.h>

#include "proto.h"

enum { TEXT_MAX = 512 };

static bool is_text(struct span in)
{
	for (; in.at < in.end; in.at++)
		if (*in.at < ' ' && !isspace(*in.at))
			return false;
	return true;
}

static enum vd_step qotd_hear(struct vd_dialog *d)
{
	if (!is_text(heard(d)))
		return VD_FOREIGN;
	d->known = true;
	return VD_MORE;
}

/* Any text will do, so only who was asked is believed. */
static bool qotd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted || span_left(in) > TEXT_MAX || !is_text(in))
		return false;
	decode_add(out, "qotd.quote", span_trim(in));
	return true;
}

const struct vd_proto vd_proto_qotd = {
	.name = "qotd",
	.ports = PORTS(17),
	.udp_ports = PORTS(17),
	.yields = true,
	.hear = qotd_hear,
	.decode = qotd_decode,
};
