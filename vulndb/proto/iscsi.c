/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iscsi.c - iSCSI: opens a discovery session, which serves only to list targets, without a name of
 * anybody and without authentication, and lists them (RFC 7143, 4.3 and appendix C). No target is
 * opened.
 */
#include "proto.h"

enum { HEAD = 48, LENGTH_AT = 4, TAG_AT = 16, STATUS_AT = 36, DATA_MAX = 16384, LIST_MAX = 2048 };
enum { LOGIN = 0x43, LOGIN_RESPONSE = 0x23, TEXT = 0x04, TEXT_RESPONSE = 0x24, FINAL = 0x80 };
enum { LOGGING_IN, ASKED };
/* A request has its own number and the next status that it expects; an answer the other way round. */
enum { COMMAND_AT = 24, EXPECTED_AT = 28 };
enum { FULL_FEATURE = 0x83, STAGES = 0x83 }; /* the bit "transit" and the next stage */

#define TAG 'S', 'o', 'n', 'd'
#define KEYS "InitiatorName=iqn.2025-01.invalid.sonde:discovery\0SessionType=Discovery\0"

enum { KEYS_LEN = sizeof(KEYS) - 1 };

/* From operational negotiation to the full feature phase; a random ISID; the tag of the task. */
static const uint8_t login_head[HEAD] = {
	LOGIN, 0x87, [7] = KEYS_LEN, [8] = 0x80, 'S', 'o', 'n', [TAG_AT] = TAG,
};
/* No target transfer tag: a new request. The numbers of command and status follow the login's. */
static const uint8_t text_head[HEAD] = {
	TEXT, FINAL, [7] = 16, [TAG_AT] = TAG, 0xff, 0xff, 0xff, 0xff,
};

/* Bytes of data, which are padded to words. */
static void say_data(struct vd_dialog *d, const char *data, size_t len)
{
	static const uint8_t padding[3];

	say(d, data, len);
	say(d, padding, (4 - len % 4) % 4);
}

static void iscsi_greet(struct vd_dialog *d)
{
	say(d, login_head, HEAD);
	say_data(d, KEYS, KEYS_LEN);
}

/* The length of the whole PDU: head, additional heads, data with its padding. */
static size_t pdu_len(struct span in)
{
	return HEAD + 4 * (size_t)span_u8(in, LENGTH_AT) +
	       (((span_be32(in, LENGTH_AT) & 0xffffff) + 3) & ~(size_t)3);
}

static struct span data_of(struct span in)
{
	size_t at = HEAD + 4 * (size_t)span_u8(in, LENGTH_AT);

	return span_part(in, at, at + (span_be32(in, LENGTH_AT) & 0xffffff));
}

/* Is this the head of the answer to the login? It repeats ISID and tag, and has version 0. */
static bool iscsi_starts(struct span in)
{
	return span_left(in) >= HEAD && in.at[0] == LOGIN_RESPONSE && in.at[3] == 0 &&
	       memcmp(in.at + 8, login_head + 8, 6) == 0 &&
	       memcmp(in.at + TAG_AT, login_head + TAG_AT, 4) == 0 && pdu_len(in) <= DATA_MAX;
}

/* The login has been answered: list the targets where the session is up. */
static enum vd_step after_login(struct vd_dialog *d, size_t len)
{
	bool up = span_be16(heard(d), STATUS_AT) == 0 &&
	          (span_u8(heard(d), 1) & STAGES) == FULL_FEATURE;
	uint32_t next = span_be32(heard(d), COMMAND_AT) + 1; /* of the statuses */
	uint8_t head[HEAD];

	d->first_len = d->seen = len;
	if (!up)
		return VD_DONE;
	answer_at(d, len);
	memcpy(head, text_head, HEAD);
	memcpy(head + COMMAND_AT, d->in + EXPECTED_AT, 4);
	for (size_t i = 0; i < 4; i++)
		head[EXPECTED_AT + i] = (uint8_t)(next >> (24 - 8 * i));
	say(d, head, HEAD);
	say_data(d, "SendTargets=All", 16);
	d->state = ASKED;
	return VD_MORE;
}

static enum vd_step iscsi_hear(struct vd_dialog *d)
{
	struct span rest = unseen(d);

	if (d->state == LOGGING_IN) {
		if (d->in[0] != LOGIN_RESPONSE)
			return VD_FOREIGN;
		if (d->in_len < HEAD)
			return VD_MORE;
		if (!iscsi_starts(rest))
			return VD_FOREIGN;
		d->known = true;
		if (d->in_len < pdu_len(rest) || after_login(d, pdu_len(rest)) == VD_MORE)
			return VD_MORE;
		return VD_DONE;
	}
	if (span_left(rest) < HEAD)
		return VD_MORE;
	if (rest.at[0] != TEXT_RESPONSE || pdu_len(rest) > DATA_MAX)
		return VD_DONE;
	return span_left(rest) < pdu_len(rest) ? VD_MORE : VD_DONE;
}

/* Add the values of all keys TargetName, with commas between them. */
static void add_targets(struct span data, struct vd_facts *out)
{
	static const char key[] = "TargetName=";
	char list[LIST_MAX];
	size_t len = 0;

	while (data.at < data.end) {
		struct span text = span_text(&data), name = span_from(text, strlen(key));

		if (!span_starts(text, key) || sizeof(list) - len < span_left(name) + 1)
			continue;
		if (len > 0)
			list[len++] = ',';
		memcpy(list + len, name.at, span_left(name));
		len += span_left(name);
	}
	decode_add(out, "iscsi.targets", span_of(list, len));
}

static bool iscsi_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint16_t status = span_be16(in, STATUS_AT);

	if (hinted && span_left(in) >= HEAD && in.at[0] == TEXT_RESPONSE) {
		add_targets(data_of(in), out);
		return true;
	}
	if (!iscsi_starts(in))
		return false;
	vd_facts_addf(out, "iscsi.status", "0x%04x", status);
	if (status == 0 || status == 0x0201)
		decode_add_bool(out, "iscsi.auth_required", status != 0);
	return true;
}

const struct vd_proto vd_proto_iscsi = {
	.name = "iscsi",
	.ports = PORTS(3260),
	.starts = iscsi_starts,
	.greet = iscsi_greet,
	.hear = iscsi_hear,
	.decode = iscsi_decode,
	.decode_each = true,
};
