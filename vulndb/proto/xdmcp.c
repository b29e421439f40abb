/* SPDX-License-Identifier: Apache-2.0 */
/* xdmcp.c - XDMCP, by which X terminals find a host to log in to: decodes the answer to a Query
 * (X Display Manager Control Protocol, "Packet Formats"). */
#include "proto.h"

enum { HEAD = 6, VERSION = 1, WILLING = 5, UNWILLING = 6 };

/* Take the next text, whose length stands in two bytes before it; false where it is cut off. */
static bool take_text(struct span *s, struct span *text)
{
	size_t len = span_be16(*s, 0);

	if (span_left(*s) < 2 + len)
		return false;
	*text = span_part(*s, 2, 2 + len);
	*s = span_from(*s, 2 + len);
	return true;
}

static bool xdmcp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint16_t opcode = span_be16(in, 2);
	struct span rest = span_from(in, HEAD), authentication, host, status;

	(void)hinted;
	if (span_be16(in, 0) != VERSION || (opcode != WILLING && opcode != UNWILLING) ||
	    span_left(rest) != span_be16(in, 4) ||
	    (opcode == WILLING && !take_text(&rest, &authentication)) || !take_text(&rest, &host) ||
	    !take_text(&rest, &status) || rest.at != rest.end)
		return false;
	decode_add_bool(out, "xdmcp.willing", opcode == WILLING);
	decode_add(out, "xdmcp.hostname", host);
	decode_add(out, "xdmcp.status", status);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_xdmcp = {
	.name = "xdmcp",
	.udp_ports = PORTS(177),
	.decode = xdmcp_decode,
};
