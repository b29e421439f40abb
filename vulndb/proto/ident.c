/* SPDX-License-Identifier: Apache-2.0 */
/* ident.c - Ident: asks who owns a connection that cannot be, of the ports 0 and 0 (RFC 1413, 4). */
#include "proto.h"

enum { LINE_MAX = 512 };

/* Take the text up to the next colon, without blanks; *@s moves behind it. */
static struct span take_part(struct span *s)
{
	struct span part = *s;

	for (part.end = s->at; part.end < s->end && *part.end != ':';)
		part.end++;
	*s = span_from(*s, span_left(part) + 1);
	return span_trim(part);
}

static bool is(struct span s, const char *word)
{
	return span_left(s) == strlen(word) && span_starts_nocase(s, word);
}

/* Read "0, 0 : ERROR : INVALID-PORT" or "0, 0 : USERID : UNIX : name". */
static bool read_reply(struct span in, struct span *kind, struct span *rest)
{
	struct span ports;

	in = span_first(in, LINE_MAX);
	if (!span_line(&in, rest))
		return false;
	ports = take_part(rest);
	*kind = take_part(rest);
	for (; ports.at < ports.end; ports.at++)
		if ((*ports.at < '0' || *ports.at > '9') && *ports.at != ',' && *ports.at != ' ')
			return false;
	return is(*kind, "ERROR") || is(*kind, "USERID");
}

static enum vd_step ident_hear(struct vd_dialog *d)
{
	struct span kind, rest;

	if (d->in[0] != ' ' && (d->in[0] < '0' || d->in[0] > '9'))
		return VD_FOREIGN;
	if (span_line_end(heard(d), 0) == 0)
		return d->in_len < LINE_MAX ? VD_MORE : VD_FOREIGN;
	d->known = read_reply(heard(d), &kind, &rest);
	return d->known ? VD_DONE : VD_FOREIGN;
}

static bool ident_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span kind, rest;

	if (!read_reply(in, &kind, &rest) || (!hinted && !span_starts(in, "0")))
		return false;
	if (is(kind, "ERROR"))
		decode_add(out, "ident.error", span_trim(rest));
	else
		decode_add(out, "ident.os", take_part(&rest));
	return true;
}

const struct vd_proto vd_proto_ident = {
	.name = "ident",
	.aliases = NAMES("auth"),
	.ports = PORTS(113),
	HELLO_TEXT("0, 0\r\n"),
	.hear = ident_hear,
	.decode = ident_decode,
};
