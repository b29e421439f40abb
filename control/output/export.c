/* SPDX-License-Identifier: Apache-2.0 */
/* export.c - rows of services or hosts as table, JSON, NDJSON or CSV. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "csv.h"
#include "export.h"
#include "field.h"
#include "host_view.h"
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
	const struct field *columns[COLUMNS_MAX];
	size_t column_count;
	bool picked; /* the user named the columns */
	uint64_t rows;
	unsigned kinds;      /* the verdicts that documents have, see service_json.h */
	struct table *table; /* OUTPUT_TABLE */
	struct bytes line, cell;
	struct values values;
	bool failed;
};

static const char *const service_columns =
	"ip,port,transport,state,service,product,version,vuln,level,score,host_level,"
	"host_score,last_seen";
/* What a person needs of them on a terminal. */
static const char *const service_table =
	"ip,port,transport,service,product,version,level,score,vuln";
static const char *const host_columns = "ip,port,port_count,host_level,host_score,hostname,os";
static const char *const host_table = "ip,port,host_level,host_score,hostname,os";
/* ---- columns --------------------------------------------------------------------------------- */

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

/* ---- cells and lines ------------------------------------------------------------------------- */

static void flush(struct export *e)
{
	if (e->line.failed || fwrite(e->line.data, 1, e->line.len, e->out) != e->line.len)
		e->failed = true;
	bytes_clear(&e->line);
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

static void put_cell(struct export *e, size_t column, const char *data, size_t len)
{
	char word[16] = "";

	if (e->format == OUTPUT_CSV) {
		if (column > 0)
			bytes_put(&e->line, ",", 1);
		csv_cell(&e->line, data, len);
		return;
	}
	if (len < sizeof(word))
		memcpy(word, data, len);
	table_cell(e->table, data, len, paint_of(e, e->columns[column], word));
}

static void end_line(struct export *e)
{
	if (e->table != NULL) {
		table_end_row(e->table);
		return;
	}
	bytes_put(&e->line, "\r\n", 2);
	flush(e);
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

static void csv_head(struct export *e)
{
	for (size_t i = 0; i < e->column_count; i++)
		put_cell(e, i, e->columns[i]->name, strlen(e->columns[i]->name));
	end_line(e);
}

/* Print what comes before the first row. 0 or -ENOMEM. */
static int begin(struct export *e)
{
	switch (e->format) {
	case OUTPUT_TABLE:
		return begin_table(e);
	case OUTPUT_CSV:
		csv_head(e);
		return 0;
	case OUTPUT_JSON:
		if (fputs((e->flags & EXPORT_PAGE) != 0 ? "{\"results\":[" : "[", e->out) == EOF)
			e->failed = true;
		return 0;
	default:
		return 0;
	}
}

static const char *default_columns(const struct export *e)
{
	if (e->what == EXPORT_HOSTS)
		return e->format == OUTPUT_TABLE ? host_table : host_columns;
	return e->format == OUTPUT_TABLE ? service_table : service_columns;
}

int export_open(const struct export_config *config, struct export **out, struct error *err)
{
	struct export *e = calloc(1, sizeof(*e));
	int ret;

	if (e == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	e->out = config->out;
	e->format = config->format;
	e->what = config->what;
	e->flags = config->flags;
	e->kinds = SERVICE_JSON_ALL;
	e->picked = config->columns != NULL;
	ret = read_columns(e, e->picked ? config->columns : default_columns(e), err);
	if (ret == 0 && begin(e) != 0)
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
	e->kinds = kinds;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void row(struct export *e, const struct store_host *h, const struct record *r)
{
	bool all = (e->flags & EXPORT_ALL_STATES) != 0;

	for (size_t i = 0; i < e->column_count; i++) {
		bytes_clear(&e->cell);
		values_read(&e->values, e->columns[i], h, r, all);
		values_join(&e->values, &e->cell);
		put_cell(e, i, e->cell.len == 0 ? "" : (const char *)e->cell.data, e->cell.len);
	}
	end_line(e);
}

static void separate(struct export *e)
{
	if (e->format == OUTPUT_JSON && e->rows++ > 0 && fputc(',', e->out) == EOF)
		e->failed = true;
}

static int result(const struct export *e)
{
	return e->failed || e->cell.failed || e->values.failed ? -EIO : 0;
}

static struct json *begin_object(struct export *e)
{
	struct json *j = json_begin(e->out, false);

	separate(e);
	if (j == NULL)
		e->failed = true;
	else
		json_open_object(j, NULL);
	return j;
}

static void end_object(struct export *e, struct json *j)
{
	json_close_object(j);
	if (json_done(j) != 0)
		e->failed = true;
}

/* The columns that the user named, as members. */
static void picked_object(struct export *e, const struct store_host *h, const struct record *r)
{
	struct json *j = begin_object(e);

	for (size_t i = 0; j != NULL && i < e->column_count; i++) {
		const struct field *f = e->columns[i];

		values_read(&e->values, f, h, r, (e->flags & EXPORT_ALL_STATES) != 0);
		values_json(&e->values, j, f->name, r == NULL && (f->flags & FIELD_HOST) == 0);
	}
	if (j != NULL)
		end_object(e, j);
}

static void service_object(struct export *e, const struct store_host *h, const struct record *r)
{
	const struct service_json_config config = {(e->flags & EXPORT_BANNER_RAW) != 0, e->kinds};
	struct json *j = begin_object(e);
	char addr[DP_ADDR_TEXT];

	if (j == NULL)
		return;
	json_text(j, "ip", dp_addr_format(&h->addr, addr));
	service_json(j, h, r, &config);
	json_int(j, "host_score", h->score.value);
	json_text(j, "host_level", vd_level_name(h->score.level));
	end_object(e, j);
}

int export_service(struct export *e, const struct store_host *h, const struct record *r)
{
	if (e->format == OUTPUT_TABLE || e->format == OUTPUT_CSV)
		row(e, h, r);
	else if (e->picked)
		picked_object(e, h, r);
	else
		service_object(e, h, r);
	return result(e);
}

int export_host(struct export *e, const struct store_host *h)
{
	const struct host_view_config config = {
		.flags = (e->flags & EXPORT_BANNER_RAW) != 0 ? HOST_VIEW_BANNER_RAW : 0,
		.kinds = e->kinds,
	};

	if (e->format == OUTPUT_TABLE || e->format == OUTPUT_CSV) {
		row(e, h, NULL);
	} else if (e->picked) {
		picked_object(e, h, NULL);
	} else {
		separate(e);
		if (host_view_json(e->out, h, &config) != 0)
			e->failed = true;
	}
	return result(e);
}

void export_next(struct export *e, const char *cursor)
{
	struct json *j;

	if (e->format == OUTPUT_JSON && fputs("],\"next\":", e->out) == EOF)
		e->failed = true;
	if (e->format == OUTPUT_JSON) {
		if (cursor[0] != '\0')
			fprintf(e->out, "\"%s\"}\n", cursor);
		else
			fputs("null}\n", e->out);
		return;
	}
	if (e->format != OUTPUT_NDJSON || cursor[0] == '\0')
		return;
	j = begin_object(e);
	if (j == NULL)
		return;
	json_text(j, "next", cursor);
	end_object(e, j);
}

int export_close(struct export *e)
{
	int ret;

	if (e->format == OUTPUT_JSON && (e->flags & EXPORT_PAGE) == 0 &&
	    fputs("]\n", e->out) == EOF)
		e->failed = true;
	if (e->table != NULL && table_close(e->table) != 0)
		e->failed = true;
	if (fflush(e->out) != 0)
		e->failed = true;
	ret = result(e);
	bytes_fini(&e->line);
	bytes_fini(&e->cell);
	values_fini(&e->values);
	free(e);
	return ret;
}
