/* SPDX-License-Identifier: Apache-2.0 */
/* conf.c - cuts lines into keys and values. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "ascii.h"
#include "conf.h"

int conf_refuse(const struct conf_line *l, size_t column, const char *why, struct error *err)
{
	return error_set(err, -EINVAL, "%.200s:%zu:%zu: %.250s", l->source, l->line, column, why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static char *skip_blanks(char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

/* Cut the quoted value at @at, which is behind the opening quote. Returns what stands behind the
 * closing one, or NULL. */
static char *cut_quoted(char *at)
{
	char *to = at;

	for (; *at != '"' && *at != '\0'; at++) {
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		*to++ = *at;
	}
	if (*at == '\0')
		return NULL;
	*to = '\0';
	return at + 1;
}

/* Cut a value without quotes: up to a comment or the end, without the blanks there. */
static void cut_plain(char *value)
{
	char *end = value;

	for (char *at = value; *at != '\0' && !(*at == '#' && (at == value || is_blank(at[-1])));
	     at++)
		if (!is_blank(*at))
			end = at + 1;
	*end = '\0';
}

static int cut_value(struct conf_line *l, char *start, char *at, struct error *err)
{
	char *rest;

	l->value_column = (size_t)(at - start) + 1;
	l->value = at;
	if (*at != '"') {
		cut_plain(at);
		return *at != '\0' ? 0 : conf_refuse(l, l->value_column, "expected a value", err);
	}
	l->value = at + 1;
	rest = cut_quoted(at + 1);
	if (rest == NULL)
		return conf_refuse(l, l->value_column, "the quote is not closed", err);
	rest = skip_blanks(rest);
	if (*rest != '\0' && *rest != '#')
		return conf_refuse(l, (size_t)(rest - start) + 1, "expected the end of the line",
		                   err);
	return 0;
}

/* Cut a line. Returns 1: there is a setting, 0: there is none, or -EINVAL. */
static int cut_line(struct conf_line *l, char *start, struct error *err)
{
	char *at = skip_blanks(start), *end = at;
	int ret;

	if (*at == '\0' || *at == '#')
		return 0;
	l->key = at;
	l->key_column = (size_t)(at - start) + 1;
	while (ascii_is_alpha(*end) || ascii_is_digit(*end) || *end == '-' || *end == '_')
		end++;
	at = skip_blanks(end);
	if (end == l->key)
		return conf_refuse(l, l->key_column, "expected `name = value` or a comment", err);
	if (*at != '=')
		return conf_refuse(l, (size_t)(at - start) + 1, "expected `=` behind the name",
		                   err);
	ret = cut_value(l, start, skip_blanks(at + 1), err);
	*end = '\0';
	return ret == 0 ? 1 : ret;
}

/* Six parameters: a text with its name and length, who takes its settings, and the error. */
int conf_parse(const char *source, char *text, size_t len, conf_sink sink, void *arg,
               struct error *err)
{
	struct conf_line l = {.source = source};
	char *end = text + len;
	int ret = 0;

	while (text < end && ret == 0) {
		char *nl = memchr(text, '\n', (size_t)(end - text));

		if (nl == NULL)
			nl = end;
		*nl = '\0';
		l.line++;
		if (strlen(text) != (size_t)(nl - text))
			return conf_refuse(&l, strlen(text) + 1, "a NUL byte", err);
		ret = cut_line(&l, text, err);
		if (ret == 1)
			ret = sink(arg, &l, err);
		text = nl + 1;
	}
	return ret;
}
