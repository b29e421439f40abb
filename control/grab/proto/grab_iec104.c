/* SPDX-License-Identifier: Apache-2.0 */
/* grab_iec104.c - IEC 60870-5-104: the test frame (5.1). Nothing starts the transfer of data. */
#include <string.h>

#include "grab_proto.h"

enum { FRAME = 6 };

static const uint8_t act[FRAME] = {0x68, 4, 0x43, 0, 0, 0}; /* TESTFR act, which we say */
static const uint8_t con[FRAME] = {0x68, 4, 0x83, 0, 0, 0}; /* TESTFR con, the answer */

static bool iec104_starts(const uint8_t *p, size_t len)
{
	return len >= FRAME && memcmp(p, con, FRAME) == 0;
}

/* Do the @len bytes at @p begin like @frame? */
static bool is(const uint8_t *p, size_t len, const uint8_t frame[FRAME])
{
	return memcmp(p, frame, len < FRAME ? len : FRAME) == 0;
}

static enum grab_step iec104_bytes(struct grab_dialog *d)
{
	/* A station may test the connection too. We do not confirm: that would be a second frame.
	 */
	while (d->in.len - d->seen >= FRAME && is(d->in.data + d->seen, FRAME, act))
		d->seen += FRAME;
	if (d->in.len == d->seen)
		return GRAB_MORE;
	if (!is(d->in.data + d->seen, d->in.len - d->seen, con) &&
	    !is(d->in.data + d->seen, d->in.len - d->seen, act))
		return GRAB_FOREIGN;
	if (d->in.len - d->seen < FRAME)
		return GRAB_MORE;
	d->known = true;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_iec104 = {
	.name = "iec104",
	.starts = iec104_starts,
	.hello = act,
	.hello_len = sizeof(act),
	.on_bytes = iec104_bytes,
};
