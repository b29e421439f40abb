/* SPDX-License-Identifier: Apache-2.0 */
/* reply.c - parses replies with a status line and headers. */
#include "reply.h"

#include <ctype.h>

static bool take_header(struct span line, struct reply *r)
{
	const uint8_t *colon = line.at < line.end ? memchr(line.at, ':', span_left(line)) : NULL;

	if (colon == NULL || r->count == REPLY_HEADERS_MAX)
		return false;
	r->names[r->count] = span_trim((struct span){line.at, colon});
	r->values[r->count] = span_trim((struct span){colon + 1, line.end});
	r->count++;
	return true;
}

bool reply_read(struct span in, const char *protocol, struct reply *r)
{
	struct span line;
	const uint8_t *blank;

	memset(r, 0, sizeof(*r));
	if (!span_starts(in, protocol) || !span_line(&in, &line))
		return false;
	blank = memchr(line.at, ' ', span_left(line));
	if (blank == NULL || line.end - blank < 4 || !isdigit(blank[1]) || !isdigit(blank[2]) ||
	    !isdigit(blank[3]))
		return false;
	r->status = (struct span){blank + 1, line.end};
	while (span_line(&in, &line) && line.at < line.end)
		take_header(line, r);
	r->body = in;
	return true;
}

bool reply_header_is(const struct reply *r, size_t i, const char *name)
{
	return span_left(r->names[i]) == strlen(name) && span_starts_nocase(r->names[i], name);
}

struct span reply_header(const struct reply *r, const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (reply_header_is(r, i, name))
			return r->values[i];
	return (struct span){NULL, NULL};
}

enum vd_step reply_hear_head(struct vd_dialog *d, const char *sign)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = span_starts(heard(d), sign);
	return span_head_end(heard(d)) != 0 ? VD_DONE : VD_MORE;
}

enum vd_step reply_hear_line(struct vd_dialog *d, const char *sign)
{
	size_t end = span_line_end(heard(d), 0);

	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = span_starts(heard(d), sign);
	return end != 0 ? whole_at(d, end) : VD_MORE;
}
