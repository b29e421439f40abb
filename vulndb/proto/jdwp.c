/* SPDX-License-Identifier: Apache-2.0 */
/* jdwp.c - the Java Debug Wire Protocol, by its port and its handshake only: who says the handshake is
 * a debugger, for which a virtual machine may stop ("Java Debug Wire Protocol", Start-Up). */
#include "proto.h"

static bool jdwp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!span_starts(in, "JDWP-Handshake"))
		return false;
	decode_add_text(out, "jdwp.handshake", "true");
	return true;
}

/* There is no dialog. */
const struct vd_proto vd_proto_jdwp = {
	.name = "jdwp",
	.ports = PORTS(5005),
	.decode = jdwp_decode,
};
