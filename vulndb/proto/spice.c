/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spice.c - SPICE, the screens of virtual machines: sends the link message of the main channel
 * (Spice protocol, "Channel link") and gives no ticket, without which nobody is let in.
 */
#include "proto.h"

enum { HEAD = 16, REPLY_MAX = 4096 };

/* magic, version 2.2, size; new connection, main channel, its number, no capabilities, and their
 * offset */
static const uint8_t spice_hello[] = {'R', 'E', 'D', 'Q', 2, 0, 0, 0, 2, 0, 0, 0, 18, 0,  0, 0, 0,
                                      0,   0,   0,   1,   0, 0, 0, 0, 0, 0, 0, 0, 0,  18, 0, 0, 0};

static const char sign[] = "REDQ";

static bool spice_starts(struct span in)
{
	return span_left(in) >= HEAD && span_starts(in, sign) && span_le32(in, 4) <= 99 &&
	       span_le32(in, 8) <= 99 && span_le32(in, 12) >= 4 && span_le32(in, 12) <= REPLY_MAX;
}

static enum vd_step spice_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	return spice_starts(heard(d)) ? whole_at(d, HEAD + (size_t)span_le32(heard(d), 12))
	                              : VD_FOREIGN;
}

/* Decode the link reply: its version, and the code of its error. */
static bool spice_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const errors[] = {"ok",
	                                     "error",
	                                     "invalid_magic",
	                                     "invalid_data",
	                                     "version",
	                                     "need_secured",
	                                     "need_unsecured",
	                                     "permission_denied",
	                                     "bad_connection",
	                                     "channel_not_available"};
	uint32_t code = span_le32(in, HEAD);

	(void)hinted;
	if (!spice_starts(in))
		return false;
	vd_facts_addf(out, "spice.version", "%u.%u", (unsigned)span_le32(in, 4),
	              (unsigned)span_le32(in, 8));
	if (span_left(in) < HEAD + 4)
		return true;
	if (code < sizeof(errors) / sizeof(errors[0]))
		decode_add_text(out, "spice.result", errors[code]);
	return true;
}

const struct vd_proto vd_proto_spice = {
	.name = "spice",
	.ports = PORTS(5930),
	.starts = spice_starts,
	HELLO(spice_hello),
	.hear = spice_hear,
	.decode = spice_decode,
};
