/* SPDX-License-Identifier: Apache-2.0 */
/* giop.c - CORBA's GIOP: sends a LocateRequest for the object NameService, which asks where an object
 * is and calls nothing (OMG CORBA 3.3, part 2, 9.4.6). */
#include "proto.h"

enum { HEAD = 12, LENGTH_AT = 8, BODY_MAX = 16384 };
enum { LOCATE_REPLY = 4, CLOSE_CONNECTION = 5, MESSAGE_ERROR = 6 };
enum { LITTLE_ENDIAN_BIT = 1, REQUEST_ID = 0x536f6e64 };

/* GIOP 1.0, big-endian: the number of the request, the key of the object with its length. */
static const uint8_t giop_hello[] = {
	'G', 'I', 'O', 'P', 1,   0,   0,   3,   0,   0,   0,   19,  'S', 'o', 'n', 'd',
	0,   0,   0,   11,  'N', 'a', 'm', 'e', 'S', 'e', 'r', 'v', 'i', 'c', 'e',
};

static uint32_t word(struct span in, size_t at)
{
	return (span_u8(in, 6) & LITTLE_ENDIAN_BIT) != 0 ? span_le32(in, at) : span_be32(in, at);
}

static bool giop_starts(struct span in)
{
	uint8_t type = span_u8(in, 7);

	return span_left(in) >= HEAD && span_starts(in, "GIOP") && in.at[4] == 1 && in.at[5] <= 4 &&
	       word(in, LENGTH_AT) <= BODY_MAX &&
	       (type == LOCATE_REPLY || type == CLOSE_CONNECTION || type == MESSAGE_ERROR);
}

static enum vd_step giop_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), "GIOP"))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!giop_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, HEAD + (size_t)word(heard(d), LENGTH_AT));
}

static bool giop_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const states[] = {"unknown", "here", "elsewhere"};
	uint32_t state = word(in, HEAD + 4);

	(void)hinted;
	if (!giop_starts(in))
		return false;
	vd_facts_addf(out, "giop.version", "%u.%u", in.at[4], in.at[5]);
	if (in.at[7] == LOCATE_REPLY && word(in, HEAD) == REQUEST_ID && span_left(in) >= HEAD + 8 &&
	    state < sizeof(states) / sizeof(states[0]))
		decode_add_text(out, "giop.name_service", states[state]);
	return true;
}

const struct vd_proto vd_proto_giop = {
	.name = "giop",
	.secure = "giop-ssl",
	.ports = PORTS(2809, 683, 1050),
	.tls_ports = PORTS(684),
	.starts = giop_starts,
	HELLO(giop_hello),
	.hear = giop_hear,
	.decode = giop_decode,
};
