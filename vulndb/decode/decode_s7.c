/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode_s7.c - what a SIMATIC S7 controller answers on ISO transport (RFC 1006, RFC 905).
 *
 * The bytes are all TPKTs of a dialog in their order: the connect confirm, the answer to the setup,
 * then system status lists. The lists are those of Siemens, "System Software for S7-300/400, System
 * and Standard Functions", A5E00739858-01: 33.5 (W#16#xy11) and 33.11 (W#16#xy1C). Siemens does not
 * publish the header before them; its layout is what Wireshark's s7comm dissector shows.
 */
#include "decode.h"

enum { TPKT_HEAD = 4, COTP_DATA = 0xf0, COTP_CONFIRM = 0xd0, COTP_REFUSE = 0x80 };
enum { S7_PROTOCOL = 0x32, S7_ACK_DATA = 3, S7_USER_DATA = 7, JOB_HEAD = 10, ACK_HEAD = 12 };
enum { SZL_HEAD = 8, MODULE_LIST = 0x11, MODULE_LEN = 28, PART_LIST = 0x1c, PART_LEN = 34 };

/* 33.5: index, order number, type, two words of version. */
static void add_module(struct span record, struct vd_facts *out)
{
	struct span order = span_trim(span_first(span_from(record, 2), 20));
	uint16_t index = span_be16(record, 0);

	if (index == 1)
		decode_add(out, "s7.module", order);
	else if (index == 6)
		decode_add(out, "s7.hardware", order);
	else if (index == 7 && span_u8(record, 24) == 'V')
		vd_facts_addf(out, "s7.firmware", "%u.%u.%u", span_u8(record, 25),
		              span_u8(record, 26), span_u8(record, 27));
}

/* 33.11: index, then a text that NULs fill up. */
static void add_part(struct span record, struct vd_facts *out)
{
	static const char *const names[] = {
		[1] = "s7.system",      [2] = "s7.module_name", [3] = "s7.plant",
		[4] = "s7.copyright",   [5] = "s7.serial",      [7] = "s7.module_type",
		[8] = "s7.memory_card", [11] = "s7.location"};
	uint16_t index = span_be16(record, 0);
	struct span text = span_from(record, 2);

	if (index < sizeof(names) / sizeof(names[0]) && names[index] != NULL)
		decode_add(out, names[index], span_trim(span_text(&text)));
}

/* A list: its ID and index, the length and number of its records, the records. */
static void add_list(struct span list, struct vd_facts *out)
{
	uint16_t id = span_be16(list, 0), len = span_be16(list, 4), count = span_be16(list, 6);
	struct span records = span_from(list, SZL_HEAD);

	if (!(id == MODULE_LIST && len == MODULE_LEN) && !(id == PART_LIST && len == PART_LEN))
		return;
	for (; count > 0 && span_left(records) >= len; count--) {
		if (id == MODULE_LIST)
			add_module(span_first(records, len), out);
		else
			add_part(span_first(records, len), out);
		records = span_from(records, len);
	}
}

/* One message of the S7 protocol. False: it is none of a server's. */
static bool add_message(struct span in, struct vd_facts *out)
{
	uint8_t kind = span_u8(in, 1);
	struct span data;

	if (span_left(in) < ACK_HEAD || in.at[0] != S7_PROTOCOL || span_be16(in, 2) != 0)
		return false;
	if (kind == S7_ACK_DATA) {
		if (span_be16(in, 10) != 0)
			vd_facts_addf(out, "s7.error", "0x%04x", span_be16(in, 10));
		return true;
	}
	/* Parameters of an answer begin 00 01 12, then come length, method, and function. */
	if (kind != S7_USER_DATA || span_be16(in, JOB_HEAD) != 1 || span_u8(in, 12) != 0x12)
		return false;
	data = span_first(span_from(in, JOB_HEAD + (size_t)span_be16(in, 6)), span_be16(in, 8));
	if (span_be16(in, 15) == 0x8401 && span_u8(data, 0) == 0xff)
		add_list(span_first(span_from(data, 4), span_be16(data, 2)), out);
	return true;
}

bool decode_s7(struct span in, bool hinted, struct vd_facts *out)
{
	bool transport = false, found = false;

	while (span_left(in) > TPKT_HEAD + 2 && in.at[0] == 3 && in.at[1] == 0) {
		size_t len = span_be16(in, 2);
		struct span tpdu = span_from(span_first(in, len), TPKT_HEAD);
		uint8_t kind = span_u8(tpdu, 1);

		if (len < TPKT_HEAD + 3)
			break;
		if (kind == COTP_CONFIRM || kind == COTP_REFUSE)
			transport = true;
		else if (kind == COTP_DATA && tpdu.at[0] == 2)
			found |= add_message(span_from(tpdu, 3), out);
		in = span_from(in, len);
	}
	/* Any server of ISO transport confirms or refuses a connection. */
	return found || (hinted && transport);
}
