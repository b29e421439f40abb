/* SPDX-License-Identifier: Apache-2.0 */
/*
 * s7.c - SIMATIC S7: reads what a controller says of itself in its system status lists.
 *
 * ISO transport over TCP (RFC 1006, RFC 905 class 0) carries the S7 protocol, which Siemens does
 * not publish; its layout is what Wireshark's s7comm dissector shows. The requests only read:
 * connect, set up, list W#16#0011 (module), list W#16#001C (components). An unexpected answer ends
 * the dialog. Siemens documents the lists in "System Software for S7-300/400, System and Standard
 * Functions", A5E00739858-01: 33.5 (W#16#xy11) and 33.11 (W#16#xy1C).
 */
#include "proto.h"

enum { TPKT_HEAD = 4, TPKT_MIN = 7, TPKT_MAX = 4096, MESSAGE_AT = 7 };
enum { CONFIRM = 0xd0, REFUSE = 0x80, TPDU_ERROR = 0x70, DATA = 0xf0 };
enum { S7_PROTOCOL = 0x32, ACK_DATA = 3, USER_DATA = 7, JOB_HEAD = 10, ACK_HEAD = 12 };
enum { SETUP_LEN = 8, READ_LEN = 12 + 4 };
enum { LIST_HEAD = 8, MODULE_LIST = 0x11, MODULE_LEN = 28, PART_LIST = 0x1c, PART_LEN = 34 };

/* The last request; also the number of its message. */
enum { CONNECT = 0, SETUP, MODULE, COMPONENTS };

/* RFC 905, 13.3: class 0, TPDUs of 1024 bytes; from TSAP 0x0100 (programming device) to 0x0102 (the
 * same service, rack 0, slot 2). */
static const uint8_t connect[] = {3,    0, 0,    22,   17, 0xe0, 0, 0,    0, 1, 0,
                                  0xc0, 1, 0x0a, 0xc1, 2,  1,    0, 0xc2, 2, 1, 2};
/* Job 1: one request at a time each way, messages of 480 bytes. */
static const uint8_t setup[] = {3, 0, 0, 25, 2,    0xf0, 0x80, S7_PROTOCOL, 1, 0, 0,    0,   SETUP,
                                0, 8, 0, 0,  0xf0, 0,    0,    1,           0, 1, 0x01, 0xe0};
/* User data 2 and 3: request, group 4 (CPU), function 1 (read a list); the list's ID, index 0. */
static const uint8_t module[] = {3,    0,      0, 33,   2, 0xf0, 0x80, S7_PROTOCOL, 7,    0, 0,
                                 0,    MODULE, 0, 8,    0, 8,    0,    1,           0x12, 4, 0x11,
                                 0x44, 1,      0, 0xff, 9, 0,    4,    0,           0x11, 0, 0};
static const uint8_t components[] = {3, 0,    0, 33,         2,    0xf0, 0x80, S7_PROTOCOL, 7,
                                     0, 0,    0, COMPONENTS, 0,    8,    0,    8,           0,
                                     1, 0x12, 4, 0x11,       0x44, 1,    0,    0xff,        9,
                                     0, 4,    0, 0x1c,       0,    0};

/* Is the TPKT an S7 message of @kind with at least @len bytes that answers the last request? */
static bool answers(const struct vd_dialog *d, struct span tpkt, uint8_t kind, size_t len)
{
	static const uint8_t data[] = {2, DATA, 0x80, S7_PROTOCOL};

	return span_be16(tpkt, 2) >= MESSAGE_AT + len &&
	       span_starts_bytes(span_from(tpkt, TPKT_HEAD), data, sizeof(data)) &&
	       span_u8(tpkt, MESSAGE_AT + 1) == kind && span_be16(tpkt, MESSAGE_AT + 4) == d->state;
}

static bool set_up(const struct vd_dialog *d, struct span tpkt)
{
	return answers(d, tpkt, ACK_DATA, ACK_HEAD + SETUP_LEN) &&
	       span_be16(tpkt, MESSAGE_AT + 10) == 0 &&
	       span_u8(tpkt, MESSAGE_AT + ACK_HEAD) == 0xf0;
}

/* Does the TPKT answer function 1 of group 4 without an error, with data behind it? */
static bool has_list(const struct vd_dialog *d, struct span tpkt)
{
	struct span parameters = span_from(tpkt, MESSAGE_AT + JOB_HEAD);

	return answers(d, tpkt, USER_DATA, JOB_HEAD + READ_LEN) &&
	       span_be16(parameters, 5) == 0x8401 && span_be16(parameters, 10) == 0 &&
	       span_u8(parameters, 12) == 0xff;
}

