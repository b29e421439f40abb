/* SPDX-License-Identifier: Apache-2.0 */
/* stun.c - STUN: sends a binding request (RFC 8489, 5 and 6). The answer may name the server's
 * software; our own address, which it states as well, is no fact of the server. */
#include "proto.h"

enum { HEAD = 20, SUCCESS = 0x0101, ERROR = 0x0111, SOFTWARE = 0x8022, ERROR_CODE = 0x0009 };
enum { COOKIE = 0x2112a442, ATTRIBUTES_MAX = 32, LENGTH_MAX = 2048 };

static const uint8_t stun_hello[] = {0,   1,   0,   0,   0x21, 0x12, 0xa4, 0x42, 'S', 'o',
                                     'n', 'd', 'e', 's', 't',  'u',  'n',  0,    0,   1};

static bool stun_starts(struct span in)
{
	uint16_t type = span_be16(in, 0), len = span_be16(in, 2);

	return span_left(in) >= HEAD && (type == SUCCESS || type == ERROR) && len % 4 == 0 &&
	       len <= LENGTH_MAX && span_be32(in, 4) == COOKIE;
}

static enum vd_step stun_hear(struct vd_dialog *d)
{
	static const uint8_t sign[] = {1};

	if (!span_may_start_bytes(heard(d), sign, sizeof(sign)))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	return stun_starts(heard(d)) ? whole_at(d, HEAD + (size_t)span_be16(heard(d), 2))
	                             : VD_FOREIGN;
}

static bool stun_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span rest;

	(void)hinted;
	if (!stun_starts(in))
		return false;
	decode_add_text(out, "stun.answer", span_be16(in, 0) == SUCCESS ? "success" : "error");
	rest = span_first(span_from(in, HEAD), span_be16(in, 2));
	for (int i = 0; i < ATTRIBUTES_MAX && span_left(rest) >= 4; i++) {
		uint16_t type = span_be16(rest, 0);
		size_t len = span_be16(rest, 2);
		struct span value = span_first(span_from(rest, 4), len);

		if (type == SOFTWARE)
			decode_add(out, "stun.software", span_trim(value));
		else if (type == ERROR_CODE && span_left(value) >= 4)
			vd_facts_addf(out, "stun.error", "%u", value.at[2] % 8 * 100 + value.at[3]);
		rest = span_from(rest, 4 + len + (4 - len % 4) % 4);
	}
	return true;
}

const struct vd_proto vd_proto_stun = {
	.name = "stun",
	.secure = "stuns",
	.aliases = NAMES("turn"),
	.ports = PORTS(3478),
	.tls_ports = PORTS(5349),
	.udp_ports = PORTS(3478),
	.starts = stun_starts,
	HELLO(stun_hello),
	.hear = stun_hear,
	.decode = stun_decode,
};
