/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_import.c - `sonde import`: takes what other tools have found into the database. */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calendar.h"
#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "cmd_vulndb_common.h"
#include "import.h"
#include "json.h"
#include "stop_signal.h"
#include "timetext.h"

struct import_options {
	const char *db, *vulndb, *format, *time;
	enum output_format output;
	uint32_t port;
	bool dry, quiet;
};

#define FIELD(name) offsetof(struct import_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory; made if absent", option_text, FIELD(db)},
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(vulndb)},
	{"format", 0, "NAME",
         "nmap, masscan-json, masscan-list, zmap, zgrab2, naabu, shodan, sonde; default: by the "
         "content",
         option_text, FIELD(format)},
	{"port", 'p', "N", "of files that state none, as zmap's", option_u32, FIELD(port)},
	{"time", 't', "TIME", "of rows without one; default: that of the file", option_text,
         FIELD(time)},
	{"dry-run", 'n', NULL, "write nothing, say what would be taken", NULL, FIELD(dry)},
	{"quiet", 'q', NULL, "no progress, no report", NULL, FIELD(quiet)},
	{"output", 'o', "FORMAT", "of the report: table, json or ndjson", option_format,
         FIELD(output)},
};

static const struct option_spec spec = {
	"sonde import FILE... [options]",
	"Takes services from files of nmap, masscan, zmap, zgrab2, naabu, Shodan, or from\n"
	"an export of Sonde, also packed by gzip; - is the standard input. Each service\n"
	"is identified and judged by the bytes that its file holds. Times are those of\n"
	"the file; what is newer in the database stays.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* ---- the report ------------------------------------------------------------------------------ */

static void print_reasons(const struct import_report *p)
{
	for (unsigned i = 0; i < p->reason_count; i++)
		printf("  skipped %" PRIu64 ": %s (first in line %" PRIu64 ")\n",
		       p->reasons[i].count, p->reasons[i].why, p->reasons[i].first_line);
}

static void print_report(const char *path, const struct import_report *p, bool dry)
{
	char from[CALENDAR_TEXT], to[CALENDAR_TEXT];

	printf("%s: %s: %" PRIu64 " service%s %s, %" PRIu64 " known already, %" PRIu64
	       " older than what is known, %" PRIu64 " skipped\n",
	       path, p->format, p->taken, p->taken == 1 ? "" : "s",
	       dry ? "would be taken" : "taken", p->unchanged, p->older, p->skipped);
	if (p->found > 0)
		printf("  seen from %s to %s%s\n", calendar_format(p->first_us, from),
		       calendar_format(p->last_us, to),
		       p->file_time ? "; rows without a time have that of the file or of --time"
		                    : "");
	print_reasons(p);
}

static void write_reasons(struct json *j, const struct import_report *p)
{
	json_open_array(j, "skipped_why");
	for (unsigned i = 0; i < p->reason_count; i++) {
		json_open_object(j, NULL);
		json_text(j, "why", p->reasons[i].why);
		json_uint(j, "count", p->reasons[i].count);
		json_uint(j, "first_line", p->reasons[i].first_line);
		json_close_object(j);
	}
	json_close_array(j);
}

static void write_report(const char *path, const struct import_report *p, const char *scan,
                         bool pretty)
{
	struct json *j = json_begin(stdout, pretty);

	if (j == NULL)
		return;
	json_open_object(j, NULL);
	json_text(j, "file", path);
	json_text(j, "format", p->format);
	json_text(j, "scan", scan);
	json_uint(j, "found", p->found);
	json_uint(j, "taken", p->taken);
	json_uint(j, "known", p->unchanged);
	json_uint(j, "older", p->older);
	json_uint(j, "skipped", p->skipped);
	json_uint(j, "bytes", p->bytes);
	json_time(j, "first", p->first_us);
	json_time(j, "last", p->last_us);
	write_reasons(j, p);
	json_close_object(j);
	json_done(j);
}

/* ---- the files ------------------------------------------------------------------------------- */

static void say_user(char *out, size_t size)
{
	const struct passwd *pw = getpwuid(getuid());

	snprintf(out, size, "%s", pw != NULL ? pw->pw_name : "");
}

static void say_command(int argc, char **argv, int first, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "import");

	for (int i = first; i < argc && n + 8 < size; i++) {
		int w = snprintf(out + n, size - n, " %s", argv[i]);

		n += w > 0 && (size_t)w < size - n ? (size_t)w : size - n - 1;
	}
}

