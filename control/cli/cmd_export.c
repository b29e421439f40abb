/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_export.c - `sonde export`: hands the database on to another program. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "export_files.h"
#include "look.h"
#include "moment_arg.h"
#include "service_json.h"

struct export_options {
	const char *db, *format, *file, *since, *state, *index;
	struct look look;
	bool services, hosts, banner_raw, trailer, follow, no_manifest;
	uint64_t every_us;
	struct rotate {
		uint64_t rows, bytes;
	} rotate;
};

#define FIELD(name) offsetof(struct export_options, name)

static const char *const table = "table"; /* the format that only a person reads */

static bool is_format(const char *word)
{
	return strcmp(word, table) == 0 || format_named(word) != NULL;
}

static int option_format_name(const char *text, void *field, struct error *err)
{
	if (!is_format(text))
		return error_set(err, -EINVAL,
		                 "expected ndjson, json, csv, nmap-xml, masscan, shodan, "
		                 "elastic-bulk, shadowserver or table");
	*(const char **)field = text;
	return 0;
}

/* -o is a format for other commands, and for this one a file, too. */
static int option_out(const char *text, void *field, struct error *err)
{
	struct export_options *o = (struct export_options *)field;

	(void)err;
	if (is_format(text))
		o->format = text;
	else
		o->file = text;
	return 0;
}

/* "100000" rows, or "500M": bytes, in K, M or G of 1024. */
static int option_rotate(const char *text, void *field, struct error *err)
{
	static const char units[] = "KMG";
	struct rotate *r = (struct rotate *)field;
	const char *unit;
	uint64_t n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	unit = *end != '\0' ? strchr(units, *end) : NULL;
	if (!ascii_is_digit(text[0]) || errno != 0 || n == 0 || n > UINT64_C(1) << 32 ||
	    (*end != '\0' && (unit == NULL || end[1] != '\0')))
		return error_set(err, -EINVAL,
		                 "expected a number of rows, such as 100000, or a size, such as "
		                 "500M");
	*r = (struct rotate){0};
	if (unit == NULL)
		r->rows = n;
	else
		r->bytes = n << (10 * (unit - units + 1));
	return 0;
}

static const struct option_def export_defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"format", 0, "FORMAT",
         "ndjson (the default), json, csv, nmap-xml, masscan, shodan, elastic-bulk, shadowserver or "
         "table",
         option_format_name, FIELD(format)},
	{"output", 'o', "FILE",
         "into a file, which appears whole or not at all, packed if it ends with .zst or .gz; a "
         "FORMAT (json, ndjson, csv, table) instead means --format",
         option_out, 0},
	{"services", 0, NULL, "a row a service instead of a host", NULL, FIELD(services)},
	{"hosts", 0, NULL, "a row a host instead of a service", NULL, FIELD(hosts)},
	{"fields", 0, "FIELDS", "ip,port,product,...: what `sonde fields` lists", option_text,
         FIELD(look.columns)},
	LOOK_COLUMNS(struct export_options, look),
	LOOK_COLOR(struct export_options, look),
	{"no-vulns", 0, NULL, "without verdicts on CVEs", NULL, FIELD(look.no_vulns)},
	{"verdict", 0, "KINDS", "only affected,possible or fixed ones", look_read_verdicts,
         FIELD(look.verdicts)},
	{"banner-raw", 0, NULL, "JSON: the banners' bytes in base64, too", NULL, FIELD(banner_raw)},
	{"index", 0, "NAME", "elastic-bulk: the index (sonde-services, sonde-hosts)", option_text,
         FIELD(index)},
	{"trailer", 0, NULL, "ndjson, nmap-xml: a last line that proves the text whole", NULL,
         FIELD(trailer)},
	{"rotate", 0, "SIZE", "parts of so many rows (100000) or bytes (500M), numbered",
         option_rotate, FIELD(rotate)},
	{"no-manifest", 0, NULL, "no manifest beside the file", NULL, FIELD(no_manifest)},
	{"since", 0, "CURSOR",
         "only what has changed behind that number of the log, or since a time: 7d, 2026-11-22; "
         "closed ports, too",
         option_text, FIELD(since)},
	{"follow", 0, NULL, "go on with what changes, until a signal ends it", NULL, FIELD(follow)},
	{"every", 0, "TIME", "with --follow: look for changes so often (5s)", option_duration,
         FIELD(every_us)},
	{"state", 0, "FILE", "with --follow: keeps how far it is (the output with .state)",
         option_text, FIELD(state)},
};

