/* SPDX-License-Identifier: Apache-2.0 */
/* decode_industry.c - what controllers in plants and buildings say about themselves. */
#include <string.h>

#include "decode.h"

/* Modbus application protocol 1.1b3, 6.21: read device identification. */
bool decode_modbus(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const facts[] = {"modbus.vendor", "modbus.product", "modbus.revision",
	                                    "modbus.url",    "modbus.name",    "modbus.model"};
	struct span rest;
	bool whole;

	if (span_left(in) < 9 || span_be16(in, 2) != 0 || span_be16(in, 4) < 3 ||
	    span_be16(in, 4) > 254)
		return false;
	whole = span_left(in) == 6u + span_be16(in, 4);
	in = span_first(in, 6u + span_be16(in, 4));
	if (in.at[7] == 0xab) { /* an exception to our question is an answer as well */
		if (!hinted && (!whole || span_left(in) != 9 || in.at[8] == 0 || in.at[8] > 11))
			return false;
		vd_facts_addf(out, "modbus.exception", "%u", in.at[8]);
		return true;
	}
	if (in.at[7] != 0x2b || in.at[8] != 0x0e)
		return hinted && (in.at[7] & 0x80) != 0;
	if (!hinted && (!whole || span_left(in) < 14 || in.at[9] < 1 || in.at[9] > 4))
		return false;
	rest = span_from(in, 14);
	for (uint8_t i = span_u8(in, 13); i > 0 && span_left(rest) >= 2; i--) {
		struct span value = span_first(span_from(rest, 2), rest.at[1]);

		if (rest.at[0] < sizeof(facts) / sizeof(facts[0]))
			decode_add(out, facts[rest.at[0]], span_trim(value));
		rest = (struct span){value.end, rest.end};
	}
	return true;
}

/* ODVA's numbers for the vendors whose devices the rules know by this name. */
static const char *enip_vendor(uint16_t id)
{
	return id == 1    ? "Rockwell Automation/Allen-Bradley"
	       : id == 47 ? "OMRON Corporation"
	                  : NULL;
}

/* EtherNet/IP, answer to ListIdentity (CIP volume 2, 2-4.2): the name stands behind 33 bytes of the
 * identity item. */
bool decode_enip(struct span in, bool hinted, struct vd_facts *out)
{
	struct span item = span_from(in, 26);
	const char *vendor;

	(void)hinted;
	if (span_left(in) < 63 || span_le16(in, 0) != 0x63 || span_le32(in, 8) != 0 ||
	    span_le16(item, 0) != 0x0c)
		return false;
	vendor = enip_vendor(span_le16(item, 22));
	if (vendor != NULL)
		decode_add_text(out, "enip.vendor", vendor);
	else
		vd_facts_addf(out, "enip.vendor", "%u", span_le16(item, 22));
	vd_facts_addf(out, "enip.device_type", "%u", span_le16(item, 24));
	vd_facts_addf(out, "enip.product_code", "%u", span_le16(item, 26));
	vd_facts_addf(out, "enip.revision", "%u.%u", span_u8(item, 28), span_u8(item, 29));
	vd_facts_addf(out, "enip.serial", "%08x", span_le32(item, 32));
	decode_add(out, "enip.product", span_first(span_from(item, 37), span_u8(item, 36)));
	return true;
}

/* The check sequence of a DNP3 block (IEEE 1815, 9.2.4.1.7): polynomial 0x3d65, low bit first,
 * inverted. */
static uint16_t dnp3_crc(struct span in)
{
	uint16_t crc = 0;

	for (; in.at < in.end; in.at++) {
		crc ^= *in.at;
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xa6bc : crc >> 1);
	}
	return (uint16_t)~crc;
}

/* IEEE 1815, 9.2: start, length, control, destination, source, check sequence. */
bool decode_dnp3(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const answers[16] = {
		[0] = "ack", [1] = "nack", [11] = "link_status", [15] = "not_supported"};
	enum { FROM_MASTER = 0x80, PRIMARY = 0x40 };
	uint8_t control = span_u8(in, 3), function = control & 15;

	(void)hinted;
	if (span_left(in) < 10 || span_be16(in, 0) != 0x0564 || in.at[2] < 5 ||
	    (control & FROM_MASTER) != 0 || span_le16(in, 8) != dnp3_crc(span_first(in, 8)))
		return false;
	vd_facts_addf(out, "dnp3.destination", "%u", span_le16(in, 4));
	vd_facts_addf(out, "dnp3.source", "%u", span_le16(in, 6));
	if ((control & PRIMARY) == 0 && answers[function] != NULL)
		decode_add_text(out, "dnp3.function", answers[function]);
	else
		vd_facts_addf(out, "dnp3.function", "%u", function);
	return true;
}

/* IEC 60870-5-104, 5.1: TESTFR con, perhaps behind a TESTFR act of the station's own. */
bool decode_iec104(struct span in, bool hinted, struct vd_facts *out)
{
	static const uint8_t act[] = {0x68, 4, 0x43, 0, 0, 0}, con[] = {0x68, 4, 0x83, 0, 0, 0};

	(void)hinted;
	while (span_left(in) >= sizeof(act) && memcmp(in.at, act, sizeof(act)) == 0)
		in = span_from(in, sizeof(act));
	if (span_left(in) < sizeof(con) || memcmp(in.at, con, sizeof(con)) != 0)
		return false;
	decode_add_text(out, "iec104.testfr", "true");
	return true;
}

/* OPC 10000-6, 7.1.2: acknowledge and error message. */
bool decode_opcua(struct span in, bool hinted, struct vd_facts *out)
{
	uint32_t size = span_le32(in, 4);
	struct span reason = span_from(in, 16);

	(void)hinted;
	if (span_starts(in, "ACKF") && size == 28 && span_left(in) >= 28) {
		vd_facts_addf(out, "opcua.protocol_version", "%u", span_le32(in, 8));
		vd_facts_addf(out, "opcua.receive_buffer", "%u", span_le32(in, 12));
		vd_facts_addf(out, "opcua.send_buffer", "%u", span_le32(in, 16));
		vd_facts_addf(out, "opcua.max_message", "%u", span_le32(in, 20));
		vd_facts_addf(out, "opcua.max_chunks", "%u", span_le32(in, 24));
		return true;
	}
	if (!span_starts(in, "ERRF") || size < 16 || size > 16 + 4096 || span_left(in) < 16)
		return false;
	vd_facts_addf(out, "opcua.error", "0x%08x", span_le32(in, 8));
	if (span_le32(in, 12) <= span_left(reason)) /* a NULL text has the length -1 */
		decode_add(out, "opcua.reason", span_trim(span_first(reason, span_le32(in, 12))));
	return true;
}
