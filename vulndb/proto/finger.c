/* SPDX-License-Identifier: Apache-2.0 */
/* finger.c - Finger (RFC 1288): decodes text that no sign marks, so only where this service is
 * expected. */
#include "proto.h"

enum { TEXT_MAX = 4096 };

static bool finger_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted)
		return false;
	decode_add(out, "finger.banner", span_trim(span_first(in, TEXT_MAX)));
	return true;
}

const struct vd_proto vd_proto_finger = {
	.name = "finger",
	.ports = PORTS(79),
	.decode = finger_decode,
};
