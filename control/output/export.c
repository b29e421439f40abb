/* SPDX-License-Identifier: Apache-2.0 */
/* export.c - rows of services or hosts, to a stream, as table or in a format of format.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "field.h"
#include "format.h"
#include "service_json.h"
#include "table.h"
#include "term.h"
#include "values.h"

enum { COLUMNS_MAX = TABLE_COLUMNS };

struct export
{
	FILE *out;
	enum output_format format;
	enum export_what what;
	unsigned flags;
	bool failed;
	uint64_t rows;
	/* all but OUTPUT_TABLE */
	struct format *encoder;
	struct bytes line;
	/* OUTPUT_TABLE */
	struct table *table;
	const struct field *columns[COLUMNS_MAX];
	size_t column_count;
	struct values values;
	struct bytes cell;
};

/* What a person needs of them on a terminal. */
static const char *const service_table =
	"ip,port,transport,service,product,version,level,score,vuln";
static const char *const host_table = "ip,port,host_level,host_score,hostname,os";

/* ---- tables ---------------------------------------------------------------------------------- */

static int add_column(struct export *e, const char *name, unsigned column, struct error *err)
{
	const struct field *f = field_find(name);

	if (f == NULL)
		return field_unknown(name, column, err);
	if ((f->flags & FIELD_NO_DATA) != 0)
		return error_at(err, -EINVAL, column, "%s cannot be shown: %s", f->name, f->help);
	if (e->column_count == COLUMNS_MAX)
		return error_at(err, -EINVAL, column, "more than %d columns", COLUMNS_MAX);
	e->columns[e->column_count++] = f;
	return 0;
}

static int read_columns(struct export *e, const char *list, struct error *err)
{
	const char *p = list;

	for (;;) {
		size_t len = strcspn(p, ",");
		char name[64];
		int ret;

		snprintf(name, sizeof(name), "%.*s",
		         (int)(len < sizeof(name) ? len : sizeof(name) - 1), p);
		ret = add_column(e, name, (unsigned)(p - list) + 1, err);
		if (ret != 0 || p[len] == '\0')
			return ret;
		p += len + 1;
	}
}

/* The colour of a band, if cells are painted. */
static const char *paint_of(const struct export *e, const struct field *f, const char *text)
{
	static const char *const codes[] = {"\033[32m", "\033[36m", "\033[33m", "\033[31m",
	                                    "\033[1;31m"};
	int at;

	if ((e->flags & EXPORT_COLOUR) == 0 ||
	    (strcmp(f->name, "level") != 0 && strcmp(f->name, "host_level") != 0))
		return NULL;
	at = field_word_at(f, text, strlen(text));
	return at < 0 ? NULL : codes[at];
}

/* Whether texts of that column are short or useless when they are cut. */
static bool is_rigid(const struct export *e, size_t i)
{
	return e->columns[i]->type != FIELD_TEXT && e->columns[i]->type != FIELD_VERSION &&
	       !(e->what == EXPORT_HOSTS && (e->columns[i]->flags & FIELD_HOST) == 0);
}

static int begin_table(struct export *e)
{
	struct table_column columns[COLUMNS_MAX];
	size_t n = e->column_count;

	for (size_t i = 0; i < n; i++)
		columns[i] = (struct table_column){
			.name = e->columns[i]->name,
			.is_right = e->what == EXPORT_SERVICES &&
		                    (e->columns[i]->type == FIELD_INT ||
		                     e->columns[i]->type == FIELD_NUMBER),
			.is_rigid = is_rigid(e, i),
		};
	e->table = table_open(e->out, columns, n, term_width(e->out));
	return e->table == NULL ? -ENOMEM : 0;
}

