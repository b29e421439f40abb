/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_export.c - `sonde export`: prints the database for another program. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_store.h"
#include "look.h"

struct export_options {
	const char *db;
	struct look look;
	enum output_format format;
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
	LOOK_COLUMNS(struct export_options, look),
	LOOK_COLOR(struct export_options, look),
	LOOK_NO_VULNS(struct export_options, look),
	LOOK_VERDICTS(struct export_options, look),
	{"banner-raw", 0, NULL, "JSON: the banners' bytes in base64, too", NULL, FIELD(banner_raw)},
};

static const struct option_spec export_spec = {
	"sonde export [QUERY] [--format ndjson|json|csv] [options]",
	"Prints every host that fits as a document, or every service as a row (csv,\n"
	"table). What is closed or missing only fits a query that names the state.",
	export_defs,
	sizeof(export_defs) / sizeof(export_defs[0]),
	cmd_query_operand,
};

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

static int finish(struct rows *rows, int ret)
{
	int written = export_close(rows->out);

	if (ret < 0)
		return cmd_store_fail(ret);
	if (rows->error < 0 || written < 0)
		return cmd_output_failed();
	return CMD_OK;
}

static int export_all(struct store *s, const struct query *q, const struct export_options *o)
{
	bool services = o->services || o->format == OUTPUT_CSV || o->format == OUTPUT_TABLE;
	struct export_config config = {stdout, o->format, services ? EXPORT_SERVICES : EXPORT_HOSTS,
	                               o->look.columns,
	                               (o->banner_raw ? EXPORT_BANNER_RAW : 0) |
	                                       (look_is_painted(&o->look) ? EXPORT_COLOUR : 0) |
	                                       (query_names_state(q) ? EXPORT_ALL_STATES : 0)};
	struct query_page page = {0};
	struct rows rows = {0};
	struct error err;
	int ret = export_open(&config, &rows.out, &err);

	if (ret < 0)
		return cmd_fail_at(ret, "--columns", &err);
	export_keep_verdicts(rows.out, look_kinds(&o->look));
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
	code = look_check(&o.look, o.format);
	if (code == CMD_OK)
		code = cmd_query_parse(argc, argv, first, &q);
	if (code != CMD_OK)
		return code;
	code = cmd_store_open(o.db, STORE_READ, &s);
	if (code == CMD_OK) {
		cmd_query_note_places(q, s);
		code = export_all(s, q, &o);
		store_close(s);
	}
	query_free(q);
	return code;
}
