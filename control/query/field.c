/* SPDX-License-Identifier: Apache-2.0 */
/* field.c - finds fields by name and reads their values. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendar.h"
#include "field.h"
#include "timetext.h"
#include "nearest.h"

const struct field *field_at(size_t i)
{
	static const struct field *(*const tables[])(
		size_t *) = {field_table_service, field_table,       field_table_vulns,
	                     field_table_host,    field_table_place, field_table_facts};

	for (size_t t = 0, n; t < sizeof(tables) / sizeof(tables[0]); t++, i -= n) {
		const struct field *table = tables[t](&n);

		if (i < n)
			return &table[i];
	}
	return NULL;
}

static bool in_list(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, " ");

		if (n == len && strncasecmp(list, word, n) == 0)
			return true;
		list += n + (list[n] == ' ');
	}
	return false;
}

const struct field *field_find(const char *name)
{
	const struct field *f = field_named(name);

	if (f != NULL)
		return f;
	for (size_t i = 0; (f = field_at(i)) != NULL; i++)
		if (strcasecmp(f->name, name) == 0 || in_list(f->aliases, name))
			return f;
	return NULL;
}

int field_word_at(const struct field *f, const char *text, size_t len)
{
	for (int i = 0; f->words[i] != NULL; i++)
		if (strlen(f->words[i]) == len && strncasecmp(f->words[i], text, len) == 0)
			return i;
	return -1;
}

const char *field_type_name(uint8_t type)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "text",       [FIELD_WORD] = "word",    [FIELD_INT] = "int",
		[FIELD_NUMBER] = "number",   [FIELD_BOOL] = "bool",    [FIELD_TIME] = "time",
		[FIELD_VERSION] = "version", [FIELD_ADDR] = "address", [FIELD_POINT] = "point",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "";
}

/* ---- what was probably meant ----------------------------------------------------------------- */

/* Up to one slip for each three letters, and one more: a field has several names. */
static struct nearest nearest_of(const char *word)
{
	size_t len = strlen(word);

	return nearest_to(word, len, (unsigned)(len / 3) + 1);
}

const char *field_suggest(const char *name)
{
	struct nearest n = nearest_of(name);
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		const char *dot = strrchr(f->name, '.');

		nearest_consider(&n, f->name, strlen(f->name), f->name);
		if (dot != NULL && strcasecmp(dot + 1, name) == 0)
			nearest_consider(&n, name, n.len, f->name);
		for (const char *a = f->aliases; a != NULL && *a != '\0';) {
			size_t len = strcspn(a, " ");

			nearest_consider(&n, a, len, f->name);
			a += len + (a[len] == ' ');
		}
	}
	return n.best;
}

int field_unknown(const char *name, unsigned column, struct error *err)
{
	const char *near = field_suggest(name);

	return error_at(err, -EINVAL, column, "there is no field \"%s\"%s%s", name,
	                near == NULL ? "" : "; did you mean ", near == NULL ? "" : near);
}

const char *field_nearest(const char *word, const char *const *words)
{
	struct nearest n = nearest_of(word);

	for (; *words != NULL; words++)
		nearest_consider(&n, *words, strlen(*words), *words);
	return n.best;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool parse_number(const struct vd_fact *fact, double *out)
{
	char *end;

	if (fact->len == 0 || fact->len > 32)
		return false;
	*out = strtod(fact->value, &end);
	return end == fact->value + fact->len;
}

static bool fact_value(const struct field *f, const struct vd_fact *fact, struct field_value *v)
{
	int64_t us;

	*v = (struct field_value){.text = fact->value, .len = fact->len};
	switch (f->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
		return parse_number(fact, &v->number);
	case FIELD_BOOL:
		v->number = strcmp(fact->value, "true") == 0;
		return v->number != 0 || strcmp(fact->value, "false") == 0;
	case FIELD_TIME:
		if (!timetext_parse(fact->value, &us))
			return false;
		v->number = (double)us;
		return true;
	default:
		return true;
	}
}

static void each_fact(const struct field *f, const struct record *r, field_take take, void *arg)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts);
	struct field_value v;

	for (size_t i = 0; i < n; i++) {
		const struct vd_fact *fact = vd_facts_at(r->facts, i);

		if (strcmp(fact->name, f->name) == 0 && fact_value(f, fact, &v) && !take(arg, &v))
			return;
	}
}

void field_each(const struct field *f, const struct store_host *h, const struct record *r,
                field_take take, void *arg)
{
	if ((f->flags & FIELD_FACT) != 0)
		each_fact(f, r, take, arg);
	else if (f->get != NULL)
		f->get(h, r, take, arg);
}

/* At most five digits behind the point, which documents have too, and no zeros at the end. */
static void format_number(double n, char *out, size_t size)
{
	size_t len;

	snprintf(out, size, "%.5f", n);
	for (len = strlen(out); len > 1 && out[len - 1] == '0'; len--)
		out[len - 1] = '\0';
	if (out[len - 1] == '.')
		out[len - 1] = '\0';
}

void field_format(const struct field *f, const struct field_value *v, struct field_text *out)
{
	out->text = out->buf;
	switch (f->type) {
	case FIELD_INT:
		snprintf(out->buf, sizeof(out->buf), "%.0f", v->number);
		break;
	case FIELD_NUMBER:
		format_number(v->number, out->buf, sizeof(out->buf));
		break;
	case FIELD_BOOL:
		out->text = v->number != 0 ? "true" : "false";
		break;
	case FIELD_TIME:
		calendar_format((int64_t)v->number, out->buf);
		break;
	case FIELD_ADDR:
		dp_addr_format(v->addr, out->buf);
		break;
	case FIELD_POINT:
		snprintf(out->buf, sizeof(out->buf), "%.4f,%.4f", v->number, v->longitude);
		break;
	default:
		out->text = v->text;
		out->len = v->len;
		return;
	}
	out->len = strlen(out->text);
}
