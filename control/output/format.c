/* SPDX-License-Identifier: Apache-2.0 */
/* format.c - the list of formats; opens encoders and reads lists of fields. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format_impl.h"

static const struct format_ops *const formats[] = {
	&format_ndjson,  &format_json,   &format_csv,     &format_nmap,
	&format_masscan, &format_shodan, &format_elastic, &format_shadowserver,
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

const struct format_info *format_at(unsigned i)
{
	return i < FORMATS ? &formats[i]->info : NULL;
}

const struct format_info *format_named(const char *name)
{
	for (unsigned i = 0; i < FORMATS; i++)
		if (strcmp(formats[i]->info.name, name) == 0)
			return &formats[i]->info;
	return NULL;
}

static const struct format_ops *ops_of(const struct format_info *info)
{
	unsigned i = 0;

	while (&formats[i]->info != info)
		i++;
	return formats[i];
}

/* ---- fields ---------------------------------------------------------------------------------- */

static int add_column(struct format *f, const char *name, unsigned column, struct error *err)
{
	const struct field *field = field_find(name);

	if (field == NULL)
		return field_unknown(name, column, err);
	if ((field->flags & FIELD_NO_DATA) != 0)
		return error_at(err, -EINVAL, column, "%s cannot be shown: %s", field->name,
		                field->help);
	if (f->column_count == FORMAT_COLUMNS)
		return error_at(err, -EINVAL, column, "more than %d columns", FORMAT_COLUMNS);
	f->columns[f->column_count++] = field;
	return 0;
}

static int read_columns(struct format *f, const char *list, struct error *err)
{
	const char *p = list;

	for (;;) {
		size_t len = strcspn(p, ",");
		char name[64];
		int ret;

		snprintf(name, sizeof(name), "%.*s",
		         (int)(len < sizeof(name) ? len : sizeof(name) - 1), p);
		ret = add_column(f, name, (unsigned)(p - list) + 1, err);
		if (ret != 0 || p[len] == '\0')
			return ret;
		p += len + 1;
	}
}

/* ---- encoders -------------------------------------------------------------------------------- */

int format_open(const struct format_info *info, const struct format_config *config,
                struct bytes *out, struct format **result, struct error *err)
{
	struct format *f = calloc(1, sizeof(*f));
	const char *fields;
	int ret = 0;

	if (f == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	f->ops = ops_of(info);
	f->config = *config;
	f->out = out;
	f->json = json_begin_bytes(out);
	f->texts = vuln_texts_new();
	if (f->json == NULL || f->texts == NULL)
		ret = error_set(err, -ENOMEM, "out of memory");
	fields = config->fields != NULL         ? config->fields
	         : config->unit == FORMAT_HOSTS ? f->ops->hosts
	                                        : f->ops->services;
	if (ret == 0 && fields != NULL)
		ret = read_columns(f, fields, err);
	if (ret != 0)
		format_close(f);
	else
		*result = f;
	return ret;
}

void format_close(struct format *f)
{
	if (f == NULL)
		return;
	if (f->json != NULL) {
		size_t len = f->out->len;

		json_done(f->json);
		f->out->len = len; /* without the line feed of the last text */
	}
	vuln_texts_free(f->texts);
	values_fini(&f->values);
	bytes_fini(&f->cell);
	free(f);
}

void format_keep_verdicts(struct format *f, unsigned kinds)
{
	f->config.kinds = kinds;
}

void format_begin(struct format *f)
{
	f->rows = 0;
	vuln_texts_restart(f->texts);
	if (f->ops->begin != NULL)
		f->ops->begin(f);
}

void format_row(struct format *f, const struct store_host *h, const struct record *r)
{
	f->ops->row(f, h, r);
	f->rows++;
}

void format_end(struct format *f)
{
	if (f->ops->end != NULL)
		f->ops->end(f);
}

void format_trailer(struct format *f, const struct format_sum *sum)
{
	if (f->ops->trailer != NULL)
		f->ops->trailer(f, sum);
}

bool format_whole(const struct format *f)
{
	return !f->out->failed && !f->cell.failed && !f->values.failed;
}

/* ---- for the encoders ------------------------------------------------------------------------ */

void format_put(struct format *f, const char *text)
{
	bytes_put(f->out, text, strlen(text));
}

void format_putf(struct format *f, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	format_put(f, text);
}