static const struct option_spec export_spec = {
	"sonde export [QUERY] [--format FORMAT] [-o FILE] [options]",
	"Hands on every host or service that fits, in a format that another program\n"
	"reads. What is closed or missing only fits a query that names the state.",
	export_defs,
	sizeof(export_defs) / sizeof(export_defs[0]),
	cmd_query_operand,
};

/* ---- a table for a person -------------------------------------------------------------------- */

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

static int print_table(struct store *s, const struct query *q, const struct export_options *o)
{
	struct export_config config = {stdout, OUTPUT_TABLE,
	                               o->hosts ? EXPORT_HOSTS : EXPORT_SERVICES, o->look.columns,
	                               (look_is_painted(&o->look) ? EXPORT_COLOUR : 0) |
	                                       (query_names_state(q) ? EXPORT_ALL_STATES : 0)};
	struct query_page page = {0};
	struct rows rows = {0};
	struct error err;
	int ret = export_open(&config, &rows.out, &err), written;

	if (ret < 0)
		return cmd_fail_at(ret, "--fields", &err);
	ret = o->hosts ? query_hosts(s, q, &page, each_host, &rows)
	               : query_services(s, q, &page, each_service, &rows);
	written = export_close(rows.out);
	if (ret < 0)
		return cmd_store_fail(ret);
	return rows.error < 0 || written < 0 ? cmd_output_failed() : CMD_OK;
}

/* ---- what was asked for ---------------------------------------------------------------------- */

/* The format that the ending of a file means. */
static const char *format_by_name(const char *file)
{
	static const struct {
		const char *ending, *format;
	} endings[] = {{".csv", "csv"}, {".xml", "nmap-xml"}, {".json", "json"}};

	for (size_t i = 0; file != NULL && i < sizeof(endings) / sizeof(endings[0]); i++) {
		const char *at = strstr(file, endings[i].ending), *end;

		end = at != NULL ? at + strlen(endings[i].ending) : "?";
		if (*end == '\0' || strcmp(end, ".gz") == 0 || strcmp(end, ".zst") == 0)
			return endings[i].format;
	}
	return "ndjson";
}

static int refuse(const char *option, const struct format_info *info, const char *where)
{
	return cmd_fail(CMD_USAGE, "%s does not go with --format %s: it goes with %s", option,
	                info->name, where);
}

/* Refuse options that a format cannot follow. */
static int check_format(const struct export_options *o, const struct format_info *info)
{
	bool verdicts = o->look.no_vulns || o->look.verdicts != 0;

	if (o->look.columns != NULL && (info->takes & FORMAT_FIELDS) == 0)
		return refuse("--fields", info, "ndjson, json, csv, elastic-bulk and table");
	if (verdicts && (info->takes & FORMAT_VERDICTS) == 0)
		return refuse(o->look.no_vulns ? "--no-vulns" : "--verdict", info,
		              "whole documents; rows are chosen by the query: verdict:affected");
	if (verdicts && o->look.columns != NULL)
		return cmd_fail(CMD_USAGE, "%s goes with whole documents, not with --fields",
		                o->look.no_vulns ? "--no-vulns" : "--verdict");
	if (o->trailer && (info->takes & FORMAT_TRAILER) == 0)
		return refuse("--trailer", info,
		              "ndjson and nmap-xml; the manifest proves the others");
	if (o->index != NULL && (info->takes & FORMAT_INDEX) == 0)
		return refuse("--index", info, "elastic-bulk");
	if (o->hosts && (info->units & FORMAT_HOSTS) == 0)
		return refuse("--hosts", info, "ndjson, json, csv, elastic-bulk and table");
	if (o->follow && o->file == NULL && (info->takes & FORMAT_LINES) == 0)
		return refuse("--follow without -o FILE", info, "ndjson, shodan and elastic-bulk");
	return CMD_OK;
}

static int check(const struct export_options *o, const struct format_info *info)
{
	bool to_file = o->file != NULL && strcmp(o->file, "-") != 0;

	if (o->services && o->hosts)
		return cmd_fail(CMD_USAGE, "--services and --hosts: one of them");
	if (!to_file && (o->rotate.rows > 0 || o->rotate.bytes > 0))
		return cmd_fail(CMD_USAGE, "--rotate goes with -o FILE");
	if (o->state != NULL && !(o->follow && to_file))
		return cmd_fail(CMD_USAGE, "--state goes with --follow and -o FILE");
	if (info != NULL)
		return check_format(o, info);
	if (to_file || o->follow || o->since != NULL || o->trailer)
		return cmd_fail(CMD_USAGE,
		                "a table is for a person: -o FILE, --since, --follow and "
		                "--trailer go with another --format");
	return CMD_OK;
}

