/* SPDX-License-Identifier: Apache-2.0 */
/* clamav.c - ClamAV's daemon: sends the command VERSION (clamd(8), COMMANDS), which scans
 * nothing. */
#include <ctype.h>

#include "proto.h"

static const char sign[] = "ClamAV ";

static bool clamav_starts(struct span in)
{
	return span_starts(in, sign) && isdigit(span_u8(in, strlen(sign)));
}

static enum vd_step clamav_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	if (span_line_end(heard(d), 0) == 0)
		return VD_MORE;
	d->known = clamav_starts(heard(d));
	return d->known ? VD_DONE : VD_FOREIGN;
}

/* The text up to the next slash; *@s moves behind it. */
static struct span take_part(struct span *s)
{
	struct span part = *s;

	for (part.end = s->at; part.end < s->end && *part.end != '/';)
		part.end++;
	*s = span_from(*s, span_left(part) + 1);
	return part;
}

/* Decode "ClamAV 1.0.3/27000/Tue Aug 15 08:00:00 2023": program, signatures, their date. */
static bool clamav_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	if (!clamav_starts(in) || !span_line(&in, &line))
		return false;
	line = span_from(line, strlen(sign));
	decode_add(out, "clamav.version", span_trim(take_part(&line)));
	decode_add(out, "clamav.database", span_trim(take_part(&line)));
	decode_add(out, "clamav.database_date", span_trim(line));
	return true;
}

const struct vd_proto vd_proto_clamav = {
	.name = "clamav",
	.ports = PORTS(3310),
	.starts = clamav_starts,
	HELLO_TEXT("nVERSION\n"),
	.hear = clamav_hear,
	.decode = clamav_decode,
};
