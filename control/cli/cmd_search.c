/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_search.c - `sonde search`, `count`, `stats`: runs a query over the database. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_store.h"
#include "stats.h"

struct search_options {
	const char *db, *columns, *cursor, *facets;
	enum output_format format;
	uint64_t limit;
	bool hosts, explain;
};

#define FIELD(name) offsetof(struct search_options, name)

static const struct option_def db_def = {"db",        'd',      "DIR", "database directory",
                                         option_text, FIELD(db)};

static const struct option_def search_defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json, ndjson or csv", option_format, FIELD(format)},
	{"columns", 0, "FIELDS", "of table and CSV: ip,port,product,...", option_text,
         FIELD(columns)},
	{"limit", 'n', "N", "at most so many rows", option_u64, FIELD(limit)},
	{"cursor", 0, "TEXT", "go on where a page ended", option_text, FIELD(cursor)},
	{"hosts", 0, NULL, "whole hosts instead of services", NULL, FIELD(hosts)},
	{"explain", 0, NULL, "print how the query was understood, as JSON", NULL, FIELD(explain)},
};

static const struct option_spec search_spec = {
	"sonde search QUERY [options]",
	"Prints the services that fit: 'port: 22 product:openssh', 'vuln.severity:critical "
	"kev:true',\n"
	"'ip:192.0.2.0/24 -service:http'. '*' fits everything.",
	search_defs,
	sizeof(search_defs) / sizeof(search_defs[0]),
};

/* Where rows are written, and the error that ended the writing. */
struct rows {
	struct export *out;
	int error;
};

static bool each_service(void *arg, const struct store_host *h, const struct record *r)
{
	struct rows *rows = arg;

	rows->error = export_service(rows->out, h, r);
	return rows->error == 0;
}

static bool each_host(void *arg, const struct store_host *h)
{
	struct rows *rows = arg;

	rows->error = export_host(rows->out, h);
	return rows->error == 0;
}

static int print_rows(struct store *s, const struct query *q, const struct search_options *o)
{
	struct query_page page = {.cursor = o->cursor, .limit = o->limit};
	struct export_config config = {stdout, o->format, o->hosts ? EXPORT_HOSTS : EXPORT_SERVICES,
	                               o->columns, cmd_colour()};
	struct rows rows = {0};
	struct error err;
	int ret = export_open(&config, &rows.out, &err), written;

	if (ret < 0)
		return cmd_fail_at(ret, "--columns", &err);
	ret = o->hosts ? query_hosts(s, q, &page, each_host, &rows)
	               : query_services(s, q, &page, each_service, &rows);
	written = export_close(rows.out);
	if (ret < 0)
		return cmd_store_fail(ret);
	if (rows.error < 0 || written < 0)
		return cmd_fail(CMD_FAILED, "the output cannot be written");
	if (page.next[0] != '\0')
		fprintf(stderr, "more: --cursor %s\n", page.next);
	return CMD_OK;
}

/* The common part of the three commands: parse the query, open the database, call @ask, close. With
 * --explain, print the parsed query instead. */
static int with_query(const struct search_options *o, int argc, char **argv, int first,
                      int (*ask)(struct store *, const struct query *,
                                 const struct search_options *))
{
	struct query *q;
	struct store *s;
	int code = cmd_query_parse(argc, argv, first, &q);

	if (code != CMD_OK)
		return code;
	if (o->explain) {
		code = query_explain(q, stdout) == 0 ? CMD_OK : CMD_FAILED;
		putchar('\n');
		query_free(q);
		return code;
	}
	code = cmd_store_open(o->db, STORE_READ, &s);
	if (code == CMD_OK) {
		code = ask(s, q, o);
		store_close(s);
	}
	query_free(q);
	return code;
}

int cmd_search(int argc, char **argv)
{
	struct search_options o = {0};
	int first, code;

	if (!cmd_begin(&search_spec, argc, argv, &o, &first, &code))
		return code;
	if (first == argc)
		return cmd_fail(CMD_USAGE,
		                "no query: sonde search 'port: 22' ('*' fits everything)");
	return with_query(&o, argc, argv, first, print_rows);
}

static const struct option_spec count_spec = {
	"sonde count [QUERY] [options]",
	"Prints how many services fit.",
	&db_def,
	1,
};

static bool count_one(void *arg, const struct store_host *h, const struct record *r)
{
	(void)h;
	(void)r;
	++*(uint64_t *)arg;
	return true;
}

static int print_count(struct store *s, const struct query *q, const struct search_options *o)
{
	struct query_page page = {0};
	uint64_t n = 0;
	int ret = query_services(s, q, &page, count_one, &n);

	(void)o;
	if (ret < 0)
		return cmd_store_fail(ret);
	printf("%" PRIu64 "\n", n);
	return CMD_OK;
}

int cmd_count(int argc, char **argv)
{
	struct search_options o = {0};
	int first, code;

	if (!cmd_begin(&count_spec, argc, argv, &o, &first, &code))
		return code;
	return with_query(&o, argc, argv, first, print_count);
}

static const struct option_def stats_defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json, ndjson or csv", option_format, FIELD(format)},
	{"facets", 'f', "FIELDS", "port:10,product:20,...", option_text, FIELD(facets)},
	{"hosts", 0, NULL, "count hosts instead of services", NULL, FIELD(hosts)},
};

static const struct option_spec stats_spec = {
	"sonde stats [QUERY] [options]",
	"Counts services or hosts by the values of fields.",
	stats_defs,
	sizeof(stats_defs) / sizeof(stats_defs[0]),
};

struct counting {
	struct stats *stats;
	int error;
};

static bool count_facets(void *arg, const struct store_host *h, const struct record *r)
{
	struct counting *c = arg;

	c->error = stats_add(c->stats, h, r);
	return c->error == 0;
}

static int print_stats(struct store *s, const struct query *q, const struct search_options *o)
{
	struct query_page page = {0};
	struct counting c = {0};
	struct error err;
	int ret = stats_new(o->facets, o->hosts ? STATS_BY_HOST : STATS_BY_SERVICE, &c.stats, &err);
	int code = CMD_OK;

	if (ret < 0)
		return cmd_fail_at(ret, "--facets", &err);
	ret = query_services(s, q, &page, count_facets, &c);
	if (ret < 0)
		code = cmd_store_fail(ret);
	else if (c.error < 0 || stats_write(c.stats, stdout, o->format) < 0)
		code = cmd_fail(CMD_FAILED, "the figures cannot be written");
	stats_free(c.stats);
	return code;
}

int cmd_stats(int argc, char **argv)
{
	struct search_options o = {0};
	int first, code;

	if (!cmd_begin(&stats_spec, argc, argv, &o, &first, &code))
		return code;
	return with_query(&o, argc, argv, first, print_stats);
}
