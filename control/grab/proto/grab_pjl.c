/* SPDX-License-Identifier: Apache-2.0 */
/* grab_pjl.c - printers: the model, by INFO ID (HP, Printer Job Language Technical Reference
 * Manual).
 */
#include <string.h>

#include "grab_proto.h"

enum { FORM_FEED = 0x0c };

/* The manual's Universal Exit Language before and behind the command: what follows is no text to
 * print. */
static const char pjl_hello[] = "\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X";

static bool pjl_starts(const uint8_t *p, size_t len)
{
	return len >= 5 && memcmp(p, "@PJL ", 5) == 0;
}

/* The answer repeats the command, states the model in quotes, and ends with a form feed. */
static enum grab_step pjl_bytes(struct grab_dialog *d)
{
	const struct grab_buf *in = &d->in;
	size_t second;

	if (memcmp(in->data, "@PJL ", in->len < 5 ? in->len : 5) != 0)
		return GRAB_FOREIGN;
	if (in->len < 5)
		return GRAB_MORE;
	d->known = true;
	if (memchr(in->data, FORM_FEED, in->len) != NULL)
		return GRAB_DONE;
	second = grab_line_end(in, 0);
	return second != 0 && grab_begins(in, second, "\"", 1) && grab_line_end(in, second) != 0
	               ? GRAB_DONE
	               : GRAB_MORE;
}

const struct grab_proto grab_proto_pjl = {
	.name = "pjl",
	.starts = pjl_starts,
	.hello = pjl_hello,
	.hello_len = sizeof(pjl_hello) - 1,
	.on_bytes = pjl_bytes,
};
