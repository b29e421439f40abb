/* SPDX-License-Identifier: Apache-2.0 */
/*
 * afp.c - AFP: asks for the server's information (DSIGetStatus, which returns what FPGetSrvrInfo
 * does: Apple Filing Protocol Reference), for which nobody logs in.
 */
#include "proto.h"

enum { HEAD = 16, REPLY = 1, GET_STATUS = 3, INFO_MIN = 10, INFO_MAX = 65536, LIST_MAX = 512 };
/* Where the information has its offsets, and its flags. */
enum { MACHINE_AT = 0, VERSIONS_AT = 2, UAMS_AT = 4, FLAGS_AT = 8, NAME_AT = 10 };
enum { COUNT_MAX = 16, HAS_SIGNATURE = 0x10, SIGNATURE = 16 };

/* flags, command, request ID, data offset, length, reserved */
static const uint8_t afp_hello[HEAD] = {0, GET_STATUS, 'S', 'o'};

static bool afp_starts(struct span in)
{
	return span_left(in) >= HEAD && in.at[0] == REPLY && in.at[1] == GET_STATUS &&
	       in.at[2] == 'S' && in.at[3] == 'o' && span_be32(in, 8) <= INFO_MAX &&
	       span_be32(in, 12) == 0;
}

static enum vd_step afp_hear(struct vd_dialog *d)
{
	static const uint8_t sign[] = {REPLY, GET_STATUS, 'S', 'o'};

	if (!span_may_start_bytes(heard(d), sign, sizeof(sign)))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	return afp_starts(heard(d)) ? whole_at(d, HEAD + (size_t)span_be32(heard(d), 8))
	                            : VD_FOREIGN;
}

/* The text at @at, whose length stands in one byte before it. */
static struct span pascal(struct span info, size_t at)
{
	return span_first(span_from(info, at + 1), span_u8(info, at));
}

/* Add the texts of the list at @at, whose number stands in one byte before them, divided by
 * commas. */
static void add_list(struct span info, size_t at, const char *fact, struct vd_facts *out)
{
	char list[LIST_MAX];
	size_t len = 0, count = span_u8(info, at++);

	for (size_t i = 0; i < count && i < COUNT_MAX; i++) {
		struct span text = pascal(info, at);

		if (text.at == text.end || span_left(text) + 1 > sizeof(list) - len)
			break;
		if (len > 0)
			list[len++] = ',';
		memcpy(list + len, text.at, span_left(text));
		len += span_left(text);
		at += 1 + span_left(text);
	}
	decode_add(out, fact, span_of(list, len));
}

/* Add what stands behind the name: the offset of the server's signature. */
static void add_signature(struct span info, struct vd_facts *out)
{
	size_t at = NAME_AT + 1 + (size_t)span_u8(info, NAME_AT);
	struct span signature = span_from(info, span_be16(info, at + at % 2));
	char hex[2 * SIGNATURE + 1];

	if ((span_be16(info, FLAGS_AT) & HAS_SIGNATURE) == 0 || span_left(signature) < SIGNATURE)
		return;
	for (size_t i = 0; i < SIGNATURE; i++)
		snprintf(hex + 2 * i, 3, "%02x", signature.at[i]);
	decode_add_text(out, "afp.signature", hex);
}

static bool afp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span info = span_from(in, HEAD);

	(void)hinted;
	if (!afp_starts(in))
		return false;
	info = span_first(info, span_be32(in, 8));
	if (span_be32(in, 4) != 0) {
		vd_facts_addf(out, "afp.error", "%d", (int)span_be32(in, 4));
		return true;
	}
	if (span_left(info) < INFO_MIN)
		return true;
	decode_add(out, "afp.server_name", pascal(info, NAME_AT));
	decode_add(out, "afp.machine", pascal(info, span_be16(info, MACHINE_AT)));
	add_list(info, span_be16(info, VERSIONS_AT), "afp.versions", out);
	add_list(info, span_be16(info, UAMS_AT), "afp.uams", out);
	vd_facts_addf(out, "afp.flags", "0x%04x", span_be16(info, FLAGS_AT));
	add_signature(info, out);
	return true;
}

const struct vd_proto vd_proto_afp = {
	.name = "afp",
	.ports = PORTS(548),
	.starts = afp_starts,
	HELLO(afp_hello),
	.hear = afp_hear,
	.decode = afp_decode,
};