static int read_since(const struct export_options *o, struct export_job_since *since)
{
	*since = (struct export_job_since){.changed = o->since != NULL};
	if (o->since == NULL)
		return CMD_OK;
	if (strspn(o->since, "0123456789") == strlen(o->since) && o->since[0] != '\0') {
		since->seq = strtoull(o->since, NULL, 10);
		return CMD_OK;
	}
	return moment_arg("--since", o->since, false, &since->time_us);
}

/* Parse the operands as a query. Who reads changes must see what has closed: unless the query names
 * the state, all states fit. Returns an exit code. */
static int read_query(const struct export_options *o, int argc, char **argv, int first,
                      struct query **out)
{
	static char open[] = "(", close[] = ")", all[] = "state:*";
	int n = argc - first, code = cmd_query_parse(argc, argv, first, out);
	char **words;

	if (code != CMD_OK || (o->since == NULL && !o->follow) || query_names_state(*out))
		return code;
	query_free(*out);
	*out = NULL;
	words = calloc((size_t)n + 3, sizeof(*words));
	if (words == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	words[0] = open;
	for (int i = 0; i < n; i++)
		words[1 + i] = argv[first + i];
	words[1 + n] = close;
	words[2 + n] = all;
	code = cmd_query_parse(n + 3, words, n > 0 ? 0 : 2, out);
	free(words);
	return code;
}

/* The operands as one line; NULL: there are none, or memory is short. The caller frees it. */
static char *join(int argc, char **argv, int first)
{
	size_t len = 1;
	char *text;

	for (int i = first; i < argc; i++)
		len += strlen(argv[i]) + 1;
	text = first < argc ? calloc(1, len) : NULL;
	for (int i = first; text != NULL && i < argc; i++) {
		strcat(text, i > first ? " " : "");
		strcat(text, argv[i]);
	}
	for (char *c = text; c != NULL && *c != '\0'; c++)
		*c = *c == '\n' ? ' ' : *c;
	return text;
}

static int run(const struct export_options *o, const struct format_info *info,
               struct export_files *f)
{
	struct format_config *c = &f->job.format;
	char *what = NULL;
	int code;

	f->path = o->file;
	f->state = o->state;
	f->follow = o->follow;
	f->no_manifest = o->no_manifest;
	f->every_us = o->every_us;
	f->job.info = info;
	f->job.version = SONDE_VERSION;
	f->job.trailer = o->trailer;
	f->job.exact = o->follow;
	f->job.rotate_rows = o->rotate.rows;
	f->job.rotate_bytes = o->rotate.bytes;
	*c = (struct format_config){
		.unit = o->services ? FORMAT_SERVICES
	                : o->hosts  ? FORMAT_HOSTS
	                            : info->unit,
		.flags = (o->banner_raw ? FORMAT_BANNER_RAW : 0) |
	                 (query_names_state(f->job.query) ? FORMAT_ALL_STATES : 0),
		.kinds = (info->takes & (FORMAT_VERDICTS | FORMAT_FIELDS)) == 0
	                         ? SERVICE_JSON_NONE
	                         : look_kinds(&o->look),
		.fields = o->look.columns,
		.index = o->index,
		.query = f->job.query_text,
		.now_us = clock_now_us(),
	};
	code = asprintf(&what, "%s %u %u %u %s %s", info->name, c->unit, c->flags, c->kinds,
	                c->fields != NULL ? c->fields : "*",
	                f->job.query_text != NULL ? f->job.query_text : "") < 0
	               ? cmd_fail(CMD_FAILED, "out of memory")
	               : CMD_OK;
	f->what = what;
	if (code == CMD_OK)
		code = export_files(f);
	if (f->what != NULL)
		free(what);
	return code;
}

int cmd_export(int argc, char **argv)
{
	struct export_options o = {.every_us = 5000000};
	struct export_files files = {0};
	const struct format_info *info;
	struct query *q = NULL;
	char *text = NULL;
	int first, code;

	if (!cmd_begin(&export_spec, argc, argv, &o, &first, &code))
		return code;
	if (o.format == NULL)
		o.format = format_by_name(o.file);
	info = format_named(o.format);
	code = check(&o, info);
	if (code == CMD_OK)
		code = read_since(&o, &files.since);
	if (code == CMD_OK)
		code = read_query(&o, argc, argv, first, &q);
	if (code == CMD_OK)
		code = cmd_store_open(o.db, STORE_READ, &files.job.store);
	if (code == CMD_OK) {
		cmd_query_note_places(q, files.job.store);
		text = join(argc, argv, first);
		files.job.query = q;
		files.job.query_text = text;
		code = info == NULL ? print_table(files.job.store, q, &o) : run(&o, info, &files);
		store_close(files.job.store);
	}
	free(text);
	query_free(q);
	return code;
}
