/* SPDX-License-Identifier: Apache-2.0 */
/* finger.c - Finger: asks with an empty line who is there (RFC 1288, 2.3), which tells names and
 * changes nothing. */
#include "proto.h"

enum { TEXT_MAX = 4096 };

static enum vd_step finger_hear(struct vd_dialog *d)
{
	if (memchr(d->in, '\0', d->in_len) != NULL)
		return VD_FOREIGN;
	d->known = true;
	return VD_MORE;
}

/* No sign marks the text, so only who was asked is believed. */
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
	.yields = true,
	HELLO_TEXT("\r\n"),
	.hear = finger_hear,
	.decode = finger_decode,
};
