/* SPDX-License-Identifier: Apache-2.0 */
/* option.c - reads a command line by a command's table of options. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nearest.h"
#include "option.h"

/* A walk over the words of a command line. */
struct walk {
	const struct option_spec *spec;
	void *fields;
	struct error *err;
};

static bool takes_value(const struct option_def *d)
{
	return d->arg != NULL && d->arg[0] != '[';
}

const struct option_def *option_letter(const struct option_spec *spec, char letter)
{
	for (size_t i = 0; i < spec->count; i++)
		if (spec->defs[i].letter != 0 && spec->defs[i].letter == letter)
			return &spec->defs[i];
	return NULL;
}

/* The row with exactly this name. */
static const struct option_def *by_name(const struct option_spec *spec, const char *name,
                                        size_t len)
{
	for (size_t i = 0; i < spec->count; i++)
		if (strlen(spec->defs[i].name) == len &&
		    strncmp(spec->defs[i].name, name, len) == 0)
			return &spec->defs[i];
	return NULL;
}

/* The row of which @name is the beginning; *@other is a second one, or NULL. */
static const struct option_def *by_beginning(const struct option_spec *spec, const char *name,
                                             size_t len, const struct option_def **other)
{
	const struct option_def *found = NULL;

	*other = NULL;
	for (size_t i = 0; i < spec->count && len > 0; i++) {
		if (strncmp(spec->defs[i].name, name, len) != 0)
			continue;
		if (found == NULL)
			found = &spec->defs[i];
		else
			*other = &spec->defs[i];
	}
	return found;
}

/* ---- errors ---------------------------------------------------------------------------------- */

static int unknown_name(const struct walk *w, const char *word, const char *name, size_t len)
{
	struct nearest n = nearest_to(name, len, nearest_slips(len));

	for (size_t i = 0; i < w->spec->count; i++)
		nearest_consider(&n, w->spec->defs[i].name, strlen(w->spec->defs[i].name),
		                 w->spec->defs[i].name);
	return error_set(w->err, -EINVAL, "%.80s: no such option%s%s%s (--help lists them)", word,
	                 n.best != NULL ? "; did you mean --" : "", n.best != NULL ? n.best : "",
	                 n.best != NULL ? "?" : "");
}

/* Of a word behind one dash: its letter @letter is no option. */
static int unknown_letter(const struct walk *w, const char *word, char letter)
{
	size_t len = strlen(word + 1);
	struct nearest n = nearest_to(word + 1, len, len > 2 ? nearest_slips(len) : 0);

	for (size_t i = 0; i < w->spec->count; i++)
		nearest_consider(&n, w->spec->defs[i].name, strlen(w->spec->defs[i].name),
		                 w->spec->defs[i].name);
	if (n.best != NULL)
		return error_set(w->err, -EINVAL,
		                 "%.80s: no such option; did you mean --%s? (--help lists them)",
		                 word, n.best);
	if (len == 1)
		return error_set(w->err, -EINVAL, "%s: no such option (--help lists them)", word);
	return error_set(w->err, -EINVAL,
	                 "%.80s: no such option -%c; the name of an option has two dashes "
	                 "(--help lists them)",
	                 word, letter);
}

static int value_missing(const struct walk *w, const char *word, const struct option_def *d)
{
	return error_set(w->err, -EINVAL, "%.80s: a value is missing: --%s %s", word, d->name,
	                 d->arg);
}

/* ---- one word -------------------------------------------------------------------------------- */

/* @shown: the option as the user wrote it. */
static int store_value(const struct walk *w, const struct option_def *d, const char *shown,
                       const char *value)
{
	void *field = (char *)w->fields + d->offset;
	struct error why = {""};

	if (d->parse == NULL) {
		*(bool *)field = true;
		return 0;
	}
	if (d->parse(value, field, &why) == 0)
		return 0;
	return error_set(w->err, -EINVAL, "--%s%s%.60s%s: `%.80s`: %.300s", d->name,
	                 shown != NULL ? " (" : "", shown != NULL ? shown : "",
	                 shown != NULL ? ")" : "", value != NULL ? value : "", why.text);
}

