/* SPDX-License-Identifier: Apache-2.0 */
/* btest.c - MikroTik's bandwidth test: reads the four bytes with which the server greets, and begins
 * no test. */
#include "proto.h"

enum { WHOLE = 4 };

static const uint8_t sign[WHOLE] = {1};

static enum vd_step btest_hear(struct vd_dialog *d)
{
	if (d->in_len > WHOLE || !span_may_start_bytes(heard(d), sign, WHOLE))
		return VD_FOREIGN;
	return whole_at(d, WHOLE);
}

/* Four bytes are a weak sign, so only on the port of the service. */
static bool btest_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)out;
	return hinted && span_left(in) == WHOLE && span_starts_bytes(in, sign, WHOLE);
}

const struct vd_proto vd_proto_btest = {
	.name = "btest",
	.ports = PORTS(2000),
	.yields = true,
	.hear = btest_hear,
	.decode = btest_decode,
};
