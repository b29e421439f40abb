/* SPDX-License-Identifier: Apache-2.0 */
/* gemini.c - Gemini: asks for the root page (Gemini network protocol specification, 1 and 3). It is
 * spoken inside TLS only. */
#include <ctype.h>

#include "proto.h"

enum { LINE_MAX = 1029, META_AT = 3, REQUEST_MAX = 1026 };

static void gemini_greet(struct vd_dialog *d)
{
	char text[REQUEST_MAX];

	snprintf(text, sizeof(text), "gemini://%s/\r\n", d->authority);
	say_text(d, text);
}

/* A status of two digits, the first one from 1 to 6, and a blank, as far as they have come. */
static bool may_answer(struct span in)
{
	return span_u8(in, 0) >= '1' && span_u8(in, 0) <= '6' &&
	       (span_left(in) < 2 || isdigit(in.at[1])) && (span_left(in) < 3 || in.at[2] == ' ');
}

static enum vd_step gemini_hear(struct vd_dialog *d)
{
	size_t end = span_line_end(heard(d), 0);

	if (!may_answer(heard(d)) || (end == 0 ? d->in_len : end) > LINE_MAX)
		return VD_FOREIGN;
	if (end == 0)
		return VD_MORE;
	return end > META_AT ? whole_at(d, end) : VD_FOREIGN;
}

/* A number is no sign, so only who was asked is believed. */
static bool gemini_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	if (!hinted || !span_line(&in, &line) || span_left(line) < META_AT || !may_answer(line))
		return false;
	decode_add(out, "gemini.status", span_first(line, 2));
	decode_add(out, "gemini.meta", span_trim(span_from(line, META_AT)));
	return true;
}

const struct vd_proto vd_proto_gemini = {
	.name = "gemini",
	.secure = "gemini",
	.tls_ports = PORTS(1965),
	.yields = true,
	.greet = gemini_greet,
	.hear = gemini_hear,
	.decode = gemini_decode,
};
