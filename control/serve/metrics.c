/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.c - figures in the text format of Prometheus (exposition format 0.0.4). */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "clock.h"
#include "ctl.h"
#include "json_in.h"
#include "routes.h"
#include "server.h"

static void put(FILE *out, const char *name, const char *type, const char *help, uint64_t value)
{
	fprintf(out, "# HELP sonde_%s %s\n# TYPE sonde_%s %s\nsonde_%s %" PRIu64 "\n", name, help,
	        name, type, name, value);
}

static void put_server(FILE *out, struct server *s)
{
	struct server_counters *c = &s->counters;

	fputs("# HELP sonde_http_answers_total Answers by class of status.\n"
	      "# TYPE sonde_http_answers_total counter\n",
	      out);
	for (unsigned i = 1; i < 6; i++)
		fprintf(out, "sonde_http_answers_total{class=\"%uxx\"} %" PRIu64 "\n", i,
		        c->answers[i]);
	put(out, "http_connections", "gauge", "Open connections.", c->connections);
	put(out, "http_cached_total", "counter", "Host documents that came from memory.",
	    c->cached);
	put(out, "http_rows_total", "counter", "Rows that were sent.", c->rows);
	put(out, "http_streams", "gauge", "Exports and look-ups that are being sent.", c->streams);
	put(out, "http_listeners", "gauge", "Clients of the stream of events.", c->listeners);
	put(out, "http_uptime_seconds", "gauge", "Seconds since the start.",
	    (uint64_t)(clock_monotonic_us() - s->start_us) / 1000000);
}

static bool count_scan(void *arg, const struct store_scan *scan)
{
	(void)scan;
	++*(uint64_t *)arg;
	return true;
}

static void put_store(FILE *out, struct store *s)
{
	uint64_t scans = 0, last = 0;

	store_scan_each(s, count_scan, &scans);
	store_change_last(s, &last);
	put(out, "store_services", "gauge", "Stored services, closed ones too.",
	    store_service_count(s));
	put(out, "store_scans", "gauge", "Stored scans.", scans);
	put(out, "store_changes_total", "counter", "Number of the last change in the log.", last);
	put(out, "store_commits_total", "counter", "Number of the last commit.", store_commit(s));
}

/* Only what may stand in a name of Prometheus. */
static void put_name(FILE *out, const char *name)
{
	for (; *name != '\0'; name++)
		fputc(ascii_is_alpha(*name) || ascii_is_digit(*name) ? *name : '_', out);
}

static void put_number(FILE *out, const char *group, const char *name, yajl_val v)
{
	if (!YAJL_IS_NUMBER(v) && !YAJL_IS_TRUE(v) && !YAJL_IS_FALSE(v))
		return;
	fputs("sonde_scan_", out);
	put_name(out, group);
	if (group[0] != '\0')
		fputc('_', out);
	put_name(out, name);
	if (YAJL_IS_NUMBER(v))
		fprintf(out, " %s\n", YAJL_GET_NUMBER(v));
	else
		fprintf(out, " %d\n", YAJL_IS_TRUE(v));
}

/* The numbers of the running scan's status: those of objects as sonde_scan_OBJECT_NAME. */
static void put_scan(FILE *out, const char *db)
{
	char *reply = malloc(CTL_REPLY);
	struct error err;
	yajl_val tree = NULL;
	bool runs = reply != NULL && ctl_ask(db, "status", reply, &err) == 0 &&
	            json_in_parse(reply, strlen(reply), &tree, &err) == 0;

	put(out, "scan_running", "gauge", "Whether a scan runs and answers.", runs);
	for (size_t i = 0; runs && i < tree->u.object.len; i++) {
		yajl_val v = tree->u.object.values[i];

		put_number(out, "", tree->u.object.keys[i], v);
		for (size_t k = 0; YAJL_IS_OBJECT(v) && k < v->u.object.len; k++)
			put_number(out, tree->u.object.keys[i], v->u.object.keys[k],
			           v->u.object.values[k]);
	}
	yajl_tree_free(tree);
	free(reply);
}

void route_metrics(struct exchange *x, struct jobs_tools *tools)
{
	FILE *out = answer_open(&x->answer, 200, "text/plain; version=0.0.4");

	if (out == NULL)
		return;
	put_server(out, x->server);
	put_store(out, tools->store);
	put_scan(out, x->server->config->db);
	answer_close(&x->answer);
}
