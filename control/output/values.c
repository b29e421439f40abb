/* SPDX-License-Identifier: Apache-2.0 */
/* values.c - the distinct values of one field, of a service or of all services of a host. */
#include <stdlib.h>
#include <string.h>

#include "values.h"

static bool is_number(const struct field *f)
{
	return f->type == FIELD_INT || f->type == FIELD_NUMBER;
}

static bool holds(const struct values *v, const char *text, size_t len)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->list[i].len == len && memcmp(values_text(v, i), text, len) == 0)
			return true;
	return false;
}

static bool take(void *arg, const struct field_value *value)
{
	struct values *v = arg;
	struct field_text text;

	field_format(v->field, value, &text);
	if (holds(v, text.text, text.len))
		return true;
	if (v->count == v->cap) {
		size_t cap = v->cap * 2 + 16;
		struct value *more = realloc(v->list, cap * sizeof(*more));

		if (more == NULL) {
			v->failed = true;
			return false;
		}
		v->list = more;
		v->cap = cap;
	}
	v->list[v->count++] = (struct value){v->text.len, text.len, value->number};
	bytes_put(&v->text, text.text, text.len);
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

void values_read(struct values *v, const struct field *f, const struct store_host *h,
                 const struct record *r, bool all)
{
	v->field = f;
	v->count = 0;
	bytes_clear(&v->text);
	if (r != NULL)
		field_each(f, h, r, take, v);
	for (size_t i = 0; r == NULL && i < h->service_count; i++) {
		bool is_host = (f->flags & FIELD_HOST) != 0;

		if (!is_host && !all && h->services[i]->state != RECORD_OPEN)
			continue;
		field_each(f, h, h->services[i], take, v);
		if (is_host)
			break;
	}
	if (is_number(f) && v->count > 1)
		qsort(v->list, v->count, sizeof(*v->list), by_number);
	v->failed = v->failed || v->text.failed;
}

void values_fini(struct values *v)
{
	bytes_fini(&v->text);
	free(v->list);
	memset(v, 0, sizeof(*v));
}

const char *values_text(const struct values *v, size_t i)
{
	return v->list[i].len == 0 ? "" : (const char *)v->text.data + v->list[i].at;
}

void values_join(const struct values *v, struct bytes *out)
{
	for (size_t i = 0; i < v->count; i++) {
		if (i > 0)
			bytes_put(out, ";", 1);
		bytes_put(out, values_text(v, i), v->list[i].len);
	}
}

void values_json_text(struct json *j, const char *key, const struct field *f, const char *text,
                      size_t len)
{
	const char *dot;
	char number[64];

	snprintf(number, sizeof(number), "%.*s", (int)(len < 63 ? len : 63), text);
	switch (f->type) {
	case FIELD_BOOL:
		json_bool(j, key, text[0] == 't');
		break;
	case FIELD_INT:
		json_int(j, key, strtoll(number, NULL, 10));
		break;
	case FIELD_NUMBER:
		dot = strchr(number, '.');
		json_number(j, key, strtod(number, NULL), dot == NULL ? 0 : (int)strlen(dot + 1));
		break;
	default:
		json_bytes(j, key, text, len);
	}
}

void values_json(const struct values *v, struct json *j, const char *key, bool many)
{
	many = many || (v->field->flags & FIELD_MANY) != 0;
	if (v->count == 0)
		return;
	if (many)
		json_open_array(j, key);
	for (size_t i = 0; i < (many ? v->count : 1); i++)
		values_json_text(j, many ? NULL : key, v->field, values_text(v, i), v->list[i].len);
	if (many)
		json_close_array(j);
}
