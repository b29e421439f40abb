/* SPDX-License-Identifier: Apache-2.0 */
/* ndmp.c - NDMP, the control of backups: reads the notice that the server is connected, with which
 * it greets (NDMP version 4, 4.1.1.2). */
#include "proto.h"

enum { MARK = 4, TYPE_AT = 12, CODE_AT = 16, BODY = 28, WHOLE_MIN = BODY + 12, TEXT_MAX = 256 };
enum { REQUEST = 0, CONNECTED = 0x502 };

static const char *const results[] = {"connected", "shut_down", "refused"};

/* The mark of the last fragment (RFC 5531, 11) and its length; number, time, kind, code, the number
 * that it answers, error. */
static bool ndmp_starts(struct span in)
{
	size_t whole = MARK + (size_t)span_be16(in, 2);

	return span_left(in) >= BODY && span_be16(in, 0) == 0x8000 && whole >= WHOLE_MIN &&
	       whole <= WHOLE_MIN + TEXT_MAX && span_be32(in, TYPE_AT) == REQUEST &&
	       span_be32(in, CODE_AT) == CONNECTED;
}

static enum vd_step ndmp_hear(struct vd_dialog *d)
{
	static const uint8_t sign[] = {0x80, 0};

	if (!span_may_start_bytes(heard(d), sign, sizeof(sign)))
		return VD_FOREIGN;
	if (d->in_len < BODY)
		return VD_MORE;
	return ndmp_starts(heard(d)) ? whole_at(d, MARK + (size_t)span_be16(heard(d), 2))
	                             : VD_FOREIGN;
}

/* Decode the notice: what became of the connection, the newest version, a text. */
static bool ndmp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span body = span_from(in, BODY);
	uint32_t result = span_be32(body, 0);

	(void)hinted;
	if (!ndmp_starts(in) || span_left(body) < 8)
		return false;
	if (result < sizeof(results) / sizeof(results[0]))
		decode_add_text(out, "ndmp.result", results[result]);
	vd_facts_addf(out, "ndmp.version", "%u", (unsigned)span_be32(body, 4));
	decode_add(out, "ndmp.reason", span_first(span_from(body, 12), span_be32(body, 8)));
	return true;
}

/* Its port, 10000, belongs to web servers as well, whose row has it: the first bytes tell. */
const struct vd_proto vd_proto_ndmp = {
	.name = "ndmp",
	.starts = ndmp_starts,
	.hear = ndmp_hear,
	.decode = ndmp_decode,
};
