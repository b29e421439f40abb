/* SPDX-License-Identifier: Apache-2.0 */
/* msrpc.c - DCE/RPC: binds to the endpoint mapper without authentication and calls nothing (The Open
 * Group, C706, 12.6.4.3 and appendix O; MS-RPCE, 2.2.2). */
#include "proto.h"

enum { HEAD = 16, BIND_ACK = 12, BIND_NAK = 13, FRAGMENT_MAX = 5840, LITTLE_ENDIAN_DATA = 0x10 };
enum { ADDRESS_AT = 24, ADDRESS_MAX = 64 };

/* Version 5.0, bind, whole; lengths; call "Sond"; fragments of 4,280 bytes; one context: the endpoint
 * mapper, version 3, in the transfer syntax NDR, version 2. */
static const uint8_t bind_call[] = {
	5,    0,    11,   3,    LITTLE_ENDIAN_DATA,
	0,    0,    0,    72,   0,
	0,    0,    'S',  'o',  'n',
	'd',  0xb8, 0x10, 0xb8, 0x10,
	0,    0,    0,    0,    1,
	0,    0,    0,    0,    0,
	1,    0,    0x08, 0x83, 0xaf,
	0xe1, 0x1f, 0x5d, 0xc9, 0x11,
	0x91, 0xa4, 0x08, 0x00, 0x2b,
	0x14, 0xa0, 0xfa, 3,    0,
	0,    0,    0x04, 0x5d, 0x88,
	0x8a, 0xeb, 0x1c, 0xc9, 0x11,
	0x9f, 0xe8, 0x08, 0x00, 0x2b,
	0x10, 0x48, 0x60, 2,    0,
	0,    0,
};

static bool msrpc_starts(struct span in)
{
	uint16_t len = span_le16(in, 8);

	return span_left(in) >= HEAD && in.at[0] == 5 && in.at[1] <= 1 &&
	       (in.at[2] == BIND_ACK || in.at[2] == BIND_NAK) && in.at[4] == LITTLE_ENDIAN_DATA &&
	       len > HEAD && len <= FRAGMENT_MAX && memcmp(in.at + 12, bind_call + 12, 4) == 0;
}

static enum vd_step msrpc_hear(struct vd_dialog *d)
{
	uint8_t kind = span_u8(heard(d), 2);

	if (d->in[0] != 5 || span_u8(heard(d), 1) > 1 ||
	    (d->in_len > 2 && kind != BIND_ACK && kind != BIND_NAK))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!msrpc_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, span_le16(heard(d), 8));
}

/* Decode an acknowledgement: sizes, the association group, the secondary address, results; or a
 * refusal with its reason. */
static bool msrpc_decode(struct span in, bool hinted, struct vd_facts *out)
{
	size_t len = span_le16(in, ADDRESS_AT), results = (ADDRESS_AT + 2 + len + 3) & ~(size_t)3;
	struct span address = span_part(in, ADDRESS_AT + 2, ADDRESS_AT + 2 + len);

	(void)hinted;
	if (!msrpc_starts(in))
		return false;
	if (in.at[2] == BIND_NAK) {
		vd_facts_addf(out, "msrpc.refused", "%u", span_le16(in, HEAD));
		return true;
	}
	vd_facts_addf(out, "msrpc.max_fragment", "%u", span_le16(in, HEAD));
	if (len <= ADDRESS_MAX)
		decode_add(out, "msrpc.address", span_text(&address));
	if (span_u8(in, results) >= 1 && results + 6 <= span_left(in))
		decode_add_bool(out, "msrpc.endpoint_mapper", span_le16(in, results + 4) == 0);
	return true;
}

const struct vd_proto vd_proto_msrpc = {
	.name = "msrpc",
	.aliases = NAMES("epmap"),
	.ports = PORTS(135),
	.starts = msrpc_starts,
	HELLO(bind_call),
	.hear = msrpc_hear,
	.decode = msrpc_decode,
};
