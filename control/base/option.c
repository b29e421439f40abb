/* SPDX-License-Identifier: Apache-2.0 */
/* option.c - walks a command's option table over getopt_long. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "option.h"

enum { HELP_CODE = 1000, ROW_CODE = 2000, SHORT_MAX = 2 * OPTION_MAX + 4 };

/* The two tables that getopt_long() reads, built from a command's rows. */
struct tables {
	struct option longs[OPTION_MAX + 2];
	char shorts[SHORT_MAX];
};

static int takes(const struct option_def *d)
{
	if (d->arg == NULL)
		return no_argument;
	return d->arg[0] == '[' ? optional_argument : required_argument;
}

static void build(const struct option_spec *spec, struct tables *t)
{
	char *s = t->shorts;
	size_t n = 0;

	*s++ = ':'; /* getopt then reports a missing value as ':', not as '?' */
	*s++ = 'h';
	for (; n < spec->count; n++) {
		const struct option_def *d = &spec->defs[n];

		t->longs[n] = (struct option){d->name, takes(d), NULL, ROW_CODE + (int)n};
		if (d->letter == 0)
			continue;
		*s++ = d->letter;
		if (d->arg != NULL)
			*s++ = ':';
	}
	t->longs[n++] = (struct option){"help", no_argument, NULL, HELP_CODE};
	t->longs[n] = (struct option){NULL, 0, NULL, 0};
	*s = '\0';
}

static const struct option_def *row_of(const struct option_spec *spec, int code)
{
	if (code >= ROW_CODE)
		return &spec->defs[code - ROW_CODE];
	for (size_t i = 0; i < spec->count; i++)
		if (spec->defs[i].letter != 0 && spec->defs[i].letter == code)
			return &spec->defs[i];
	return NULL;
}

static int store_value(const struct option_def *d, const char *value, void *fields,
                       struct error *err)
{
	void *field = (char *)fields + d->offset;
	struct error why = {""};

	if (d->parse == NULL) {
		*(bool *)field = true;
		return 0;
	}
	if (d->parse(value, field, &why) == 0)
		return 0;
	return error_set(err, -EINVAL, "--%s: `%.80s`: %.300s", d->name, value != NULL ? value : "",
	                 why.text);
}

static int complain(int code, char **argv, struct error *err)
{
	return error_set(err, -EINVAL, "option %.80s: %s", argv[optind - 1],
	                 code == ':' ? "a value is missing" : "no such option (--help lists them)");
}

int option_parse(const struct option_spec *spec, int argc, char **argv, void *fields,
                 struct error *err)
{
	struct tables t;
	int code;

	build(spec, &t);
	optind = 0;
	opterr = 0;
	while ((code = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct option_def *d = row_of(spec, code);
		int ret;

		if (code == 'h' || code == HELP_CODE)
			return -ECANCELED;
		if (code == '?' || code == ':' || d == NULL)
			return complain(code, argv, err);
		ret = store_value(d, optarg, fields, err);
		if (ret < 0)
			return ret;
	}
	return optind;
}

void option_help(const struct option_spec *spec, FILE *out)
{
	fprintf(out, "usage: %s\n\n%s\n", spec->usage, spec->about);
	if (spec->count > 0)
		fprintf(out, "\noptions:\n");
	for (size_t i = 0; i < spec->count; i++) {
		const struct option_def *d = &spec->defs[i];
		char left[64];

		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", d->letter ? '-' : ' ',
		         d->letter ? d->letter : ' ', d->letter ? "," : " ", d->name,
		         takes(d) == required_argument ? " " : "", d->arg ? d->arg : "");
		fprintf(out, "  %-30s %s\n", left, d->help);
	}
	fprintf(out, "  %-30s %s\n", "-h, --help", "this text");
}

int option_text(const char *text, void *field, struct error *err)
{
	if (text[0] == '\0')
		return error_set(err, -EINVAL, "expected a text, got nothing");
	*(const char **)field = text;
	return 0;
}

int option_append(const char *text, void *field, struct error *err)
{
	struct option_list *list = field;

	if (list->count == OPTION_LIST_MAX)
		return error_set(err, -EINVAL, "may be given at most 64 times");
	list->items[list->count++] = text;
	return 0;
}

static int unsigned_of(const char *text, int base, uint64_t max, uint64_t *out)
{
	char *end;
	unsigned long long v;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	v = strtoull(text, &end, base);
	if (errno != 0 || *end != '\0' || v > max)
		return -EINVAL;
	*out = v;
	return 0;
}

int option_u32(const char *text, void *field, struct error *err)
{
	uint64_t v;

	if (unsigned_of(text, 10, UINT32_MAX, &v) < 0)
		return error_set(err, -EINVAL, "expected a number from 0 to 4294967295");
	*(uint32_t *)field = (uint32_t)v;
	return 0;
}

int option_u64(const char *text, void *field, struct error *err)
{
	uint64_t v;

	if (unsigned_of(text, strncasecmp(text, "0x", 2) == 0 ? 16 : 10, UINT64_MAX, &v) < 0)
		return error_set(err, -EINVAL, "expected a number, decimal or 0x...");
	*(uint64_t *)field = v;
	return 0;
}

int option_duration(const char *text, void *field, struct error *err)
{
	static const struct {
		const char *unit;
		uint64_t us;
	} units[] = {
		{"ms", 1000},    {"s", 1000000},    {"", 1000000},
		{"m", 60000000}, {"h", 3600000000}, {"d", 86400000000},
	};
	size_t digits = strspn(text, "0123456789");
	uint64_t n;
	char number[20];

	if (digits > 0 && digits < 10) {
		memcpy(number, text, digits);
		number[digits] = '\0';
		if (unsigned_of(number, 10, UINT32_MAX, &n) == 0)
			for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
				if (strcmp(text + digits, units[i].unit) == 0) {
					*(uint64_t *)field = n * units[i].us;
					return 0;
				}
	}
	return error_set(err, -EINVAL, "expected a time such as 500ms, 8s, 5m, 24h or 7d");
}

int option_off(const char *text, void *field, struct error *err)
{
	(void)text;
	(void)err;
	*(bool *)field = false;
	return 0;
}
