/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ike.c - IKE, the key exchange of IPsec: decodes answers to the first message of version 1
 * (RFC 2408, 3) and of version 2 (RFC 7296, 3). Over port 4500 four zeros come first (RFC 3948, 2.2).
 */
#include "proto.h"

enum { MARKER = 4, SPI = 8, HEAD = 28, NEXT_AT = 16, VERSION_AT = 17, EXCHANGE_AT = 18 };
enum { LENGTH_AT = 24, PAYLOADS_MAX = 32, VENDOR_MAX = 32, LIST_MAX = 1024 };
/* Payloads: of version 1 (RFC 2408, 3.1), of version 2 (RFC 7296, 3.2). */
enum { VENDOR_1 = 13, NOTIFY_1 = 11, VENDOR_2 = 43, NOTIFY_2 = 41 };

static const char *exchange_name(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {{2, "main"},
	             {4, "aggressive"},
	             {5, "informational"},
	             {34, "sa_init"},
	             {37, "informational"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}

/* Is this a whole message, or the beginning of one, from who did not begin the exchange? */
static bool is_answer(struct span in)
{
	static const uint8_t none[SPI];
	bool second = span_u8(in, VERSION_AT) == 0x20;

	if (span_left(in) < HEAD || span_starts_bytes(in, none, SPI) ||
	    exchange_name(in.at[EXCHANGE_AT]) == NULL ||
	    (in.at[VERSION_AT] != 0x10 && in.at[VERSION_AT] != 0x20))
		return false;
	return second == (in.at[EXCHANGE_AT] >= 34) &&
	       (!second || (in.at[EXCHANGE_AT + 1] & 0x20) != 0) && /* the bit of an answer */
	       span_be32(in, LENGTH_AT) >= HEAD && span_be32(in, LENGTH_AT) <= 65535;
}

/* Add @value in hexadecimal digits to the list, behind a comma. */
static void list_vendor(struct span value, char list[LIST_MAX], size_t *len)
{
	value = span_first(value, VENDOR_MAX);
	if (LIST_MAX - *len < 2 * span_left(value) + 2)
		return;
	*len += (size_t)snprintf(list + *len, LIST_MAX - *len, "%s", *len > 0 ? "," : "");
	for (; value.at < value.end; value.at++)
		*len += (size_t)snprintf(list + *len, LIST_MAX - *len, "%02x", *value.at);
}

/* Walk over the payloads of the message: vendors' marks, and why the other side refuses. */
static void add_payloads(struct span in, struct vd_facts *out)
{
	bool second = in.at[VERSION_AT] == 0x20;
	struct span rest = span_from(span_first(in, span_be32(in, LENGTH_AT)), HEAD);
	uint8_t type = in.at[NEXT_AT];
	char list[LIST_MAX];
	size_t len = 0;

	for (int i = 0; i < PAYLOADS_MAX && type != 0 && span_left(rest) >= 4; i++) {
		size_t size = span_be16(rest, 2);
		struct span value = span_part(rest, 4, size);

		if (size < 4)
			break;
		if (type == (second ? VENDOR_2 : VENDOR_1))
			list_vendor(value, list, &len);
		else if (type == (second ? NOTIFY_2 : NOTIFY_1) &&
		         span_left(value) >= (second ? 4u : 8u))
			vd_facts_addf(out, "isakmp.notify", "%u", span_be16(value, second ? 2 : 6));
		type = rest.at[0];
		rest = span_from(rest, size);
	}
	decode_add(out, "isakmp.vendor_ids", span_of(list, len));
}

static bool ike_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (span_left(in) > MARKER && span_be32(in, 0) == 0)
		in = span_from(in, MARKER);
	if (!is_answer(in) || (!hinted && span_be32(in, LENGTH_AT) != span_left(in)))
		return false;
	decode_add_text(out, "isakmp.version", in.at[VERSION_AT] == 0x20 ? "2.0" : "1.0");
	decode_add_text(out, "isakmp.exchange_type", exchange_name(in.at[EXCHANGE_AT]));
	add_payloads(in, out);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_ike = {
	.name = "ike",
	.aliases = NAMES("isakmp"),
	.udp_ports = PORTS(500, 4500),
	.decode = ike_decode,
};