static void table_row(struct export *e, const struct store_host *h, const struct record *r)
{
	for (size_t i = 0; i < e->column_count; i++) {
		char word[16] = "";

		bytes_clear(&e->cell);
		values_read(&e->values, e->columns[i], h, r, (e->flags & EXPORT_ALL_STATES) != 0);
		values_join(&e->values, &e->cell);
		if (e->cell.len > 0 && e->cell.len < sizeof(word))
			memcpy(word, e->cell.data, e->cell.len);
		table_cell(e->table, e->cell.len == 0 ? "" : (const char *)e->cell.data,
		           e->cell.len, paint_of(e, e->columns[i], word));
	}
	table_end_row(e->table);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void print(struct export *e, const char *text)
{
	if (fputs(text, e->out) == EOF)
		e->failed = true;
}

/* Write the buffer to the stream and empty it. */
static void flush(struct export *e)
{
	if (!format_whole(e->encoder) ||
	    (e->line.len > 0 && fwrite(e->line.data, 1, e->line.len, e->out) != e->line.len))
		e->failed = true;
	bytes_clear(&e->line);
}

static int begin_lines(struct export *e, const char *columns, struct error *err)
{
	const struct format_config config = {
		.unit = e->what == EXPORT_HOSTS ? FORMAT_HOSTS : FORMAT_SERVICES,
		.flags = ((e->flags & EXPORT_BANNER_RAW) != 0 ? FORMAT_BANNER_RAW : 0) |
	                 ((e->flags & EXPORT_ALL_STATES) != 0 ? FORMAT_ALL_STATES : 0),
		.kinds = SERVICE_JSON_ALL,
		.fields = columns,
	};
	int ret = format_open(format_named(e->format == OUTPUT_CSV ? "csv" : "ndjson"), &config,
	                      &e->line, &e->encoder, err);

	if (ret != 0)
		return ret;
	if (e->format == OUTPUT_JSON)
		print(e, (e->flags & EXPORT_PAGE) != 0 ? "{\"results\":[" : "[");
	format_begin(e->encoder);
	flush(e);
	return 0;
}

/* ---- both ------------------------------------------------------------------------------------ */

int export_open(const struct export_config *config, struct export **out, struct error *err)
{
	struct export *e = calloc(1, sizeof(*e));
	const char *columns = config->columns;
	int ret;

	if (e == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	e->out = config->out;
	e->format = config->format;
	e->what = config->what;
	e->flags = config->flags;
	if (columns == NULL && e->format == OUTPUT_TABLE)
		columns = e->what == EXPORT_HOSTS ? host_table : service_table;
	if (e->format != OUTPUT_TABLE)
		ret = begin_lines(e, columns, err);
	else if ((ret = read_columns(e, columns, err)) == 0 && begin_table(e) != 0)
		ret = error_set(err, -ENOMEM, "out of memory");
	if (ret != 0) {
		bytes_fini(&e->line);
		free(e);
		return ret;
	}
	*out = e;
	return 0;
}

void export_keep_verdicts(struct export *e, unsigned kinds)
{
	if (e->encoder != NULL)
		format_keep_verdicts(e->encoder, kinds);
}

static int row(struct export *e, const struct store_host *h, const struct record *r)
{
	if (e->table != NULL) {
		table_row(e, h, r);
	} else {
		if (e->format == OUTPUT_JSON && e->rows > 0)
			print(e, ",");
		format_row(e->encoder, h, r);
		flush(e);
	}
	e->rows++;
	return e->failed || e->cell.failed || e->values.failed ? -EIO : 0;
}

int export_service(struct export *e, const struct store_host *h, const struct record *r)
{
	return row(e, h, r);
}

int export_host(struct export *e, const struct store_host *h)
{
	return row(e, h, NULL);
}

void export_next(struct export *e, const char *cursor)
{
	bool more = cursor[0] != '\0';
	int n = 0;

	if (e->format == OUTPUT_JSON && more)
		n = fprintf(e->out, "],\"next\":\"%s\"}\n", cursor);
	else if (e->format == OUTPUT_JSON)
		n = fputs("],\"next\":null}\n", e->out);
	else if (e->format == OUTPUT_NDJSON && more)
		n = fprintf(e->out, "{\"next\":\"%s\"}\n", cursor);
	if (n < 0)
		e->failed = true;
}

int export_close(struct export *e)
{
	int ret;

	if (e->format == OUTPUT_JSON && (e->flags & EXPORT_PAGE) == 0)
		print(e, "]\n");
	if (e->table != NULL && table_close(e->table) != 0)
		e->failed = true;
	format_close(e->encoder);
	if (fflush(e->out) != 0)
		e->failed = true;
	ret = e->failed || e->cell.failed || e->values.failed ? -EIO : 0;
	bytes_fini(&e->line);
	bytes_fini(&e->cell);
	values_fini(&e->values);
	free(e);
	return ret;
}
