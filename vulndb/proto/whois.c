/* SPDX-License-Identifier: Apache-2.0 */
/* whois.c - Whois: reads the notice with which some servers greet, and asks nothing (RFC 3912). */
#include "proto.h"

enum { TEXT_MAX = 2048 };

/* Notices are comments. */
static bool is_notice(struct span in)
{
	return span_starts(in, "%") || span_starts(in, "#");
}

static enum vd_step whois_hear(struct vd_dialog *d)
{
	if (!is_notice(heard(d)))
		return VD_FOREIGN;
	d->known = span_line_end(heard(d), 0) != 0;
	return VD_MORE;
}

static bool whois_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted || !is_notice(in))
		return false;
	decode_add(out, "whois.banner", span_trim(span_first(in, TEXT_MAX)));
	return true;
}

const struct vd_proto vd_proto_whois = {
	.name = "whois",
	.ports = PORTS(43),
	.yields = true,
	.hear = whois_hear,
	.decode = whois_decode,
};
