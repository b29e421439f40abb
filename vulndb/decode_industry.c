/* SPDX-License-Identifier: Apache-2.0 */
/* decode_industry.c - what controllers in plants and buildings say about themselves. */
#include "decode.h"

/* Modbus application protocol 1.1b3, 6.21: read device identification. */
bool decode_modbus(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const facts[] = {"modbus.vendor", "modbus.product", "modbus.revision",
					    "modbus.url",    "modbus.name",    "modbus.model"};
	struct span rest;

	if (span_left(in) < 9 || span_be16(in, 2) != 0 || span_be16(in, 4) < 3 || span_be16(in, 4) > 254)
		return false;
	if (in.at[7] == 0xab) { /* an exception to our question is an answer as well */
		vd_facts_addf(out, "modbus.exception", "%u", in.at[8]);
		return true;
	}
	if (in.at[7] != 0x2b || in.at[8] != 0x0e)
		return hinted && (in.at[7] & 0x80) != 0;
	rest = span_from(in, 14);
	for (uint8_t i = span_u8(in, 13); i > 0 && span_left(rest) >= 2; i--) {
		struct span value = span_first(span_from(rest, 2), rest.at[1]);

		if (rest.at[0] < sizeof(facts) / sizeof(facts[0]))
			decode_add(out, facts[rest.at[0]], span_trim(value));
		rest = (struct span){value.end, rest.end};
	}
	return true;
}

/* EtherNet/IP, answer to ListIdentity: the name stands behind 33 bytes of the identity item. */
bool decode_enip(struct span in, bool hinted, struct vd_facts *out)
{
	struct span item = span_from(in, 26);

	(void)hinted;
	if (span_left(in) < 63 || span_le16(in, 0) != 0x63 || span_le32(in, 8) != 0 ||
	    span_le16(item, 0) != 0x0c)
		return false;
	vd_facts_addf(out, "enip.vendor", "%u", span_le16(item, 22));
	vd_facts_addf(out, "enip.device_type", "%u", span_le16(item, 24));
	vd_facts_addf(out, "enip.revision", "%u.%u", span_u8(item, 28), span_u8(item, 29));
	decode_add(out, "enip.product", span_first(span_from(item, 37), span_u8(item, 36)));
	return true;
}
