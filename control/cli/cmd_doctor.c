/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_doctor.c - `sonde doctor`: prints the findings about this machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "cmd.h"
#include "config.h"
#include "doctor.h"
#include "json.h"
#include "option.h"
#include "output_format.h"
#include "term.h"

struct doctor_options {
	const char *db, *vulndb;
	enum output_format format;
};

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, offsetof(struct doctor_options, db)},
	{"vulndb", 0, "FILE", "knowledge file", option_text,
         offsetof(struct doctor_options, vulndb)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format,
         offsetof(struct doctor_options, format)},
};

static const struct option_spec spec = {
	"sonde doctor [options]",
	"Says what this machine can do for a scan, what stands in the way, and the command that "
	"mends it.\n"
	"Changes nothing and sends nothing. Exit code 1 where something a scan needs is missing.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static const char *const level_names[] = {"ok", "warn", "fail"};

static void print_table(const struct doctor *d)
{
	bool colour = term_width(stdout) > 0 && getenv("NO_COLOR") == NULL;
	static const char *const colours[] = {"\033[32m", "\033[33m", "\033[31m"};

	for (size_t i = 0; i < d->count; i++) {
		const struct doctor_finding *f = &d->findings[i];

		printf("%s%-4s%s  %-18s  %s\n", colour ? colours[f->level] : "",
		       level_names[f->level], colour ? "\033[0m" : "", f->check, f->text);
		if (f->mend[0] != '\0')
			printf("      %-18s  -> %s\n", "", f->mend);
	}
}

static void finding_json(struct json *j, const struct doctor_finding *f)
{
	json_open_object(j, NULL);
	json_text(j, "check", f->check);
	json_text(j, "level", level_names[f->level]);
	json_text(j, "text", f->text);
	json_text(j, "mend", f->mend);
	json_close_object(j);
}

/* 0, -EIO, -ENOMEM. */
static int print_lines(const struct doctor *d)
{
	int ret = 0;

	for (size_t i = 0; i < d->count && ret == 0; i++) {
		struct json *j = json_begin(stdout, false);

		if (j == NULL)
			return -ENOMEM;
		finding_json(j, &d->findings[i]);
		ret = json_done(j);
	}
	return ret;
}

static int print_array(const struct doctor *d)
{
	struct json *j = json_begin(stdout, true);

	if (j == NULL)
		return -ENOMEM;
	json_open_array(j, NULL);
	for (size_t i = 0; i < d->count; i++)
		finding_json(j, &d->findings[i]);
	json_close_array(j);
	return json_done(j);
}

int cmd_doctor(int argc, char **argv)
{
	struct doctor_options o = {.format = OUTPUT_TABLE};
	char path[CONFIG_PATH];
	struct error err = {""};
	struct doctor *d;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: doctor prints table, json or ndjson");
	if (first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: doctor takes options only", argv[first]);
	if (config_db_path(o.db, path, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	doctor_system(d);
	doctor_xdp(d);
	doctor_interfaces(d);
	doctor_route(d);
	doctor_software(d);
	doctor_knowledge(d, o.vulndb, clock_now_us());
	doctor_database(d, path);
	code = CMD_OK;
	if (o.format == OUTPUT_TABLE)
		print_table(d);
	else if ((o.format == OUTPUT_NDJSON ? print_lines(d) : print_array(d)) != 0)
		code = cmd_output_failed();
	for (size_t i = 0; i < d->count; i++)
		if (d->findings[i].level == DOCTOR_FAIL)
			code = CMD_FAILED;
	free(d);
	return code;
}
