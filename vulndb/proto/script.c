/* SPDX-License-Identifier: Apache-2.0 */
/* script.c - the line protocols: sends one command after the other and finds the end of each
 * reply. */
#include "script.h"

#include <ctype.h>

enum { LINES_MAX = 32, LOOK_MAX = 512 };
/* States beside those that are the number of an exchange. */
enum { SECURING = 200, SECURED };

/* ---- replies ---- */

static bool three_digits(struct span s)
{
	return span_left(s) >= 3 && isdigit(s.at[0]) && isdigit(s.at[1]) && isdigit(s.at[2]);
}

bool script_code_starts(struct span in)
{
	return three_digits(in) && span_left(in) > 3 && memchr(" -\r\n", in.at[3], 4) != NULL;
}

bool script_code_line(struct span line)
{
	return three_digits(line) &&
	       (span_left(line) == 3 || line.at[3] == ' ' || line.at[3] == '-');
}

static bool is_refusal(struct span in)
{
	uint8_t first = span_u8(in, 0);

	return first == '-' || first == '4' || first == '5';
}

static bool is_last_line(enum script_reply reply, struct span line, bool first)
{
	switch (reply) {
	case SCRIPT_CODE:
		return script_code_starts(line) && line.at[3] != '-';
	case SCRIPT_DOT:
		return (first && is_refusal(line)) || span_starts(line, ".\r") ||
		       span_starts(line, ".\n");
	case SCRIPT_TAG:
		return span_starts(line, "a ");
	case SCRIPT_LINE:
		break;
	}
	return true;
}

/* Offset behind the reply that begins at @from, 0 while it is not whole. */
static size_t reply_end(struct span in, size_t from, enum script_reply reply)
{
	size_t end;

	for (size_t at = from; (end = span_line_end(in, at)) != 0; at = end)
		if (is_last_line(reply, span_part(in, at, end), at == from))
			return end;
	return 0;
}

/* ---- the dialog ---- */

static bool offers_tls(const struct vd_dialog *d, const struct script *s)
{
	return !d->tls && !d->plain && s->offer != NULL && span_has(heard(d), s->offer);
}

/* The reply from d->seen to @end is whole: take the next step. */
static enum vd_step after_reply(struct vd_dialog *d, const struct script *s, size_t end)
{
	struct span reply = unseen(d);

	d->seen = end;
	if (d->state == SECURING) {
		d->state = SECURED;
		return span_starts(reply, s->go) ? VD_STARTTLS : VD_DONE;
	}
	if (d->state == 0 && is_refusal(reply))
		return VD_DONE;
	if (d->state + 1 == s->count && offers_tls(d, s)) {
		d->state = SECURING;
		say_text(d, s->upgrade);
		return VD_MORE;
	}
	if (d->state == s->count)
		return VD_DONE;
	d->state++;
	say_text(d, s->exchanges[d->state].say);
	return VD_MORE;
}

/* How the next reply ends. The upgrade command stands in place of the farewell, so its reply ends
 * like that one. */
static enum script_reply expected(const struct vd_dialog *d, const struct script *s)
{
	return s->exchanges[d->state == SECURING ? s->count : d->state].reply;
}

enum vd_step script_hear(struct vd_dialog *d, const struct script *s)
{
	enum vd_step step = VD_MORE;
	size_t end;

	if (d->state == SECURED)
		return VD_DONE;
	if (!d->known && span_line_end(heard(d), 0) != 0) {
		if (!s->greets(heard(d)))
			return VD_FOREIGN;
		d->known = true;
	}
	while (step == VD_MORE && (end = reply_end(heard(d), d->seen, expected(d, s))) != 0) {
		if (d->state == 0)
			d->first_len = end;
		answer_at(d, end);
		step = after_reply(d, s, end);
	}
	return step;
}

/* ---- what the replies say ---- */

bool script_says(struct span in, const char *const *words)
{
	in = span_first(in, LOOK_MAX);
	for (; *words != NULL; words++)
		if (span_has(in, *words))
			return true;
	return false;
}

struct span script_reply(const struct vd_dialog *d, size_t i, const char *code,
                         char text[SCRIPT_TEXT_MAX])
{
	size_t at = i - 1 < d->answer_count ? d->answers[i - 1] : d->in_len;
	size_t stop = i < d->answer_count ? d->answers[i] : d->in_len;
	struct span rest = span_part(heard(d), at, stop), line;
	size_t len = 0;

	if (!span_starts(rest, code))
		return span_of(text, 0);
	while (span_line_end(rest, 0) != 0 && span_line(&rest, &line)) {
		if (script_code_line(line))
			line = span_from(line, 4);
		while (line.at < line.end && *line.at == ' ')
			line.at++;
		if (line.at == line.end || SCRIPT_TEXT_MAX - len <= span_left(line))
			continue;
		if (len > 0)
			text[len++] = '\n';
		memcpy(text + len, line.at, span_left(line));
		len += span_left(line);
	}
	return span_of(text, len);
}

void script_add_greeting(struct vd_facts *out, const char *name, struct span in)
{
	char text[SCRIPT_TEXT_MAX];
	struct span line;
	size_t len = 0;

	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++) {
		if (script_code_line(line))
			line = span_from(line, 4);
		if (sizeof(text) - len < span_left(line) + 1)
			break;
		if (len > 0)
			text[len++] = '\n';
		memcpy(text + len, line.at, span_left(line));
		len += span_left(line);
	}
	decode_add(out, name, span_trim(span_of(text, len)));
}
