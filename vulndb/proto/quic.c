/* SPDX-License-Identifier: Apache-2.0 */
/* quic.c - QUIC: decodes the Version Negotiation packet that answers a version which nobody has
 * (RFC 9000, 6 and 17.2.1). */
#include "proto.h"

enum { HEAD = 5, LONG = 0x80, ID_MAX = 20, VERSIONS_MAX = 16 };

/* Versions of the form 0x?a?a?a?a are reserved (15): servers mix them in by chance. */
static bool is_reserved(uint32_t version)
{
	return (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

static void add_versions(struct span rest, struct vd_facts *out)
{
	char list[16 * VERSIONS_MAX] = "";
	size_t len = 0;

	for (int i = 0; i < VERSIONS_MAX && span_left(rest) >= 4; i++, rest = span_from(rest, 4)) {
		uint32_t version = span_be32(rest, 0);

		if (is_reserved(version))
			continue;
		/* drafts are 0xff000000 and their number; Google's are letters */
		if (version == 1)
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%sv1",
			                        len > 0 ? "," : "");
		else
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s0x%08x",
			                        len > 0 ? "," : "", (unsigned)version);
	}
	decode_add_text(out, "quic.versions", list);
}

static bool quic_decode(struct span in, bool hinted, struct vd_facts *out)
{
	size_t destination = span_u8(in, HEAD), source = span_u8(in, HEAD + 1 + destination);
	struct span rest = span_from(in, HEAD + 2 + destination + source);

	(void)hinted;
	if ((span_u8(in, 0) & LONG) == 0 || span_be32(in, 1) != 0 || destination > ID_MAX ||
	    source > ID_MAX || span_left(rest) < 4 || span_left(rest) % 4 != 0)
		return false;
	add_versions(rest, out);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_quic = {
	.name = "quic",
	.udp_ports = PORTS(443),
	.decode = quic_decode,
};
