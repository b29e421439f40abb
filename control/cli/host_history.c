/* SPDX-License-Identifier: Apache-2.0 */
/* host_history.c - prints what each port of a host was, and from when to when. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "host_history.h"
#include "interval_json.h"
#include "table.h"
#include "term.h"

struct host_history {
	enum output_format format;
	struct table *table; /* of the host that is printed */
	int port;
	int rows, hosts; /* rows of this host; hosts with rows */
	bool any, failed;
};

struct host_history *host_history_open(enum output_format format)
{
	struct host_history *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->format = format;
	if (format == OUTPUT_JSON && putchar('[') == EOF)
		t->failed = true;
	return t;
}

static void begin_table(struct host_history *t, const struct dp_addr *addr)
{
	static const struct table_column columns[] = {
		{"port", false, true},         {"from", false, true},     {"to", false, true},
		{"service", false, true},      {"product", false, false}, {"version", false, false},
		{"certificate", false, false},
	};
	char text[DP_ADDR_TEXT];

	printf("%s%s\n", t->hosts > 0 ? "\n" : "", dp_addr_format(addr, text));
	t->table = table_open(stdout, columns, 7, term_width(stdout));
	t->failed = t->failed || t->table == NULL;
}

static void cell(struct host_history *t, const char *text)
{
	table_cell(t->table, text, strlen(text), NULL);
}

static void put_row(struct host_history *t, const struct store_interval *i)
{
	char when[CALENDAR_TEXT], port[24];

	if (t->table == NULL)
		begin_table(t, &i->addr);
	if (t->table == NULL)
		return;
	snprintf(port, sizeof(port), "%u/%s", i->port, record_transport_name(i->transport));
	cell(t, port);
	cell(t, calendar_format(i->start_us, when));
	cell(t, i->end_us != 0 ? calendar_format(i->end_us, when) : "now");
	cell(t, i->service);
	cell(t, i->product);
	cell(t, i->version);
	cell(t, i->ssl_sha256);
	table_end_row(t->table);
}

static void put_object(struct host_history *t, const struct store_interval *i)
{
	struct json *j;

	if (t->any && t->format == OUTPUT_JSON && putchar(',') == EOF)
		t->failed = true;
	j = json_begin(stdout, false);
	if (j == NULL) {
		t->failed = true;
		return;
	}
	interval_json(j, i);
	if (json_done(j) != 0)
		t->failed = true;
}

static bool put(void *arg, const struct store_interval *i)
{
	struct host_history *t = arg;

	if (t->port >= 0 && i->port != t->port)
		return true;
	if (t->format == OUTPUT_TABLE)
		put_row(t, i);
	else
		put_object(t, i);
	t->any = true;
	t->rows++;
	return !t->failed;
}

int host_history_put(struct host_history *t, struct store *s, const struct dp_addr *addr, int port)
{
	int ret;

	t->port = port;
	t->rows = 0;
	ret = store_each_interval(s, addr, put, t);
	if (t->table != NULL && table_close(t->table) != 0)
		t->failed = true;
	t->table = NULL;
	t->hosts += t->rows > 0;
	return ret != 0 ? ret : t->failed ? -EIO : t->rows;
}

int host_history_close(struct host_history *t)
{
	int ret;

	if (t->format == OUTPUT_JSON && fputs("]\n", stdout) == EOF)
		t->failed = true;
	ret = t->failed ? -EIO : 0;
	free(t);
	return ret;
}
