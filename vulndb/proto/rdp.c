/* SPDX-License-Identifier: Apache-2.0 */
/* rdp.c - RDP: sends an X.224 connection request that offers TLS and CredSSP
 * (MS-RDPBCGR, 2.2.1.1). */
#include "proto.h"

enum { CONFIRM = 0xd0, NEG_RESPONSE = 2, NEG_FAILURE = 3, NEG_AT = 11, NEG_LEN = 8 };

static const uint8_t rdp_hello[] = {3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};

static bool rdp_starts(struct span in)
{
	return span_left(in) >= 6 && in.at[0] == 3 && in.at[1] == 0 && in.at[5] == CONFIRM;
}

static enum vd_step rdp_hear(struct vd_dialog *d)
{
	struct span in = heard(d);
	size_t len = span_be16(in, 2);

	if (d->tls)
		return VD_DONE;
	if (d->in_len < 6)
		return d->in[0] == 3 ? VD_MORE : VD_FOREIGN;
	if (!rdp_starts(in))
		return VD_FOREIGN;
	d->known = true;
	if (d->in_len < len)
		return VD_MORE;
	/* Every protocol but 0, the standard security of RDP, begins with TLS. */
	if (d->in_len == len && len >= NEG_AT + NEG_LEN && in.at[NEG_AT] == NEG_RESPONSE &&
	    in.at[NEG_AT + 4] != 0)
		return VD_STARTTLS;
	return VD_DONE;
}

/* Decode a connection confirm with a negotiation response or failure (2.2.1.2). */
static bool rdp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} protocols[] = {{0, "rdp"}, {1, "ssl"}, {2, "hybrid"}, {4, "rdstls"}, {8, "hybrid_ex"}};
	uint32_t chosen = span_le32(in, NEG_AT + 4);

	(void)hinted;
	if (span_left(in) < NEG_AT || in.at[0] != 3 || in.at[1] != 0 ||
	    (in.at[5] & 0xf0) != CONFIRM)
		return false;
	if (span_left(in) < NEG_AT + NEG_LEN || in.at[NEG_AT] != NEG_RESPONSE) {
		decode_add_text(out, "rdp.protocols", "rdp");
		if (span_left(in) >= NEG_AT + NEG_LEN && in.at[NEG_AT] == NEG_FAILURE)
			vd_facts_addf(out, "rdp.failure", "%u", chosen);
		return true;
	}
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].bit == chosen)
			decode_add_text(out, "rdp.protocols", protocols[i].name);
	return true;
}

const struct vd_proto vd_proto_rdp = {
	.name = "rdp",
	.aliases = NAMES("ms-wbt-server"),
	.ports = PORTS(3389),
	.starts = rdp_starts,
	HELLO(rdp_hello),
	.hear = rdp_hear,
	.decode = rdp_decode,
};
