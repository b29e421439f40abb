/* SPDX-License-Identifier: Apache-2.0 */
/* lpd.c - line printer daemon: asks for the short state of a queue (RFC 1179, 5.3). */
#include <ctype.h>

#include "proto.h"

enum { HEARD_MAX = 4096, STATE_MAX = 256 };

/* The state is text that no sign marks; it ends where the server closes the connection. */
static enum vd_step lpd_hear(struct vd_dialog *d)
{
	uint8_t first = d->in[0];

	if (!isprint(first) && !isspace(first) && first < 0x80)
		return VD_FOREIGN;
	d->known = true;
	return d->in_len < HEARD_MAX ? VD_MORE : VD_DONE;
}

/* Decodes text that is meant for people, so only where this service is expected. */
static bool lpd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, state = {in.at, in.at};

	if (!hinted || span_starts(in, "HTTP/"))
		return false;
	while (state.at == state.end && span_line(&in, &line))
		state = span_trim(line);
	for (const uint8_t *at = state.at; at < state.end; at++)
		if (iscntrl(*at) && *at != '\t')
			return false;
	decode_add(out, "lpd.state", span_first(state, STATE_MAX));
	return state.at < state.end;
}

const struct vd_proto vd_proto_lpd = {
	.name = "lpd",
	.aliases = NAMES("printer"),
	.yields = true,
	/* "lp" is the usual name of a queue. A server without such a queue says so, which is an
	 * answer, too. */
	HELLO_TEXT("\3lp\n"),
	.hear = lpd_hear,
	.decode = lpd_decode,
};
