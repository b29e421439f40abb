/* SPDX-License-Identifier: Apache-2.0 */
/* change_view.c - prints entries of the change log as table, JSON, NDJSON or CSV. */
#include "change_view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "change.h"
#include "csv.h"
#include "json.h"
#include "text.h"

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put_value(struct json *j, const struct change_value *v)
{
	if (v->kind == CHANGE_FLAG)
		json_bool(j, v->name, strcmp(v->value, "true") == 0);
	else if (v->kind == CHANGE_TEXT)
		json_text(j, v->name, v->value);
	else if (strchr(v->value, '.') != NULL)
		json_number(j, v->name, strtod(v->value, NULL), 1);
	else
		json_int(j, v->name, strtoll(v->value, NULL, 10));
}

static void put_state(struct json *j, const char *key, const char *state)
{
	struct change_value v;

	if (state[0] == '\0')
		return;
	json_open_object(j, key);
	while (change_next(&state, &v))
		put_value(j, &v);
	json_close_object(j);
}

static void put_object(struct change_view *v, const struct store_change *c)
{
	struct json *j = json_begin(v->out, false);
	char addr[DP_ADDR_TEXT];

	if (j == NULL) {
		v->failed = true;
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
	put_state(j, "before", c->was);
	put_state(j, "after", c->is);
	json_close_object(j);
	if (json_done(j) != 0)
		v->failed = true;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

enum { CSV_COLUMNS = 11 };
static const char csv_head[] = "seq,time,type,ip,port,transport,scan,cause,ref,before,after\r\n";

static void put_csv(struct change_view *v, const struct store_change *c)
{
	char addr[DP_ADDR_TEXT], seq[24], port[8] = "", when[CALENDAR_TEXT];
	const char *cells[CSV_COLUMNS];
	struct bytes line = {0};

	snprintf(seq, sizeof(seq), "%" PRIu64, c->seq);
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
	for (size_t i = 0; i < CSV_COLUMNS; i++) {
		if (i > 0)
			bytes_put(&line, ",", 1);
		csv_cell(&line, cells[i], strlen(cells[i]));
	}
	bytes_put(&line, "\r\n", 2);
	if (line.failed || fwrite(line.data, 1, line.len, v->out) != line.len)
		v->failed = true;
	bytes_fini(&line);
}

/* ---- table ----------------------------------------------------------------------------------- */

enum { TIME_COLUMNS = 16, TYPE_COLUMNS = 19, WHERE_COLUMNS = 21, INDENT = 4 };

/* What changed, in one text: what is new alone, what is gone alone, or both. */
static void put_what(struct bytes *line, const struct store_change *c)
{
	const char *both = c->before[0] != '\0' && c->after[0] != '\0' ? " -> " : "";

	text_escape(line, c->before, strlen(c->before), TEXT_LINE);
	bytes_put(line, both, strlen(both));
	text_escape(line, c->after, strlen(c->after), TEXT_LINE);
	if (strcmp(c->cause, "scan") != 0) {
		bytes_put(line, "  (", 3);
		bytes_put(line, c->cause, strlen(c->cause));
		bytes_put(line, ")", 1);
	}
}

/* The number of characters of @text. */
static size_t columns(const struct bytes *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += (text->data[i] & 0xc0) != 0x80;
	return n;
}

/* Cut @line to @width characters; a ">" at the end says that something is missing. */
static void cut(struct bytes *line, size_t width)
{
	size_t n = 0, i = 0;

	for (; i < line->len; i++) {
		n += (line->data[i] & 0xc0) != 0x80;
		if (n >= width)
			break;
	}
	line->len = i;
	bytes_put(line, ">", 1);
}

/* "192.0.2.1", "192.0.2.1:53/udp", "[2001:db8::1]:22" */
static void put_where(char out[80], const char *addr, const struct store_change *c)
{
	bool v6 = strchr(addr, ':') != NULL;

	if (c->port > 0)
		snprintf(out, 80, "%s%s%s:%u%s", v6 ? "[" : "", addr, v6 ? "]" : "", c->port,
		         c->transport == DP_TRANSPORT_UDP ? "/udp" : "");
	else
		snprintf(out, 80, "%s", addr);
}

/* On a terminal, what does not fit behind the place stands in a line of its own. */
static void put_row(struct change_view *v, const struct store_change *c)
{
	char when[CALENDAR_TEXT], addr[DP_ADDR_TEXT], where[80], head[160];
	struct bytes what = {0};
	size_t room = v->width;
	int n;

	calendar_format(c->time_us, when);
	when[10] = ' ';
	dp_addr_format(&c->addr, addr);
	put_where(where, addr, c);
	n = snprintf(head, sizeof(head), "%.*s  %-*s  %-*s  ", TIME_COLUMNS, when, TYPE_COLUMNS,
	             c->type, WHERE_COLUMNS, where);
	put_what(&what, c);
	if (room > 0 && (size_t)n + columns(&what) <= room)
		room = 0;
	while (room > 0 && n > 0 && head[n - 1] == ' ')
		head[--n] = '\0';
	if (room > INDENT && columns(&what) > room - INDENT)
		cut(&what, room - INDENT);
	fprintf(v->out, "%s%s", head, room > 0 ? "\n    " : "");
	bytes_put(&what, "\n", 1);
	if (what.failed || fwrite(what.data, 1, what.len, v->out) != what.len)
		v->failed = true;
	bytes_fini(&what);
}

/* ---- all formats ----------------------------------------------------------------------------- */

void change_view_begin(struct change_view *v)
{
	int n = 0;

	if (v->format == OUTPUT_JSON)
		n = fputs("[", v->out);
	else if (v->format == OUTPUT_CSV)
		n = fputs(csv_head, v->out);
	else if (v->format == OUTPUT_TABLE)
		n = fprintf(v->out, "%-*s  %-*s  %-*s  what\n", TIME_COLUMNS, "time (UTC)",
		            TYPE_COLUMNS, "type", WHERE_COLUMNS, "where");
	if (n < 0)
		v->failed = true;
}

bool change_view_row(struct change_view *v, const struct store_change *c)
{
	if (v->format == OUTPUT_JSON && v->rows > 0 && fputc(',', v->out) == EOF)
		v->failed = true;
	v->rows++;
	if (v->format == OUTPUT_TABLE)
		put_row(v, c);
	else if (v->format == OUTPUT_CSV)
		put_csv(v, c);
	else
		put_object(v, c);
	return !v->failed;
}

int change_view_end(struct change_view *v)
{
	if (v->format == OUTPUT_JSON && fputs("]\n", v->out) == EOF)
		v->failed = true;
	if (fflush(v->out) != 0)
		v->failed = true;
	return v->failed ? -EIO : 0;
}
