/* SPDX-License-Identifier: Apache-2.0 */
/* upnp.c - UPnP: decodes a search answer (SSDP), which has the form of HTTP and is told apart by
 * the headers ST and USN. */
#include "reply.h"

static bool upnp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;

	(void)hinted;
	if (!reply_read(in, "HTTP/", &r) || reply_header(&r, "ST").at == NULL ||
	    reply_header(&r, "USN").at == NULL)
		return false;
	decode_add(out, "upnp.server", reply_header(&r, "Server"));
	decode_add(out, "upnp.location", reply_header(&r, "Location"));
	decode_add(out, "upnp.usn", reply_header(&r, "USN"));
	decode_add(out, "upnp.st", reply_header(&r, "ST"));
	return true;
}

const struct vd_proto vd_proto_upnp = {
	.name = "upnp",
	.ports = PORTS(49152),
	.udp_ports = PORTS(1900),
	.decode = upnp_decode,
};
