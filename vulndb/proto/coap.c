/* SPDX-License-Identifier: Apache-2.0 */
/* coap.c - CoAP: decodes the answer to GET /.well-known/core (RFC 7252, 3; RFC 6690, 4), a list of
 * what the device offers. */
#include "proto.h"

enum { HEAD = 4, TOKEN = 4, CLASS_MIN = 2, CLASS_MAX = 5, END_OF_OPTIONS = 0xff };
enum { OPTIONS_MAX = 32, RESOURCES_MAX = 4096 };

/* The value of a nibble of an option (RFC 7252, 3.1) with the bytes that may extend it; *@s moves
 * behind these. */
static size_t extended(struct span *s, uint8_t nibble)
{
	size_t value = nibble;

	if (nibble == 13)
		value = 13 + (size_t)span_u8(*s, 0);
	else if (nibble == 14)
		value = 269 + (size_t)span_be16(*s, 0);
	*s = span_from(*s, nibble == 13 ? 1 : nibble == 14 ? 2 : 0);
	return value;
}

/* The payload behind the options; empty where there is none, or an option is broken. */
static struct span payload_of(struct span s)
{
	for (int i = 0; i < OPTIONS_MAX && s.at < s.end; i++) {
		uint8_t head = *s.at;
		size_t len;

		s = span_from(s, 1);
		if (head == END_OF_OPTIONS)
			return s;
		if (head >> 4 == 15 || head % 16 == 15)
			break;
		extended(&s, head >> 4);
		len = extended(&s, head % 16);
		s = span_from(s, len);
	}
	return span_of(s.at, 0);
}

static bool coap_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span payload;
	uint8_t token = span_u8(in, 0) % 16, code = span_u8(in, 1);

	/* version 1, with a token as long as ours; an answer */
	if (span_left(in) < HEAD + TOKEN || in.at[0] >> 6 != 1 || token != TOKEN ||
	    code >> 5 < CLASS_MIN || code >> 5 > CLASS_MAX || code >> 5 == 3)
		return false;
	payload = payload_of(span_from(in, HEAD + TOKEN));
	if (!hinted && !span_starts(payload, "</"))
		return false;
	vd_facts_addf(out, "coap.code", "%u.%02u", code >> 5, code % 32);
	if (span_starts(payload, "<"))
		decode_add(out, "coap.resources", span_first(payload, RESOURCES_MAX));
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_coap = {
	.name = "coap",
	.udp_ports = PORTS(5683),
	.decode = coap_decode,
};
