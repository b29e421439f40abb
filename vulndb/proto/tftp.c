/* SPDX-License-Identifier: Apache-2.0 */
/* tftp.c - TFTP: decodes the error that answers the request for a file that is not there (RFC 1350,
 * 5), or the first block of one. */
#include "proto.h"

enum { DATA = 3, ERROR = 5, ERROR_MAX = 8, ANSWER_MIN = 5, MESSAGE_MAX = 256 };

static bool tftp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint16_t opcode = span_be16(in, 0);
	struct span message = span_first(span_from(in, 4), MESSAGE_MAX);

	if (!hinted || span_left(in) < ANSWER_MIN)
		return false;
	if (opcode == DATA && span_be16(in, 2) == 1) {
		decode_add_text(out, "tftp.answer", "data");
		return true;
	}
	if (opcode != ERROR || span_be16(in, 2) > ERROR_MAX || in.end[-1] != 0)
		return false;
	decode_add_text(out, "tftp.answer", "error");
	vd_facts_addf(out, "tftp.code", "%u", span_be16(in, 2));
	decode_add(out, "tftp.error", span_trim(span_text(&message)));
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_tftp = {
	.name = "tftp",
	.udp_ports = PORTS(69),
	.decode = tftp_decode,
};
