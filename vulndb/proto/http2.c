/* SPDX-License-Identifier: Apache-2.0 */
/* http2.c - HTTP/2 in the clear, for a server that answers HTTP/1.1 with it: exchanges settings
 * (RFC 9113, 3.4, 4.1, 6.5). */
#include "proto.h"

enum { HEAD = 9, SETTING = 6, SETTINGS = 4, SETTINGS_MAX = 32, KNOWN_MAX = 9 };

/* The preface of a client and a frame with no settings. */
static const char hello[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
			    "\0\0\0\4\0\0\0\0";

static size_t length_of(struct span in)
{
	return (size_t)span_u8(in, 0) << 16 | span_be16(in, 1);
}

/* Is this the head of a frame with settings, which every server sends first? */
static bool is_settings(struct span in)
{
	size_t len = length_of(in);

	return span_left(in) >= HEAD && in.at[3] == SETTINGS && in.at[4] == 0 &&
	       span_be32(in, 5) == 0 && len % SETTING == 0 && len <= SETTING * SETTINGS_MAX;
}

/* A sign that first bytes have by themselves: one setting at least, of a number that is in use. */
static bool http2_starts(struct span in)
{
	uint16_t number = span_be16(in, HEAD);

	return is_settings(in) && length_of(in) > 0 && span_left(in) >= HEAD + SETTING &&
	       number > 0 && number <= KNOWN_MAX;
}

static enum vd_step http2_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (d->in_len < HEAD)
		return in.at[0] == 0 ? VD_MORE : VD_FOREIGN;
	return is_settings(in) ? whole_at(d, HEAD + length_of(in)) : VD_FOREIGN;
}

static bool http2_decode(struct span in, bool hinted, struct vd_facts *out)
{
	char list[SETTINGS_MAX * 20] = "";
	size_t len = 0;
	struct span rest;

	if (!(hinted ? is_settings(in) : http2_starts(in)))
		return false;
	decode_add_bool(out, "http.h2", true);
	rest = span_part(in, HEAD, HEAD + length_of(in));
	for (; span_left(rest) >= SETTING; rest = span_from(rest, SETTING))
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%u:%u",
		                        len > 0 ? "," : "", span_be16(rest, 0), span_be32(rest, 2));
	decode_add_text(out, "http.h2_settings", list);
	return true;
}

const struct vd_proto vd_proto_http2 = {
	.name = "http2",
	.shown = "http",
	.starts = http2_starts,
	HELLO(hello),
	.hear = http2_hear,
	.decode = http2_decode,
};
