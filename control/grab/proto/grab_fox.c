/* SPDX-License-Identifier: Apache-2.0 */
/* grab_fox.c - Niagara Fox: the greeting, to which a station states names and versions before any
 * log-in.
 *
 * Tridium publishes no specification; a frame is "fox", kind, sequence, answered sequence, channel,
 * command, then lines in braces up to ";;". */
#include <string.h>

#include "grab_proto.h"

static const char fox_hello[] = "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n";
static const char end[] = "};;";

static bool fox_starts(const uint8_t *p, size_t len)
{
	return len >= 6 && memcmp(p, "fox a ", 6) == 0;
}

static enum grab_step fox_bytes(struct grab_dialog *d)
{
	const struct grab_buf *in = &d->in;

	if (memcmp(in->data, "fox a ", in->len < 6 ? in->len : 6) != 0)
		return GRAB_FOREIGN;
	if (in->len < 6)
		return GRAB_MORE;
	if (memmem(in->data, in->len, end, sizeof(end) - 1) == NULL) {
		/* What only repeats our words so far may be an echo. */
		d->known = in->len > sizeof(fox_hello) || memcmp(in->data, fox_hello, in->len) != 0;
		return GRAB_MORE;
	}
	if (grab_begins(in, 0, fox_hello, sizeof(fox_hello) - 2))
		return GRAB_FOREIGN;
	d->known = true;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_fox = {
	.name = "fox",
	.starts = fox_starts,
	.hello = fox_hello,
	.hello_len = sizeof(fox_hello) - 1,
	.on_bytes = fox_bytes,
};
