/* SPDX-License-Identifier: Apache-2.0 */
/* request_target.c - splits and decodes the target of a request. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "request_target.h"
#include "utf8.h"

static bool is_text(const char *text)
{
	size_t left = strlen(text);
	uint32_t c;

	while (left > 0) {
		size_t n = utf8_decode(text, left, &c);

		if (n == 0 || (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
			return false;
		text += n;
		left -= n;
	}
	return true;
}

/* Decode @text in place. @form: it is a part of a parameter. */
static bool decode(char *text, bool form)
{
	char *to = text;

	for (const char *p = text; *p != '\0'; p++) {
		int c = (unsigned char)*p;

		if (c == '%') {
			int high = ascii_hex(p[1]), low = high < 0 ? -1 : ascii_hex(p[2]);

			c = low < 0 ? 0 : high * 16 + low;
			if (c == 0 || (c == '/' && !form))
				return false;
			p += 2;
		} else if (c == '+' && form) {
			c = ' ';
		}
		*to++ = (char)c;
	}
	*to = '\0';
	return is_text(text);
}

static int add_param(struct request_target *t, char *text, struct error *err)
{
	char *value = strchr(text, '=');

	if (value != NULL)
		*value++ = '\0';
	else
		value = text + strlen(text);
	if (!decode(text, true) || !decode(value, true))
		return error_set(err, -EINVAL,
		                 "a parameter is not percent-encoded UTF-8 (RFC 3986 section 2.1)");
	for (unsigned i = 0; i < t->count; i++)
		if (strcmp(t->params[i].name, text) == 0)
			return error_set(err, -EINVAL, "the parameter `%.60s` is given twice",
			                 text);
	if (t->count == REQUEST_TARGET_PARAMS)
		return error_set(err, -EINVAL, "more than %d parameters", REQUEST_TARGET_PARAMS);
	t->params[t->count].name = text;
	t->params[t->count++].value = value;
	return 0;
}

/* Skip "http://authority" of the absolute form. */
static char *path_of(char *text)
{
	char *at = text;

	if (strncasecmp(at, "http://", 7) == 0)
		at += 7;
	else if (strncasecmp(at, "https://", 8) == 0)
		at += 8;
	else
		return text;
	at += strcspn(at, "/?");
	return at;
}

static void show(struct request_target *t, const char *raw)
{
	size_t n = 0;

	for (; raw[n] != '\0' && n + 1 < sizeof(t->shown); n++)
		t->shown[n] = raw[n] > 0x20 && raw[n] < 0x7f ? raw[n] : '?';
	t->shown[n] = '\0';
}

int request_target_parse(const char *raw, struct request_target *out, struct error *err)
{
	char *path, *query, *next;
	int ret = 0;

	*out = (struct request_target){.text = strdup(raw)};
	if (out->text == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	show(out, raw);
	path = path_of(out->text);
	query = strchr(path, '?');
	if (query != NULL)
		*query++ = '\0';
	if (path[0] != '/' && strcmp(path, "*") != 0)
		return error_set(err, -EINVAL, "the target of the request does not begin with /");
	if (!decode(path, false))
		return error_set(err, -EINVAL,
		                 "the path is not percent-encoded UTF-8, or has %%2F or %%00");
	out->path = path;
	for (; query != NULL && ret == 0; query = next) {
		next = strchr(query, '&');
		if (next != NULL)
			*next++ = '\0';
		if (query[0] != '\0')
			ret = add_param(out, query, err);
	}
	return ret;
}

void request_target_fini(struct request_target *t)
{
	free(t->text);
	t->text = NULL;
}
