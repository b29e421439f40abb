/* SPDX-License-Identifier: Apache-2.0 */
/* span.c - bounds-checked reading of hostile bytes. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "decode.h"
#include "utf8.h"

uint8_t span_u8(struct span s, size_t at)
{
	return at < span_left(s) ? s.at[at] : 0;
}

uint16_t span_be16(struct span s, size_t at)
{
	s = span_from(s, at);
	return span_left(s) < 2 ? 0 : (uint16_t)(s.at[0] << 8 | s.at[1]);
}

uint32_t span_be32(struct span s, size_t at)
{
	s = span_from(s, at);
	return span_left(s) < 4 ? 0 : (uint32_t)span_be16(s, 0) << 16 | span_be16(s, 2);
}

uint16_t span_le16(struct span s, size_t at)
{
	s = span_from(s, at);
	return span_left(s) < 2 ? 0 : (uint16_t)(s.at[1] << 8 | s.at[0]);
}

uint32_t span_le32(struct span s, size_t at)
{
	s = span_from(s, at);
	return span_left(s) < 4 ? 0 : (uint32_t)span_le16(s, 2) << 16 | span_le16(s, 0);
}

bool span_starts_bytes(struct span s, const void *bytes, size_t len)
{
	return span_left(s) >= len && (len == 0 || memcmp(s.at, bytes, len) == 0);
}

bool span_starts(struct span s, const char *word)
{
	return span_starts_bytes(s, word, strlen(word));
}

bool span_may_start_bytes(struct span s, const void *bytes, size_t len)
{
	return span_starts_bytes(s, bytes, span_left(s) < len ? span_left(s) : len);
}

bool span_may_start(struct span s, const char *word)
{
	return span_may_start_bytes(s, word, strlen(word));
}

bool span_starts_nocase(struct span s, const char *word)
{
	size_t len = strlen(word);

	return span_left(s) >= len && strncasecmp((const char *)s.at, word, len) == 0;
}

/* The next byte that is @first, in either case if it is a letter; NULL: there is none. */
static const uint8_t *find_byte(struct span s, unsigned char first)
{
	if (!isalpha(first))
		return memchr(s.at, first, span_left(s));
	while (s.at < s.end && tolower(*s.at) != tolower(first))
		s.at++;
	return s.at < s.end ? s.at : NULL;
}

const uint8_t *span_find(struct span s, const char *word, bool nocase)
{
	size_t len = strlen(word);

	if (!nocase)
		return memmem(s.at, span_left(s), word, len);
	for (; span_left(s) >= len && s.at < s.end; s.at++) {
		s.at = find_byte(s, (unsigned char)*word);
		if (s.at == NULL)
			return NULL;
		if (span_starts_nocase(s, word))
			return s.at;
	}
	return NULL;
}

bool span_line(struct span *s, struct span *line)
{
	const uint8_t *newline;

	if (s->at == s->end)
		return false;
	newline = memchr(s->at, '\n', span_left(*s));
	*line = (struct span){s->at, newline != NULL ? newline : s->end};
	s->at = newline != NULL ? newline + 1 : s->end;
	if (line->at < line->end && line->end[-1] == '\r')
		line->end--;
	return true;
}

size_t span_line_end(struct span s, size_t from)
{
	struct span rest = span_from(s, from);
	const uint8_t *newline = rest.at < rest.end ? memchr(rest.at, '\n', span_left(rest)) : NULL;

	return newline != NULL ? (size_t)(newline - s.at) + 1 : 0;
}

size_t span_head_end(struct span s)
{
	size_t at = 0, end;

	while ((end = span_line_end(s, at)) != 0) {
		if (end - at == 1 || (end - at == 2 && s.at[at] == '\r'))
			return end;
		at = end;
	}
	return 0;
}

struct span span_trim(struct span s)
{
	while (s.at < s.end && *s.at <= ' ')
		s.at++;
	while (s.at < s.end && s.end[-1] <= ' ')
		s.end--;
	return s;
}

struct span span_word(struct span s)
{
	size_t n = 0;

	while (n < span_left(s) && s.at[n] > ' ')
		n++;
	return span_first(s, n);
}

struct span span_text(struct span *s)
{
	const uint8_t *nul = s->at < s->end ? memchr(s->at, '\0', span_left(*s)) : NULL;
	struct span text = {s->at, nul != NULL ? nul : s->end};

	s->at = nul != NULL ? nul + 1 : s->end;
	return text;
}

void decode_add(struct vd_facts *out, const char *name, struct span value)
{
	if (value.at < value.end)
		vd_facts_add(out, name, value.at, span_left(value));
}

void decode_add_text(struct vd_facts *out, const char *name, const char *value)
{
	if (*value != '\0')
		vd_facts_add(out, name, value, strlen(value));
}

void decode_add_bool(struct vd_facts *out, const char *name, bool value)
{
	decode_add_text(out, name, value ? "true" : "false");
}

void decode_add_line_value(struct vd_facts *out, const char *name, struct span in, const char *key)
{
	struct span line;

	while (span_line(&in, &line)) {
		if (!span_starts(line, key))
			continue;
		decode_add(out, name, span_trim(span_from(line, strlen(key))));
		return;
	}
}

void decode_add_utf16(struct vd_facts *out, const char *name, struct span value)
{
	uint8_t text[512 + 1];
	size_t len = 0;

	for (; span_left(value) >= 2 && len < sizeof(text) - 4; value.at += 2) {
		uint16_t c = span_le16(value, 0);
		size_t n = utf8_encode(c, text + len);

		if (c == 0)
			break;
		if (n == 0)
			text[len] = '?'; /* a surrogate */
		len += n > 0 ? n : 1;
	}
	decode_add(out, name, (struct span){text, text + len});
}
