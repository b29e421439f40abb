/* SPDX-License-Identifier: Apache-2.0 */
/*
 * adb.c - Android's debug bridge: sends CNXN, with which each side names itself (AOSP, adb's
 * protocol.txt). A device that wants a key answers AUTH; it shows nothing to its user, since no key
 * is offered.
 */
#include "proto.h"

enum { HEAD = 24, TEXT_MAX = 4096, LENGTH_AT = 12, MAGIC_AT = 20 };

/* command, version 1.0.0, longest message 4096, length and sum of the text, magic; "host::" */
static const uint8_t adb_hello[] = {'C',  'N',  'X', 'N', 0,   0,    0,    1,   0, 0x10, 0,
                                    0,    7,    0,   0,   0,   0x32, 0x02, 0,   0, 0xbc, 0xb1,
                                    0xa7, 0xb1, 'h', 'o', 's', 't',  ':',  ':', 0};

/* The magic is the command with all bits turned over. */
static bool adb_starts(struct span in)
{
	return span_left(in) >= HEAD &&
	       (span_starts(in, "CNXN") || span_starts(in, "AUTH") || span_starts(in, "STLS")) &&
	       (span_le32(in, 0) ^ span_le32(in, MAGIC_AT)) == UINT32_MAX &&
	       span_le32(in, LENGTH_AT) <= TEXT_MAX;
}

static enum vd_step adb_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (!span_may_start(in, "CNXN") && !span_may_start(in, "AUTH") &&
	    !span_may_start(in, "STLS"))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	return adb_starts(in) ? whole_at(d, HEAD + (size_t)span_le32(in, LENGTH_AT)) : VD_FOREIGN;
}

/* Add VALUE of KEY=VALUE; in the text of a device. */
static void add_value(struct span text, const char *key, const char *fact, struct vd_facts *out)
{
	const uint8_t *at = span_find(text, key, false), *end;

	if (at == NULL)
		return;
	at += strlen(key);
	for (end = at; end < text.end && *end != ';' && *end != '\0';)
		end++;
	decode_add(out, fact, (struct span){at, end});
}

/* Decode "device::ro.product.name=...;ro.product.model=...;features=...", or the demand for a
 * key. */
static bool adb_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span text = span_first(span_from(in, HEAD), span_le32(in, LENGTH_AT));

	(void)hinted;
	if (!adb_starts(in))
		return false;
	decode_add_bool(out, "adb.auth", !span_starts(in, "CNXN"));
	add_value(text, "ro.product.name=", "adb.name", out);
	add_value(text, "ro.product.model=", "adb.model", out);
	add_value(text, "ro.product.device=", "adb.device", out);
	add_value(text, "features=", "adb.features", out);
	return true;
}

const struct vd_proto vd_proto_adb = {
	.name = "adb",
	.ports = PORTS(5554, 5555),
	.starts = adb_starts,
	HELLO(adb_hello),
	.hear = adb_hear,
	.decode = adb_decode,
};
