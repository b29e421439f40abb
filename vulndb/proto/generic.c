/* SPDX-License-Identifier: Apache-2.0 */
/* generic.c - the request for a port whose service is unknown: text servers answer it with their
 * help or with an error. */
#include "proto.h"

static enum vd_step generic_hear(struct vd_dialog *d)
{
	d->known = true;
	return VD_MORE;
}

const struct vd_proto vd_proto_generic = {
	.name = "generic",
	.yields = true,
	HELLO_TEXT("\r\n\r\nHELP\r\n\r\n"),
	.hear = generic_hear,
};
