/* SPDX-License-Identifier: Apache-2.0 */
/* iec104.c - IEC 60870-5-104: sends the test frame (5.1) and never starts the transfer of data. */
#include "proto.h"

enum { FRAME = 6 };

static const uint8_t act[FRAME] = {0x68, 4, 0x43, 0, 0, 0}; /* TESTFR act, which we say */
static const uint8_t con[FRAME] = {0x68, 4, 0x83, 0, 0, 0}; /* TESTFR con, the answer */

static bool iec104_starts(struct span in)
{
	return span_starts_bytes(in, con, FRAME);
}

static enum vd_step iec104_hear(struct vd_dialog *d)
{
	/* A station may test the connection too. We do not confirm: that would be a second
	 * frame. */
	while (span_starts_bytes(unseen(d), act, FRAME))
		d->seen += FRAME;
	if (!span_may_start_bytes(unseen(d), con, FRAME) &&
	    !span_may_start_bytes(unseen(d), act, FRAME))
		return VD_FOREIGN;
	if (span_left(unseen(d)) < FRAME)
		return VD_MORE;
	d->known = true;
	return VD_DONE;
}

static bool iec104_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	while (span_starts_bytes(in, act, FRAME))
		in = span_from(in, FRAME);
	if (!iec104_starts(in))
		return false;
	decode_add_text(out, "iec104.testfr", "true");
	return true;
}

const struct vd_proto vd_proto_iec104 = {
	.name = "iec104",
	.starts = iec104_starts,
	HELLO(act),
	.hear = iec104_hear,
	.decode = iec104_decode,
};
