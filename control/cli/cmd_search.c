/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_search.c - `sonde search`, `count`, `stats`: runs a query over the database. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_store.h"
#include "look.h"
#include "stats.h"

struct search_options {
	const char *db, *cursor;
	struct option_list facets;
	struct look look;
	enum output_format format;
	uint64_t limit;
	uint8_t order; /* enum query_order */
	bool hosts, explain;
};

#define FIELD(name) offsetof(struct search_options, name)
#define DB_OPTION                                                                                  \
	{                                                                                          \
		"db", 'd', "DIR", "database directory", option_text, FIELD(db)                     \
	}
#define FORMAT_OPTION                                                                              \
	{                                                                                          \
		"output", 'o', "FORMAT", "table, json, ndjson or csv", option_format,              \
			FIELD(format)                                                              \
	}

static int read_order(const char *text, void *field, struct error *err)
{
	static const char *const names[] = {"ip", "port", "score", "last_seen"};

	for (uint8_t i = QUERY_BY_IP; i <= QUERY_BY_LAST_SEEN; i++)
		if (strcmp(text, names[i]) == 0) {
			*(uint8_t *)field = i;
			return 0;
		}
	return error_set(err, -EINVAL, "expected score, port, ip or last_seen");
}

static const struct option_def count_defs[] = {
	DB_OPTION,
	{"hosts", 0, NULL, "count hosts instead of services", NULL, FIELD(hosts)},
};

static const struct option_def search_defs[] = {
	DB_OPTION,
	FORMAT_OPTION,
	LOOK_COLUMNS(struct search_options, look),
	LOOK_COLOR(struct search_options, look),
	{"limit", 'n', "N", "at most so many rows", option_u64, FIELD(limit)},
	{"sort", 0, "ORDER", "score (the worst first), port, ip, last_seen", read_order,
         FIELD(order)},
	{"cursor", 0, "TEXT", "go on where a page ended; start: the first page", option_text,
         FIELD(cursor)},
	{"hosts", 0, NULL, "whole hosts instead of services", NULL, FIELD(hosts)},
	LOOK_NO_VULNS(struct search_options, look),
	LOOK_VERDICTS(struct search_options, look),
	{"explain", 0, NULL, "print how the query was understood, as JSON", NULL, FIELD(explain)},
};

static const struct option_spec search_spec = {
	"sonde search QUERY [options]",
	"Prints the services that fit: 'port: 22 product:openssh',\n"
	"'vuln.severity:critical kev:true', 'ip:192.0.2.0/24 -service:http'. '*' fits all\n"
	"that is open; what is closed or missing only fits a query that names the state.",
	search_defs,
	sizeof(search_defs) / sizeof(search_defs[0]),
	cmd_query_operand,
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

static bool each_sorted(void *arg, const struct store_host *h, const struct record *r)
{
	return r != NULL ? each_service(arg, h, r) : each_host(arg, h);
}

static int run(struct store *s, const struct query *q, const struct search_options *o,
               struct query_page *page, struct rows *rows)
{
	const struct query_sort sort = {o->order, o->hosts, o->limit};

	if (o->order != QUERY_BY_IP)
		return query_sorted(s, q, &sort, each_sorted, rows);
	return o->hosts ? query_hosts(s, q, page, each_host, rows)
	                : query_services(s, q, page, each_service, rows);
}

static unsigned export_flags(const struct query *q, const struct search_options *o)
{
	return (look_is_painted(&o->look) ? EXPORT_COLOUR : 0) |
	       (o->cursor != NULL ? EXPORT_PAGE : 0) |
	       (query_names_state(q) ? EXPORT_ALL_STATES : 0);
}

static int print_rows(struct store *s, const struct query *q, const struct search_options *o)
{
	struct query_page page = {.cursor = o->cursor, .limit = o->limit};
	struct export_config config = {stdout, o->format, o->hosts ? EXPORT_HOSTS : EXPORT_SERVICES,
	                               o->look.columns, export_flags(q, o)};
	struct rows rows = {0};
	struct error err;
	int ret = export_open(&config, &rows.out, &err), written;

	if (ret < 0)
		return cmd_fail_at(ret, "--columns", &err);
	export_keep_verdicts(rows.out, look_kinds(&o->look));
	ret = run(s, q, o, &page, &rows);
	if (o->cursor != NULL)
		export_next(rows.out, page.next);
	written = export_close(rows.out);
	if (ret < 0)
		return cmd_store_fail(ret);
	if (rows.error < 0 || written < 0)
		return cmd_output_failed();
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
		code = query_explain(q, stdout) == 0 ? CMD_OK : cmd_output_failed();
		putchar('\n');
		query_free(q);
		return cmd_written(code);
	}
	code = cmd_store_open(o->db, STORE_READ, &s);
	if (code == CMD_OK) {
		cmd_query_note_places(q, s);
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
		                "no query: sonde search 'port: 22' ('*' fits all that is open)");
	if (o.cursor != NULL && !query_is_cursor(o.cursor))
		return cmd_fail(
			CMD_USAGE,
			"--cursor: `%.60s`: expected start, or what a page ended with, such as "
			"192.0.2.10/6/22",
			o.cursor);
	if (o.cursor != NULL && o.order != QUERY_BY_IP)
		return cmd_fail(CMD_USAGE,
		                "--cursor goes by address: it does not go with --sort; say -n N");
	code = look_check(&o.look, o.format);
	if (code != CMD_OK)
		return code;
	return with_query(&o, argc, argv, first, print_rows);
}

