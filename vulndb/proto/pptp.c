/* SPDX-License-Identifier: Apache-2.0 */
/* pptp.c - PPTP: asks to start a control connection (RFC 2637, 2.1), in whose reply the server
 * names its maker. No call is made. */
#include "proto.h"

enum { WHOLE = 156, CONTROL = 1, REQUEST = 1, REPLY = 2, RESULT_MAX = 5 };
enum { VERSION_AT = 12, RESULT_AT = 14, FIRMWARE_AT = 26, HOST_AT = 28, VENDOR_AT = 92 };

/* length, control message, magic cookie, request; version 1.0, framing and bearer of any kind */
static const uint8_t pptp_hello[WHOLE] = {0, WHOLE,   0, CONTROL, 0x1a, 0x2b, 0x3c, 0x4d,
                                          0, REQUEST, 0, 0,       1,    0,    0,    0,
                                          0, 0,       0, 3,       0,    0,    0,    3};

static const uint8_t sign[] = {0, WHOLE, 0, CONTROL, 0x1a, 0x2b, 0x3c, 0x4d, 0, REPLY};

static bool pptp_starts(struct span in)
{
	return span_starts_bytes(in, sign, sizeof(sign));
}

static enum vd_step pptp_hear(struct vd_dialog *d)
{
	if (!span_may_start_bytes(heard(d), sign, sizeof(sign)))
		return VD_FOREIGN;
	return pptp_starts(heard(d)) ? whole_at(d, WHOLE) : VD_MORE;
}

static void add_text(struct span in, size_t at, const char *fact, struct vd_facts *out)
{
	struct span field = span_first(span_from(in, at), 64);

	decode_add(out, fact, span_trim(span_text(&field)));
}

static bool pptp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!pptp_starts(in) || span_left(in) < WHOLE || in.at[RESULT_AT] > RESULT_MAX)
		return false;
	vd_facts_addf(out, "pptp.version", "%u.%u", in.at[VERSION_AT], in.at[VERSION_AT + 1]);
	vd_facts_addf(out, "pptp.result", "%u", in.at[RESULT_AT]);
	vd_facts_addf(out, "pptp.firmware", "%u", span_be16(in, FIRMWARE_AT));
	add_text(in, HOST_AT, "pptp.hostname", out);
	add_text(in, VENDOR_AT, "pptp.vendor", out);
	return true;
}

const struct vd_proto vd_proto_pptp = {
	.name = "pptp",
	.ports = PORTS(1723),
	.starts = pptp_starts,
	HELLO(pptp_hello),
	.hear = pptp_hear,
	.decode = pptp_decode,
};
