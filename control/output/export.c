/* SPDX-License-Identifier: Apache-2.0 */
/* export.c - rows of services, hosts or changes as table, JSON, NDJSON or CSV. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "csv.h"
#include "export.h"
#include "field.h"
#include "host_view.h"
#include "service_json.h"
#include "text.h"

enum { COLUMNS_MAX = 64, CELL_MAX = 60 };

struct export
{
	FILE *out;
	enum output_format format;
	enum export_what what;
	unsigned flags;
	const struct field *columns[COLUMNS_MAX];
	size_t column_count;
	uint64_t rows;
	struct bytes line, cell;
	bool failed;
};

static const char *const service_columns =
	"ip,port,transport,state,service,product,version,vuln,level,score,last_seen";
static const char *const host_columns = "ip,port_count,level,score,hostname,os";
static const char *const change_columns[] = {"seq",  "time",  "type", "ip",     "port", "transport",
                                             "scan", "cause", "ref",  "before", "after"};

enum { CHANGE_COLUMNS = sizeof(change_columns) / sizeof(change_columns[0]) };

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

static void put_cell(struct export *e, size_t column, const char *data, size_t len)
{
	if (e->format == OUTPUT_CSV) {
		if (column > 0)
			bytes_put(&e->line, ",", 1);
		csv_cell(&e->line, data, len);
		return;
	}
	if (column > 0)
		bytes_put(&e->line, "  ", 2);
	text_escape(&e->line, data, len < CELL_MAX ? len : CELL_MAX, TEXT_LINE);
	if (len > CELL_MAX)
		bytes_put(&e->line, "...", 3);
}

/* The width of a table's column: as wide as its values usually are. Rows are streamed, so nothing
 * can be measured first. */
static size_t width_of(const char *name)
{
	static const struct {
		const char *name;
		size_t width;
	} widths[] = {
		{"ip", 15},      {"port", 5},       {"transport", 9}, {"state", 7},
		{"service", 10}, {"product", 18},   {"version", 12},  {"vuln", 18},
		{"level", 9},    {"score", 5},      {"seq", 6},       {"time", 20},
		{"type", 19},    {"scan", 13},      {"cause", 5},     {"ref", 16},
		{"before", 24},  {"last_seen", 20}, {"hostname", 24},
	};

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		if (strcmp(widths[i].name, name) == 0)
			return widths[i].width;
	return strlen(name) > 10 ? strlen(name) : 10;
}

static void pad(struct export *e, size_t from, const char *name, bool is_last)
{
	if (e->format != OUTPUT_TABLE || is_last)
		return;
	for (size_t width = width_of(name) + (from > 0 ? 2 : 0);
	     e->line.len - from < width && !e->line.failed;)
		bytes_put(&e->line, " ", 1);
}

static void end_line(struct export *e)
{
	if (e->format == OUTPUT_CSV)
		bytes_put(&e->line, "\r\n", 2);
	else
		bytes_put(&e->line, "\n", 1);
	flush(e);
}

static void header(struct export *e)
{
	size_t n = e->what == EXPORT_CHANGES ? (size_t)CHANGE_COLUMNS : e->column_count;

	for (size_t i = 0; i < n; i++) {
		const char *name = e->what == EXPORT_CHANGES ? change_columns[i]
		                                             : e->columns[i]->name;
		size_t from = e->line.len;

		put_cell(e, i, name, strlen(name));
		pad(e, from, name, i + 1 == n);
	}
	end_line(e);
}