static const struct option_spec count_spec = {
	"sonde count [QUERY] [options]",
	"Prints how many services fit. What is closed or missing only fits a query that\n"
	"names the state: 'state:*'.",
	count_defs,
	sizeof(count_defs) / sizeof(count_defs[0]),
	cmd_query_operand,
};

static int print_count(struct store *s, const struct query *q, const struct search_options *o)
{
	uint64_t n;
	int ret = query_count(s, q, o->hosts, &n);

	if (ret < 0)
		return cmd_store_fail(ret);
	printf("%" PRIu64 "\n", n);
	return cmd_written(CMD_OK);
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
	DB_OPTION,
	FORMAT_OPTION,
	{"facets", 'f', "FIELDS", "port:10,product:20,...; may be repeated", option_append,
         FIELD(facets)},
	LOOK_COLOR(struct search_options, look),
	LOOK_COLUMNS(struct search_options, look),
	{"hosts", 0, NULL, "count hosts instead of services", NULL, FIELD(hosts)},
};

static const struct option_spec stats_spec = {
	"sonde stats [QUERY] [options]",
	"Counts services or hosts by the values of fields. What is closed or missing only\n"
	"counts where the query names the state: 'state:*'.",
	stats_defs,
	sizeof(stats_defs) / sizeof(stats_defs[0]),
	cmd_query_operand,
};

enum { FACETS_TEXT = 2048 };

/* Join the values of -f by commas. NULL: there are none. Returns an exit code. */
static int join_facets(const struct option_list *list, char text[FACETS_TEXT], const char **out)
{
	size_t len = 0;

	*out = list->count > 0 ? text : NULL;
	for (unsigned i = 0; i < list->count; i++) {
		int n = snprintf(text + len, FACETS_TEXT - len, "%s%s", i > 0 ? "," : "",
		                 list->items[i]);

		if (n < 0 || (size_t)n >= FACETS_TEXT - len)
			return cmd_fail(CMD_USAGE, "--facets: longer than %d bytes", FACETS_TEXT);
		len += (size_t)n;
	}
	return CMD_OK;
}

static int print_stats(struct store *s, const struct query *q, const struct search_options *o)
{
	struct stats *stats;
	char text[FACETS_TEXT];
	const char *facets;
	struct error err;
	int ret, code = join_facets(&o->facets, text, &facets);

	if (code != CMD_OK)
		return code;
	ret = stats_new(facets, o->hosts ? STATS_BY_HOST : STATS_BY_SERVICE, &stats, &err);
	if (ret < 0)
		return cmd_fail_at(ret, "--facets", &err);
	ret = stats_ask(stats, s, q);
	if (ret < 0)
		code = cmd_store_fail(ret);
	else if (stats_write(stats, stdout, o->format) < 0)
		code = cmd_output_failed();
	stats_free(stats);
	return cmd_written(code);
}

int cmd_stats(int argc, char **argv)
{
	struct search_options o = {0};
	int first, code;

	if (!cmd_begin(&stats_spec, argc, argv, &o, &first, &code))
		return code;
	if (o.look.columns != NULL)
		return cmd_fail(
			CMD_USAGE,
			"--columns: the columns of stats are fixed; the fields are chosen by "
			"-f %.60s",
			o.look.columns);
	return with_query(&o, argc, argv, first, print_stats);
}
