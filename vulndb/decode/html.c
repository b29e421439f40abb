/* SPDX-License-Identifier: Apache-2.0 */
/* html.c - the title and the generator of a page. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "utf8.h"

enum { TITLE_MAX = 512 };

static const struct {
	const char *name;
	const char *text; /* UTF-8 */
} entities[] = {
	{"amp", "&"},
	{"lt", "<"},
	{"gt", ">"},
	{"quot", "\""},
	{"apos", "'"},
	{"nbsp", " "},
	{"copy", "\xc2\xa9"},
	{"reg", "\xc2\xae"},
	{"trade", "\xe2\x84\xa2"},
	{"ndash", "\xe2\x80\x93"},
	{"mdash", "\xe2\x80\x94"},
	{"middot", "\xc2\xb7"},
	{"raquo", "\xc2\xbb"},
	{"laquo", "\xc2\xab"},
	{"bull", "\xe2\x80\xa2"},
	{"hellip", "\xe2\x80\xa6"},
	{"auml", "\xc3\xa4"},
	{"ouml", "\xc3\xb6"},
	{"uuml", "\xc3\xbc"},
	{"eacute", "\xc3\xa9"},
};

static size_t put_code_point(char *out, unsigned long c)
{
	size_t n = c > 0 && c <= UINT32_MAX ? utf8_encode((uint32_t)c, (uint8_t *)out) : 0;

	if (n == 0)
		*out = '?';
	return n > 0 ? n : 1;
}

/* Decode the reference at @s ("&...;") into @out (at least 4 bytes). Returns the bytes written and
 * moves @s behind it. Where it is no known reference, its "&" stands for itself. */
static size_t put_reference(struct span *s, char *out)
{
	const uint8_t *semicolon = memchr(s->at, ';', span_left(span_first(*s, 12)));
	char name[12];
	size_t len = semicolon != NULL ? (size_t)(semicolon - s->at) - 1 : 0;

	if (len == 0)
		goto plain;
	memcpy(name, s->at + 1, len);
	name[len] = '\0';
	if (name[0] == '#') {
		bool hex = name[1] == 'x' || name[1] == 'X';

		if (!isxdigit((unsigned char)name[hex ? 2 : 1]))
			goto plain;
		s->at = semicolon + 1;
		return put_code_point(out, strtoul(name + (hex ? 2 : 1), NULL, hex ? 16 : 10));
	}
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (strcmp(entities[i].name, name) != 0)
			continue;
		s->at = semicolon + 1;
		memcpy(out, entities[i].text, strlen(entities[i].text));
		return strlen(entities[i].text);
	}
plain:
	*out = (char)*s->at++;
	return 1;
}

/* Add the text of an element or attribute, with its references decoded and each run of blanks
 * replaced by one blank. */
static void add_text(struct vd_facts *out, const char *name, struct span s)
{
	char text[TITLE_MAX + 8];
	size_t len = 0;

	s = span_trim(s);
	while (s.at < s.end && len < TITLE_MAX) {
		if (*s.at == '&') {
			len += put_reference(&s, text + len);
		} else if (isspace(*s.at)) {
			if (len > 0 && text[len - 1] != ' ')
				text[len++] = ' ';
			s.at++;
		} else {
			text[len++] = (char)*s.at++;
		}
	}
	decode_add(out, name,
	           span_trim((struct span){(const uint8_t *)text, (const uint8_t *)text + len}));
}

static void add_title(struct span body, struct vd_facts *out)
{
	const uint8_t *tag = span_find(body, "<title", true), *open, *close;

	if (tag == NULL)
		return;
	open = memchr(tag, '>', (size_t)(body.end - tag));
	if (open == NULL)
		return;
	close = span_find((struct span){open, body.end}, "</title", true);
	add_text(out, "http.title", (struct span){open + 1, close != NULL ? close : body.end});
}

/* The quoted value that follows @name (" name=") in a tag; empty where there is none. */
static struct span attribute(struct span tag, const char *name)
{
	const uint8_t *at = span_find(tag, name, true), *end;
	struct span value = {NULL, NULL};

	if (at == NULL)
		return value;
	at += strlen(name);
	if (tag.end - at < 2 || (*at != '"' && *at != '\''))
		return value;
	end = memchr(at + 1, *at, (size_t)(tag.end - at) - 1);
	if (end != NULL)
		value = (struct span){at + 1, end};
	return value;
}

/* Whether one of the words of an attribute is @word. */
static bool has_word(struct span words, const char *word)
{
	while (words.at < words.end) {
		struct span one = span_word(words);

		if (span_left(one) == strlen(word) && span_starts_nocase(one, word))
			return true;
		words = span_trim(span_from(words, span_left(one)));
	}
	return false;
}

/* Take the next tag that begins with @open; *@s moves behind it. */
static bool next_tag(struct span *s, const char *open, struct span *tag)
{
	const uint8_t *at = span_find(*s, open, true), *close;

	if (at == NULL)
		return false;
	close = memchr(at, '>', (size_t)(s->end - at));
	*tag = (struct span){at, close != NULL ? close : s->end};
	s->at = tag->end;
	return true;
}

static void add_generator(struct span body, struct vd_facts *out)
{
	struct span tag, name;

	while (next_tag(&body, "<meta", &tag)) {
		name = attribute(tag, " name=");
		if (span_left(name) == 9 && span_starts_nocase(name, "generator")) {
			add_text(out, "http.generator", attribute(tag, " content="));
			return;
		}
	}
}

struct span html_link(struct span body, const char *rel)
{
	struct span tag;

	while (next_tag(&body, "<link", &tag))
		if (has_word(span_trim(attribute(tag, " rel=")), rel))
			return attribute(tag, " href=");
	return (struct span){NULL, NULL};
}

struct span html_refresh(struct span body)
{
	struct span tag, content;

	while (next_tag(&body, "<meta", &tag)) {
		const uint8_t *url;

		if (!has_word(span_trim(attribute(tag, " http-equiv=")), "refresh"))
			continue;
		content = attribute(tag, " content=");
		url = content.at != NULL ? span_find(content, "url=", true) : NULL;
		if (url == NULL)
			break;
		content.at = url + strlen("url=");
		while (content.at < content.end && strchr(" '\"", *content.at) != NULL)
			content.at++;
		while (content.at < content.end && strchr(" '\"", content.end[-1]) != NULL)
			content.end--;
		return content;
	}
	return (struct span){NULL, NULL};
}

void decode_html(struct span body, struct vd_facts *out)
{
	add_title(body, out);
	add_generator(body, out);
}
