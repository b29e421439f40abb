/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rdp.c - RDP: sends an X.224 connection request that offers TLS and CredSSP
 * (MS-RDPBCGR, 2.2.1.1). Where the server chooses CredSSP, it is asked for a challenge of NTLM, in
 * which it names itself; no user is named to it.
 */
#include "ntlm.h"

enum { CONFIRM = 0xd0, NEG_RESPONSE = 2, NEG_FAILURE = 3, NEG_AT = 11, NEG_LEN = 8 };
enum { HYBRID = 2, HYBRID_EX = 8, SEQUENCE = 0x30, BER_HEAD_MAX = 6, CONNECTING = 0, ASKED };

static const uint8_t rdp_hello[] = {3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};

/* A TSRequest of version 2 (MS-CSSP, 2.2.1) as far as its token, the first message of NTLM. */
static const uint8_t rdp_request[] = {SEQUENCE, 89, 0xa0,     3,  2,    1,  2,    0xa1,          82,
                                      SEQUENCE, 80, SEQUENCE, 78, 0xa0, 76, 0x04, NTLM_HELLO_LEN};

static bool rdp_starts(struct span in)
{
	return span_left(in) >= 6 && in.at[0] == 3 && in.at[1] == 0 && in.at[5] == CONFIRM;
}

/* TLS is up: ask for the challenge where the server chose CredSSP, and wait for the answer. */
static enum vd_step hear_inside(struct vd_dialog *d)
{
	uint32_t chosen = span_le32(heard(d), NEG_AT + 4);
	struct span answer = unseen(d);
	size_t size;

	if (d->state == CONNECTING) {
		if (chosen != HYBRID && chosen != HYBRID_EX)
			return VD_DONE;
		d->state = ASKED;
		d->seen = d->first_len = d->in_len;
		answer_at(d, d->in_len);
		say(d, rdp_request, sizeof(rdp_request));
		say(d, ntlm_hello, NTLM_HELLO_LEN);
		return VD_MORE;
	}
	if (answer.at == answer.end)
		return VD_MORE;
	size = decode_ber_size(answer);
	if (*answer.at != SEQUENCE || (size == 0 && span_left(answer) >= BER_HEAD_MAX))
		return VD_DONE;
	return size == 0 || span_left(answer) < size ? VD_MORE : VD_DONE;
}

static enum vd_step rdp_hear(struct vd_dialog *d)
{
	struct span in = heard(d);
	size_t len = span_be16(in, 2);

	if (d->tls)
		return hear_inside(d);
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

/* Add what the server says about itself in a connection confirm (2.2.1.2.1). */
static void add_flags(uint8_t flags, struct vd_facts *out)
{
	static const char *const names[] = {"extended-client-data", "graphics", NULL,
	                                    "restricted-admin", "redirected-auth"};
	char list[96] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((flags >> i & 1) != 0 && names[i] != NULL)
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
			                        len > 0 ? "," : "", names[i]);
	decode_add_text(out, "rdp.flags", list);
}

/* Decode a connection confirm with a negotiation response or failure (2.2.1.2), or the answer of CredSSP. */
static bool rdp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} protocols[] = {{0, "rdp"}, {1, "ssl"}, {2, "hybrid"}, {4, "rdstls"}, {8, "hybrid_ex"}};
	uint32_t chosen = span_le32(in, NEG_AT + 4);

	if (hinted && span_u8(in, 0) == SEQUENCE)
		return ntlm_add(in, "rdp.os", out);
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
	decode_add_bool(out, "rdp.nla", chosen == HYBRID || chosen == HYBRID_EX);
	add_flags(in.at[NEG_AT + 1], out);
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
	.decode_each = true,
};
