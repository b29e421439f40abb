/* SPDX-License-Identifier: Apache-2.0 */
/* grab_lpd.c - line printer daemon: the state of a queue, in short (RFC 1179, 5.3). */
#include <ctype.h>

#include "grab_proto.h"

enum { STATE_MAX = 4096 };

/* "lp" is the usual name of a queue. A server without such a queue says so, which is an answer,
 * too. */
static const char lpd_hello[] = "\3lp\n";

/* The state is text without any sign; it ends where the server closes. */
static enum grab_step lpd_bytes(struct grab_dialog *d)
{
	uint8_t first = d->in.data[0];

	if ((!isprint(first) && !isspace(first) && first < 0x80) ||
	    grab_proto_recognise(d->in.data, d->in.len) != NULL)
		return GRAB_FOREIGN;
	d->known = true;
	return d->in.len < STATE_MAX ? GRAB_MORE : GRAB_DONE;
}

const struct grab_proto grab_proto_lpd = {
	.name = "lpd",
	.hello = lpd_hello,
	.hello_len = sizeof(lpd_hello) - 1,
	.on_bytes = lpd_bytes,
};