static enum vd_step ask(struct vd_dialog *d, uint8_t state, const uint8_t *question, size_t len)
{
	d->state = state;
	say(d, question, len);
	return VD_MORE;
}

/* The TPKT is whole: take the next step. */
static enum vd_step after(struct vd_dialog *d, struct span tpkt)
{
	uint8_t kind = span_u8(tpkt, 5);

	if (d->state == CONNECT) {
		if (kind != CONFIRM && kind != REFUSE && kind != TPDU_ERROR)
			return VD_FOREIGN;
		d->known = true;
		return kind == CONFIRM ? ask(d, SETUP, setup, sizeof(setup)) : VD_DONE;
	}
	if (d->state == SETUP && set_up(d, tpkt))
		return ask(d, MODULE, module, sizeof(module));
	if (d->state == MODULE && has_list(d, tpkt))
		return ask(d, COMPONENTS, components, sizeof(components));
	return VD_DONE;
}

static enum vd_step s7_hear(struct vd_dialog *d)
{
	enum vd_step step = VD_MORE;

	while (step == VD_MORE && d->seen < d->in_len) {
		struct span rest = unseen(d);
		size_t len = span_left(rest) < TPKT_HEAD ? TPKT_MIN : span_be16(rest, 2);

		if (rest.at[0] != 3 || span_u8(rest, 1) != 0 || len < TPKT_MIN || len > TPKT_MAX)
			return d->known ? VD_DONE : VD_FOREIGN;
		if (span_left(rest) < len)
			return VD_MORE;
		step = after(d, span_first(rest, len));
		d->seen += len;
	}
	return step;
}

/* ---- what the answers say ---- */

/* Decode a record of the module list (33.5): index, order number, type, two words of version. */
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

/* Decode a record of the component list (33.11): index, then a text that is padded with NULs. */
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

/* Decode a list: its ID and index, the length and number of its records, the records. */
static void add_list(struct span list, struct vd_facts *out)
{
	uint16_t id = span_be16(list, 0), len = span_be16(list, 4), count = span_be16(list, 6);
	struct span records = span_from(list, LIST_HEAD);

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

/* Decode one message of the S7 protocol. False where no server sends such a message. */
static bool add_message(struct span in, struct vd_facts *out)
{
	uint8_t kind = span_u8(in, 1);
	struct span data;

	if (span_left(in) < ACK_HEAD || in.at[0] != S7_PROTOCOL || span_be16(in, 2) != 0)
		return false;
	if (kind == ACK_DATA) {
		if (span_be16(in, 10) != 0)
			vd_facts_addf(out, "s7.error", "0x%04x", span_be16(in, 10));
		return true;
	}
	/* The parameters of an answer begin with 00 01 12; length, method and function follow. */
	if (kind != USER_DATA || span_be16(in, JOB_HEAD) != 1 || span_u8(in, 12) != 0x12)
		return false;
	data = span_first(span_from(in, JOB_HEAD + (size_t)span_be16(in, 6)), span_be16(in, 8));
	if (span_be16(in, 15) == 0x8401 && span_u8(data, 0) == 0xff)
		add_list(span_first(span_from(data, 4), span_be16(data, 2)), out);
	return true;
}

/* Decode all TPKTs of a dialog in their order: the connect confirm, the answer to the setup, then
 * the lists. */
static bool s7_decode(struct span in, bool hinted, struct vd_facts *out)
{
	bool transport = false, found = false;

	while (span_left(in) > TPKT_HEAD + 2 && in.at[0] == 3 && in.at[1] == 0) {
		size_t len = span_be16(in, 2);
		struct span tpdu = span_from(span_first(in, len), TPKT_HEAD);
		uint8_t kind = span_u8(tpdu, 1);

		if (len < TPKT_MIN)
			break;
		if (kind == CONFIRM || kind == REFUSE)
			transport = true;
		else if (kind == DATA && tpdu.at[0] == 2)
			found |= add_message(span_from(tpdu, 3), out);
		in = span_from(in, len);
	}
	/* A confirmed or refused connection is a weak sign: any server of ISO transport does
	 * that. */
	return found || (hinted && transport);
}

/* First bytes cannot tell: RDP servers confirm a connection in the same way. */
const struct vd_proto vd_proto_s7 = {
	.name = "s7",
	.aliases = NAMES("s7comm"),
	HELLO(connect),
	.hear = s7_hear,
	.decode = s7_decode,
};