/* Whether the word asks for help; `--help=FORM` asks for one of its forms. */
static bool asks_for_help(const char *name, size_t len)
{
	return len == 4 && strncmp(name, "help", len) == 0 &&
	       (name[len] == '\0' || option_form(name + len + 1) != OPTION_TEXT);
}

/* Read --NAME, --NAME=VALUE or --NAME VALUE. Returns how many words it took, or -errno. */
static int read_name(const struct walk *w, const char *word, const char *next)
{
	const char *name = word + 2;
	size_t len = strcspn(name, "=");
	const char *value = name[len] == '=' ? name + len + 1 : NULL;
	const struct option_def *d = by_name(w->spec, name, len), *other = NULL;
	int took = 1, ret;

	if (asks_for_help(name, len))
		return -ECANCELED;
	if (d == NULL)
		d = by_beginning(w->spec, name, len, &other);
	if (other != NULL)
		return error_set(w->err, -EINVAL, "%.80s: is it --%s or --%s?", word, d->name,
		                 other->name);
	if (d == NULL)
		return unknown_name(w, word, name, len);
	if (d->arg == NULL && value != NULL)
		return error_set(w->err, -EINVAL, "%.80s: --%s takes no value", word, d->name);
	if (value == NULL && takes_value(d)) {
		if (next == NULL)
			return value_missing(w, word, d);
		value = next;
		took = 2;
	}
	ret = store_value(w, d, NULL, value);
	return ret < 0 ? ret : took;
}

/* Read letters behind one dash, of which the last one may have a value: -q, -qn, -p80, -p 80.
 * Returns as read_name() does. */
static int read_letters(const struct walk *w, const char *word, const char *next)
{
	const struct option_def *d = by_name(w->spec, word + 1, strcspn(word + 1, "="));
	bool help = false;

	if (d != NULL && word[2] != '\0')
		return error_set(w->err, -EINVAL, "%.80s: long options have two dashes: --%s", word,
		                 d->name);
	for (const char *c = word + 1; *c != '\0'; c++) {
		bool ends = c[1] == '\0';
		int ret;

		d = option_letter(w->spec, *c);
		if (d == NULL && *c != 'h')
			return unknown_letter(w, word, *c);
		help |= d == NULL;
		if (d == NULL)
			continue;
		if (takes_value(d) && ends && next == NULL)
			return value_missing(w, word, d);
		ret = store_value(w, d, ends || !takes_value(d) ? NULL : word,
		                  !takes_value(d) ? NULL
		                  : ends          ? next
		                                  : c + 1);
		if (ret < 0)
			return ret;
		if (takes_value(d))
			return help ? -ECANCELED : ends ? 2 : 1;
	}
	return help ? -ECANCELED : 1;
}

/* Move the word number @from to the place @to before it. */
static void move_up(char **argv, int to, int from)
{
	char *word = argv[from];

	memmove(argv + to + 1, argv + to, (size_t)(from - to) * sizeof(*argv));
	argv[to] = word;
}

int option_parse(const struct option_spec *spec, int argc, char **argv, void *fields,
                 struct error *err)
{
	const struct walk w = {spec, fields, err};
	int first = argc < 1 ? argc : 1;

	for (int i = first; i < argc;) {
		const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
		bool ends = strcmp(word, "--") == 0;
		int took = 1;

		if (word[0] != '-' || word[1] == '\0' ||
		    (spec->is_operand != NULL && spec->is_operand(spec, word))) {
			i++;
			continue;
		}
		if (!ends)
			took = word[1] == '-' ? read_name(&w, word, next)
			                      : read_letters(&w, word, next);
		if (took < 0)
			return took;
		for (; took > 0; took--)
			move_up(argv, first++, i++);
		if (ends)
			break;
	}
	return first;
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
