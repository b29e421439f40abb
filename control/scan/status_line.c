/* SPDX-License-Identifier: Apache-2.0 */
/* status_line.c - writes the progress of a scan as one line that fits the terminal. */
#include <stdarg.h>
#include <string.h>

#include "status_figures.h"
#include "term.h"

struct line {
	char *text; /* STATUS_LINE bytes */
	size_t len, room;
};

/* Append a part, two blanks behind the one before it, if all of it fits. */
__attribute__((format(printf, 2, 3))) static void part(struct line *l, const char *format, ...)
{
	size_t gap = l->len > 0 ? 2 : 0;
	char text[STATUS_LINE];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (n <= 0 || l->len + gap + (size_t)n > l->room)
		return;
	memset(l->text + l->len, ' ', gap);
	memcpy(l->text + l->len + gap, text, (size_t)n + 1);
	l->len += gap + (size_t)n;
}

static void resolving(struct line *l, const struct status *s)
{
	const struct dp_stats *d = &s->dp;
	char wanted[16], asked[16], known[16];

	part(l, "%s", s->state);
	part(l, "%s known of %s", term_count(d->neighbours_known, known),
	     term_count(d->neighbours, wanted));
	part(l, "%s asked in this round", term_count(d->neighbours_asked, asked));
}

static void walking(struct line *l, const struct status *s)
{
	bool slowed = s->dp.rate_pps < 0.99 * s->rate_wanted;
	char text[16];

	part(l, "%s %.1f%%", s->state, 100 * status_share(s->done, s->dp.targets));
	if (s->seconds_left >= 0)
		part(l, "%s left", term_duration(s->seconds_left, text));
	part(l, s->pings ? "%s answer" : "%s open", term_count((double)status_open(s), text));
	if (s->dp.sending)
		part(l, "%s packets/s", term_count(s->rate_measured, text));
	if (s->grab.active + s->grab.waiting > 0)
		part(l, "grabs %u+%u", s->grab.active, s->grab.waiting);
	if (status_losses(s) > 0)
		part(l, "lost %s", term_count((double)status_losses(s), text));
	if (s->rate_reason != NULL && s->dp.sending && (slowed || s->rate_automatic))
		part(l, "%s%s", slowed ? "slowed: " : "", s->rate_reason);
	part(l, "sent %s", term_count((double)s->dp.sent, text));
	if (s->dp.sent > 0)
		part(l, "hits %.3f%%", 100 * status_hit_rate(s));
}

char *status_line(const struct status *s, unsigned width, char out[STATUS_LINE])
{
	struct line l = {.text = out, .room = width < STATUS_LINE ? width : STATUS_LINE - 1};

	out[0] = '\0';
	if (s->dp.resolving)
		resolving(&l, s);
	else
		walking(&l, s);
	return out;
}