int export_open(const struct export_config *config, struct export **out, struct error *err)
{
	struct export *e = calloc(1, sizeof(*e));
	const char *columns = config->columns;
	int ret = 0;

	if (e == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	e->out = config->out;
	e->format = config->format;
	e->what = config->what;
	e->flags = config->flags;
	if (columns == NULL)
		columns = e->what == EXPORT_HOSTS ? host_columns : service_columns;
	if (e->what != EXPORT_CHANGES)
		ret = read_columns(e, columns, err);
	if (ret != 0) {
		free(e);
		return ret;
	}
	if (e->format == OUTPUT_JSON && fputs("[", e->out) == EOF)
		e->failed = true;
	if (e->format == OUTPUT_TABLE || e->format == OUTPUT_CSV)
		header(e);
	*out = e;
	return 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

struct joined {
	struct export *e;
	const struct field *field;
	size_t count;
};

static bool join(void *arg, const struct field_value *v)
{
	struct joined *j = arg;
	struct field_text text;

	field_format(j->field, v, &text);
	if (j->count++ > 0)
		bytes_put(&j->e->cell, ";", 1);
	bytes_put(&j->e->cell, text.text, text.len);
	return true;
}

/* Write the values of column @i as one cell, joined by semicolons. @r NULL: the values of all
 * services of @h. */
static void field_cell(struct export *e, size_t i, const struct store_host *h,
                       const struct record *r)
{
	struct joined j = {.e = e, .field = e->columns[i]};
	size_t from = e->line.len;

	bytes_clear(&e->cell);
	if (r != NULL)
		field_each(j.field, h, r, join, &j);
	for (size_t k = 0; r == NULL && k < h->service_count; k++) {
		field_each(j.field, h, h->services[k], join, &j);
		if ((j.field->flags & FIELD_HOST) != 0)
			break;
	}
	put_cell(e, i, e->cell.len == 0 ? "" : (const char *)e->cell.data, e->cell.len);
	pad(e, from, j.field->name, i + 1 == e->column_count);
}

static void row(struct export *e, const struct store_host *h, const struct record *r)
{
	for (size_t i = 0; i < e->column_count; i++)
		field_cell(e, i, h, r);
	end_line(e);
}

static void separate(struct export *e)
{
	if (e->format == OUTPUT_JSON && e->rows++ > 0 && fputc(',', e->out) == EOF)
		e->failed = true;
}

static int result(const struct export *e)
{
	return e->failed || e->cell.failed ? -EIO : 0;
}

static void service_object(struct export *e, const struct store_host *h, const struct record *r)
{
	struct json *j = json_begin(e->out, false);
	char addr[DP_ADDR_TEXT];

	separate(e);
	if (j == NULL) {
		e->failed = true;
		return;
	}
	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&h->addr, addr));
	service_json(j, h, r, (e->flags & EXPORT_BANNER_RAW) != 0);
	service_json_score(j, h);
	json_close_object(j);
	if (json_done(j) != 0)
		e->failed = true;
}

int export_service(struct export *e, const struct store_host *h, const struct record *r)
{
	if (e->format == OUTPUT_JSON || e->format == OUTPUT_NDJSON)
		service_object(e, h, r);
	else
		row(e, h, r);
	return result(e);
}

int export_host(struct export *e, const struct store_host *h)
{
	unsigned flags = (e->flags & EXPORT_BANNER_RAW) != 0 ? HOST_VIEW_BANNER_RAW : 0;

	if (e->format == OUTPUT_TABLE || e->format == OUTPUT_CSV) {
		row(e, h, NULL);
		return result(e);
	}
	separate(e);
	if (host_view_json(e->out, h, flags) != 0)
		e->failed = true;
	return result(e);
}

/* ---- changes --------------------------------------------------------------------------------- */

static void change_object(struct export *e, const struct store_change *c)
{
	struct json *j = json_begin(e->out, false);
	char addr[DP_ADDR_TEXT];

	separate(e);
	if (j == NULL) {
		e->failed = true;
		return;
	}
	json_open_object(j, NULL);
	json_int(j, "seq", (int64_t)c->seq);
	json_time(j, "time", c->time_us);
	json_text(j, "type", c->type);
	json_text(j, "ip", dp_addr_format(&c->addr, addr));
	if (c->port > 0) {
		json_int(j, "port", c->port);
		json_text(j, "transport", record_transport_name(c->transport));
	}
	json_text(j, "scan", c->scan);
	json_text(j, "cause", c->cause);
	json_text(j, "ref", c->ref);
	json_text(j, "before", c->before);
	json_text(j, "after", c->after);
	json_close_object(j);
	if (json_done(j) != 0)
		e->failed = true;
}

static void change_row(struct export *e, const struct store_change *c)
{
	char addr[DP_ADDR_TEXT], seq[24], port[8] = "", when[32];
	const char *cells[CHANGE_COLUMNS];

	snprintf(seq, sizeof(seq), "%llu", (unsigned long long)c->seq);
	if (c->port > 0)
		snprintf(port, sizeof(port), "%u", c->port);
	cells[0] = seq;
	cells[1] = calendar_format(c->time_us, when);
	cells[2] = c->type;
	cells[3] = dp_addr_format(&c->addr, addr);
	cells[4] = port;
	cells[5] = c->port > 0 ? record_transport_name(c->transport) : "";
	cells[6] = c->scan;
	cells[7] = c->cause;
	cells[8] = c->ref;
	cells[9] = c->before;
	cells[10] = c->after;
	for (size_t i = 0; i < CHANGE_COLUMNS; i++) {
		size_t from = e->line.len;

		put_cell(e, i, cells[i], strlen(cells[i]));
		pad(e, from, change_columns[i], i + 1 == CHANGE_COLUMNS);
	}
	end_line(e);
}

int export_change(struct export *e, const struct store_change *c)
{
	if (e->format == OUTPUT_JSON || e->format == OUTPUT_NDJSON)
		change_object(e, c);
	else
		change_row(e, c);
	return result(e);
}

int export_close(struct export *e)
{
	int ret;

	if (e->format == OUTPUT_JSON && fputs("]\n", e->out) == EOF)
		e->failed = true;
	if (fflush(e->out) != 0)
		e->failed = true;
	ret = result(e);
	bytes_fini(&e->line);
	bytes_fini(&e->cell);
	free(e);
	return ret;
}
