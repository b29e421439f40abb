/* SPDX-License-Identifier: Apache-2.0 */
/* mgcp.c - MGCP, by which telephone gateways are driven: decodes the answer to an audit of an end
 * point (RFC 3435, 2.3.10 and 3.3), which changes nothing. */
#include <ctype.h>

#include "proto.h"

/* The number of our request, which the answer repeats. */
static const char number[] = " 736071";

static bool mgcp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	if (!span_line(&in, &line) || !isdigit(span_u8(line, 0)) || !isdigit(span_u8(line, 1)) ||
	    !isdigit(span_u8(line, 2)) || !span_starts(span_from(line, 3), number))
		return false;
	decode_add(out, "mgcp.code", span_first(line, 3));
	decode_add(out, "mgcp.reason", span_trim(span_from(line, 3 + strlen(number))));
	decode_add_line_value(out, "mgcp.packages", in, "A:");
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_mgcp = {
	.name = "mgcp",
	.udp_ports = PORTS(2427),
	.decode = mgcp_decode,
};
