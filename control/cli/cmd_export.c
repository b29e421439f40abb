/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_export.c - `sonde export` and `changes`: prints the database for another program. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "timetext.h"

struct export_options {
	const char *db, *columns, *since, *out;
	enum output_format format;
	uint64_t after, limit;
	bool services, banner_raw;
};

#define FIELD(name) offsetof(struct export_options, name)

static const struct option_def export_defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"format", 0, "FORMAT", "ndjson (the default), json, csv or table", option_format,
         FIELD(format)},
	{"output", 'o', "FORMAT", "the same", option_format, FIELD(format)},
	{"services", 0, NULL, "JSON: one object a service instead of a host", NULL,
         FIELD(services)},
	{"columns", 0, "FIELDS", "of CSV and table: ip,port,product,...", option_text,
         FIELD(columns)},
	{"banner-raw", 0, NULL, "JSON: the banners' bytes in base64, too", NULL, FIELD(banner_raw)},
};

static const struct option_spec export_spec = {
	"sonde export [QUERY] [--format ndjson|json|csv] [options]",
	"Prints every host that fits as a document, or every service as a row (csv, table).",
	export_defs,
	sizeof(export_defs) / sizeof(export_defs[0]),
};

struct rows {
	struct export *out;
	uint64_t left; /* UINT64_MAX: no limit */
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

static int finish(struct rows *rows, int ret)
{
	int written = export_close(rows->out);

	if (ret < 0)
		return cmd_store_fail(ret);
	if (rows->error < 0 || written < 0)
		return cmd_fail(CMD_FAILED, "the output cannot be written");
	return CMD_OK;
}

static int export_all(struct store *s, const struct query *q, const struct export_options *o)
{
	bool services = o->services || o->format == OUTPUT_CSV || o->format == OUTPUT_TABLE;
	struct export_config config = {stdout, o->format, services ? EXPORT_SERVICES : EXPORT_HOSTS,
	                               o->columns, o->banner_raw ? EXPORT_BANNER_RAW : 0};
	struct query_page page = {0};
	struct rows rows = {0};
	struct error err;
	int ret = export_open(&config, &rows.out, &err);

	if (ret < 0)
		return cmd_fail_at(ret, "--columns", &err);
	return finish(&rows, services ? query_services(s, q, &page, each_service, &rows)
	                              : query_hosts(s, q, &page, each_host, &rows));
}

int cmd_export(int argc, char **argv)
{
	struct export_options o = {.format = OUTPUT_NDJSON};
	struct query *q;
	struct store *s;
	int first, code;

	if (!cmd_begin(&export_spec, argc, argv, &o, &first, &code))
		return code;
	code = cmd_query_parse(argc, argv, first, &q);
	if (code != CMD_OK)
		return code;
	code = cmd_store_open(o.db, STORE_READ, &s);
	if (code == CMD_OK) {
		code = export_all(s, q, &o);
		store_close(s);
	}
	query_free(q);
	return code;
}

static const struct option_def changes_defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json, ndjson or csv", option_format, FIELD(format)},
	{"since", 's', "TIME", "24h, 7d, 2026-11-22 or RFC 3339", option_text, FIELD(since)},
	{"after", 0, "SEQ", "only what has a higher number: a pipeline's cursor", option_u64,
         FIELD(after)},
	{"limit", 'n', "N", "at most so many", option_u64, FIELD(limit)},
};

static const struct option_spec changes_spec = {
	"sonde changes [--since TIME] [--after SEQ] [options]",
	"Prints what changed, in order: ports opened and closed, "
	"services, certificates, CVEs, levels.",
	changes_defs,
	sizeof(changes_defs) / sizeof(changes_defs[0]),
};

static bool each_change(void *arg, const struct store_change *c)
{
	struct rows *rows = arg;

	rows->error = export_change(rows->out, c);
	if (rows->left != UINT64_MAX)
		rows->left--;
	return rows->error == 0 && rows->left > 0;
}

/* Parse --since: a duration before the current time, or a date. NULL: 0, all changes. Returns an
 * exit code. */
static int since_us(const char *text, int64_t *out)
{
	struct error err;
	uint64_t span;

	*out = 0;
	if (text == NULL)
		return CMD_OK;
	if (option_duration(text, &span, &err) == 0) {
		*out = clock_now_us() - (int64_t)span;
		return CMD_OK;
	}
	if (timetext_parse(text, out))
		return CMD_OK;
	return cmd_fail(CMD_USAGE,
	                "--since: `%.60s`: expected 24h, 7d, 2026-11-22 or "
	                "2026-11-22T02:10:44Z",
	                text);
}

static int print_changes(struct store *s, const struct export_options *o, int64_t since)
{
	struct export_config config = {stdout, o->format, EXPORT_CHANGES, NULL, cmd_colour()};
	struct rows rows = {.left = o->limit > 0 ? o->limit : UINT64_MAX};
	struct error err;

	if (export_open(&config, &rows.out, &err) < 0)
		return cmd_fail(CMD_FAILED, "%s", err.text);
	return finish(&rows, store_each_change(s, o->after, since, each_change, &rows));
}

int cmd_changes(int argc, char **argv)
{
	struct export_options o = {0};
	struct store *s;
	int first, code;
	int64_t since;

	if (!cmd_begin(&changes_spec, argc, argv, &o, &first, &code))
		return code;
	if (first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: changes takes no operand", argv[first]);
	code = since_us(o.since, &since);
	if (code == CMD_OK)
		code = cmd_store_open(o.db, STORE_READ, &s);
	if (code != CMD_OK)
		return code;
	code = print_changes(s, &o, since);
	store_close(s);
	return code;
}
