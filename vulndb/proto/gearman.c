/* SPDX-License-Identifier: Apache-2.0 */
/* gearman.c - Gearman's job server: sends the administrative command "version" (gearman.org,
 * "Protocol", Administrative Protocol). */
#include <ctype.h>

#include "proto.h"

enum { LINE_MAX = 32 };

static const char sign[] = "OK ";

/* The version of "OK 1.1.19.1" or "OK 1.1.20+ds"; empty where the bytes are another line, or no whole one. */
static struct span version_of(struct span in)
{
	struct span line, version, none = {in.end, in.end};
	bool dot = false;

	if (span_line_end(span_first(in, LINE_MAX), 0) == 0 || !span_line(&in, &line) ||
	    in.at != in.end || !span_starts(line, sign))
		return none;
	version = span_from(line, strlen(sign));
	for (const uint8_t *at = version.at; at < version.end; at++) {
		if (!isalnum(*at) && strchr(".+~-", *at) == NULL)
			return none;
		dot |= *at == '.';
	}
	return dot && isdigit(*version.at) ? version : none;
}

static bool gearman_starts(struct span in)
{
	return span_left(version_of(in)) > 0;
}

static enum vd_step gearman_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign) || d->in_len > LINE_MAX)
		return VD_FOREIGN;
	if (span_line_end(heard(d), 0) == 0)
		return VD_MORE;
	d->known = gearman_starts(heard(d));
	return d->known ? VD_DONE : VD_FOREIGN;
}

static bool gearman_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	decode_add(out, "gearman.version", version_of(in));
	return gearman_starts(in);
}

const struct vd_proto vd_proto_gearman = {
	.name = "gearman",
	.ports = PORTS(4730),
	.starts = gearman_starts,
	HELLO_TEXT("version\n"),
	.lines = true,
	.hear = gearman_hear,
	.decode = gearman_decode,
};
