/* SPDX-License-Identifier: Apache-2.0 */
/* pjl.c - printers: asks for the model with INFO ID (HP, Printer Job Language Technical Reference
 * Manual). */
#include "proto.h"

enum { FORM_FEED = 0x0c };

static const char sign[] = "@PJL ";

static bool pjl_starts(struct span in)
{
	return span_starts(in, sign);
}

/* The answer repeats the command, states the model in quotes, and ends with a form feed. */
static enum vd_step pjl_hear(struct vd_dialog *d)
{
	struct span in = heard(d);
	size_t second;

	if (!span_may_start(in, sign))
		return VD_FOREIGN;
	if (!pjl_starts(in))
		return VD_MORE;
	d->known = true;
	if (memchr(d->in, FORM_FEED, d->in_len) != NULL)
		return VD_DONE;
	second = span_line_end(in, 0);
	return second != 0 && span_starts(span_from(in, second), "\"") &&
	                       span_line_end(in, second) != 0
	               ? VD_DONE
	               : VD_MORE;
}

static bool pjl_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	if (!pjl_starts(in))
		return false;
	while (span_line(&in, &line)) {
		line = span_trim(line);
		if (span_left(line) < 3 || *line.at != '"')
			continue;
		line.at++;
		if (line.end[-1] == '"')
			line.end--;
		decode_add(out, "pjl.id", line);
		break;
	}
	return true;
}

const struct vd_proto vd_proto_pjl = {
	.name = "pjl",
	.aliases = NAMES("jetdirect"),
	.starts = pjl_starts,
	/* The manual's Universal Exit Language stands before and behind the command, so that the
	 * printer does not take it as text to print. */
	HELLO_TEXT("\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X"),
	.hear = pjl_hear,
	.decode = pjl_decode,
};
