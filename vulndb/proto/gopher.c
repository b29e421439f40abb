/* SPDX-License-Identifier: Apache-2.0 */
/* gopher.c - Gopher: asks for the root menu with an empty line (RFC 1436, 2). */
#include <ctype.h>

#include "proto.h"

enum { LINES_MAX = 64, MENU_MAX = 4096 };

/* A line of a menu: type and title, selector, host, port, each behind a tab. */
static bool is_entry(struct span line)
{
	size_t tabs = 0;
	const uint8_t *last = NULL;

	for (const uint8_t *at = line.at; at < line.end; at++)
		if (*at == '\t' && tabs++ < 3)
			last = at;
	return tabs >= 3 && isgraph(*line.at) && last + 1 < line.end && isdigit(last[1]);
}

static bool gopher_starts(struct span in)
{
	struct span line;

	return span_line_end(in, 0) != 0 && span_line(&in, &line) && line.at < line.end &&
	       is_entry(line);
}

static enum vd_step gopher_hear(struct vd_dialog *d)
{
	struct span end = span_from(heard(d), d->in_len > 5 ? d->in_len - 5 : 0);

	if (span_line_end(heard(d), 0) == 0)
		return d->in_len < MENU_MAX && memchr(d->in, '\0', d->in_len) == NULL ? VD_MORE
		                                                                      : VD_FOREIGN;
	if (!gopher_starts(heard(d)))
		return VD_FOREIGN;
	d->known = true;
	return span_starts(end, "\r\n.\r\n") ? VD_DONE : VD_MORE;
}

/* Add the titles of the first entries, a line each. */
static bool gopher_decode(struct span in, bool hinted, struct vd_facts *out)
{
	char text[MENU_MAX];
	struct span line;
	size_t len = 0;

	(void)hinted;
	if (!gopher_starts(in))
		return false;
	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++) {
		struct span title = span_from(line, 1);
		const uint8_t *tab = title.at < title.end ? memchr(title.at, '\t', span_left(title))
		                                          : NULL;

		if (tab == NULL)
			continue;
		title.end = tab;
		if (span_left(title) + 1 > sizeof(text) - len)
			break;
		if (len > 0)
			text[len++] = '\n';
		memcpy(text + len, title.at, span_left(title));
		len += span_left(title);
	}
	decode_add(out, "gopher.menu", span_trim(span_of(text, len)));
	return true;
}

const struct vd_proto vd_proto_gopher = {
	.name = "gopher",
	.ports = PORTS(70),
	HELLO_TEXT("\r\n"),
	.hear = gopher_hear,
	.decode = gopher_decode,
};