static int code_of(int ret, const struct error *err)
{
	return cmd_fail(ret == -EINVAL || ret == -ENOENT || ret == -EISDIR || ret == -EFBIG
	                        ? CMD_USAGE
	                : ret == -EACCES    ? CMD_PRIVILEGE
	                : ret == -ENOSPC    ? CMD_FULL
	                : ret == -ECANCELED ? CMD_STOPPED
	                                    : CMD_FAILED,
	                "%s", err->text);
}

static int one_file(struct import *m, const struct import_options *o, const char *path,
                    const _Atomic unsigned *stop)
{
	bool progress = !o->quiet && isatty(STDERR_FILENO);
	struct import_sink sink = {.port = (uint16_t)o->port};
	struct import_input in = {.path = path,
	                          .word = o->format,
	                          .progress = progress ? cmd_progress : NULL,
	                          .stop = stop};
	struct import_report report;
	struct error err = {""};
	int ret;

	if (o->time != NULL)
		timetext_parse_relative(o->time, clock_now_us(), &sink.file_us, NULL);
	ret = import_file(m, &in, &sink, &report, &err);
	if (progress)
		fputs("\r\033[K", stderr);
	if (!o->quiet && report.format[0] != '\0') {
		if (o->output == OUTPUT_TABLE)
			print_report(path, &report, o->dry);
		else
			write_report(path, &report, import_scan(m), o->output == OUTPUT_JSON);
	}
	return ret == 0 ? CMD_OK : code_of(ret, &err);
}

static int all_files(struct import *m, const struct import_options *o, int argc, char **argv)
{
	const _Atomic unsigned *stop = stop_signal_catch();
	char scan[32];
	int code = CMD_OK, ret;

	for (int i = 0; i < argc && (i == 0 || *stop == 0); i++) {
		int one = one_file(m, o, argv[i], stop);

		code = code == CMD_OK ? one : code;
	}
	snprintf(scan, sizeof(scan), "%s", import_scan(m));
	ret = import_close(m);
	if (ret != 0)
		return cmd_store_fail(ret);
	if (!o->quiet && o->output == OUTPUT_TABLE && scan[0] != '\0')
		printf("scan %s: sonde scans show %s; sonde search scan:%s\n", scan, scan, scan);
	return cmd_written(code);
}

static int import_into(struct store *s, const struct import_options *o, int argc, char **argv)
{
	char command[1024], user[64];
	struct import_config config = {.store = s,
	                               .command = command,
	                               .user = user,
	                               .now_us = clock_now_us(),
	                               .dry = o->dry};
	struct import *m = NULL;
	struct vulndb *db;
	int code = cmd_vulndb_open(o->vulndb, &db), ret;

	if (code != CMD_OK)
		return code;
	config.db = db;
	say_user(user, sizeof(user));
	say_command(argc, argv, 0, command, sizeof(command));
	ret = import_open(&config, &m);
	code = ret == 0 ? all_files(m, o, argc, argv) : cmd_store_fail(ret);
	vulndb_close(db);
	return code;
}

static int check(const struct import_options *o, int files)
{
	int64_t us;

	if (files == 0)
		return cmd_fail(CMD_USAGE,
		                "expected: sonde import FILE...; - is the standard input");
	if (o->port > UINT16_MAX)
		return cmd_fail(CMD_USAGE, "--port: %u: expected 1 to 65535", o->port);
	if (o->format != NULL && import_kind_find(o->format) == NULL)
		return cmd_fail(CMD_USAGE,
		                "--format: `%.40s`: expected nmap, masscan-json, masscan-list, "
		                "zmap, zgrab2, naabu, shodan or sonde",
		                o->format);
	if (o->time != NULL && !timetext_parse_relative(o->time, clock_now_us(), &us, NULL))
		return cmd_fail(CMD_USAGE, "--time: `%.60s`: expected 2026-11-22 or RFC 3339",
		                o->time);
	if (o->output == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: the report is a table, json or ndjson");
	return CMD_OK;
}

int cmd_import(int argc, char **argv)
{
	struct import_options o = {.output = OUTPUT_TABLE};
	struct store *s;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	code = check(&o, argc - first);
	if (code == CMD_OK)
		code = cmd_store_open(o.db, o.dry ? STORE_READ : STORE_WRITE, &s);
	if (code != CMD_OK)
		return code;
	code = import_into(s, &o, argc - first, argv + first);
	store_close(s);
	return code;
}
