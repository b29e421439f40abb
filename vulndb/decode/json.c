/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - finds single members of a JSON text without parsing the whole text. */
#include <ctype.h>
#include <string.h>

#include "decode.h"

/* Read a string whose opening quote stands just before *@s: *@text is its contents, and *@s moves
 * behind the closing quote. False where the string does not end. */
static bool string(struct span *s, struct span *text)
{
	text->at = s->at;
	for (; s->at < s->end; s->at++) {
		if (*s->at == '\\' && s->end - s->at > 1) {
			s->at++;
		} else if (*s->at == '"') {
			text->end = s->at++;
			return true;
		}
	}
	return false;
}

static void skip_blanks(struct span *s)
{
	while (s->at < s->end && isspace(*s->at))
		s->at++;
}

static void copy_string(struct span text, char *value, size_t size)
{
	size_t len = 0;

	for (; text.at < text.end && len < size - 1; text.at++) {
		static const char names[] = "nrtbf", bytes[] = "\n\r\t\b\f";
		const char *found;

		value[len] = (char)*text.at;
		if (*text.at == '\\' && text.end - text.at > 1) {
			text.at++;
			found = memchr(names, *text.at, sizeof(names) - 1);
			value[len] = found != NULL ? bytes[found - names] : (char)*text.at;
		}
		len++;
	}
	value[len] = '\0';
}

static bool copy_value(struct span s, char *value, size_t size)
{
	struct span text = {s.at, s.at};
	size_t len = 0;

	if (s.at == s.end)
		return false;
	if (*s.at == '"') {
		s.at++;
		if (!string(&s, &text))
			return false;
		copy_string(text, value, size);
		return true;
	}
	for (; s.at < s.end && len < size - 1 && (isalnum(*s.at) || strchr("+-.", *s.at) != NULL) &&
	       *s.at != '\0';
	     s.at++)
		value[len++] = (char)*s.at;
	value[len] = '\0';
	return len > 0;
}

bool decode_json(struct span s, const char *key, char *value, size_t size)
{
	struct span text;

	while (s.at < s.end) {
		if (*s.at++ != '"')
			continue;
		if (!string(&s, &text))
			return false;
		skip_blanks(&s);
		if (s.at == s.end || *s.at != ':')
			continue;
		s.at++;
		skip_blanks(&s);
		if (span_left(text) == strlen(key) && memcmp(text.at, key, strlen(key)) == 0)
			return copy_value(s, value, size);
	}
	return false;
}

void decode_add_json(struct vd_facts *out, const char *name, struct span json, const char *key)
{
	char value[256];

	if (decode_json(json, key, value, sizeof(value)))
		decode_add_text(out, name, value);
}
