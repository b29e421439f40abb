/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_place.c - `sonde place`: the files beside a database that tell networks and locations. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "calendar.h"
#include "cmd.h"
#include "config_file.h"
#include "host_place.h"
#include "json.h"
#include "option.h"
#include "output_format.h"
#include "place_folder.h"
#include "table.h"
#include "term.h"

struct place_options {
	const char *db;
	enum output_format format;
};

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, offsetof(struct place_options, db)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format,
         offsetof(struct place_options, format)},
};

enum { NO_FORMAT = 1 }; /* commands that print nothing have the first row only */

/* Parse the options of a command and find its folder. Returns false when the command has ended, with
 * *@code. */
static bool begin(const struct option_spec *spec, int argc, char **argv, struct place_options *o,
                  struct place_folder *f)
{
	if (!cmd_begin(spec, argc, argv, o, &f->first, &f->code))
		return false;
	f->code = o->format == OUTPUT_CSV
	                  ? cmd_fail(CMD_USAGE, "--output: expected table, json or ndjson")
	                  : place_folder_of(o->db, f->path);
	return f->code == CMD_OK;
}

/* ---- add, remove ----------------------------------------------------------------------------- */

static const struct option_spec add_spec = {
	"sonde place add FILE... [options]",
	"Puts files into the folder of the database: MaxMind databases (networks, locations)\n"
	"and the registries' lists of delegations. A file of the same name is replaced. Hosts\n"
	"that are stored already show what the files say at once.",
	defs,
	NO_FORMAT,
};

static int add(int argc, char **argv)
{
	struct place_options o = {0};
	struct place_folder f;
	char name[PLACE_NAME];
	struct error err;

	if (!begin(&add_spec, argc, argv, &o, &f))
		return f.code;
	if (f.first == argc)
		return cmd_fail(CMD_USAGE, "no file: sonde place add FILE...");
	f.code = place_folder_make(&f);
	for (int i = f.first; i < argc && f.code == CMD_OK; i++) {
		int ret = place_add(f.path, argv[i], name, &err);

		if (ret != 0)
			return cmd_fail(ret == -ENOENT ? CMD_NOTHING : cmd_code(ret), "%s",
			                err.text);
		printf("%s\n", name);
	}
	return f.code;
}

static const struct option_spec remove_spec = {
	"sonde place remove NAME... [options]",
	"Removes files from the folder of the database; `sonde place list` names them.",
	defs,
	NO_FORMAT,
};

static int remove_files(int argc, char **argv)
{
	struct place_options o = {0};
	struct place_folder f;
	struct error err;

	if (!begin(&remove_spec, argc, argv, &o, &f))
		return f.code;
	if (f.first == argc)
		return cmd_fail(CMD_USAGE, "no name: sonde place remove NAME...");
	for (int i = f.first; i < argc; i++) {
		int ret = place_remove(f.path, argv[i], &err);

		if (ret != 0)
			return cmd_fail(ret == -ENOENT ? CMD_NOTHING : cmd_code(ret), "%s",
			                err.text);
	}
	return CMD_OK;
}

/* ---- list ------------------------------------------------------------------------------------ */

static const struct option_spec list_spec = {
	"sonde place list [options]",
	"Prints the files beside the database, what they are, how old, and what is wrong with\n"
	"them.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

struct listing {
	struct table *table;
	struct json *json;
	enum output_format format;
	bool failed;
};

static void file_json(struct json *j, const struct place_file *f)
{
	json_open_object(j, NULL);
	json_text(j, "name", f->name);
	json_text(j, "kind", f->kind);
	json_text(j, "about", f->about);
	json_time(j, "built", f->built_us);
	json_uint(j, "entries", f->entries);
	json_text(j, "fault", f->fault);
	json_close_object(j);
}

static bool list_json(void *arg, const struct place_file *f)
{
	struct listing *l = arg;
	struct json *j = l->format == OUTPUT_NDJSON ? json_begin(stdout, false) : l->json;

	if (j == NULL) {
		l->failed = true;
		return false;
	}
	file_json(j, f);
	if (l->format == OUTPUT_NDJSON)
		l->failed = json_done(j) != 0;
	return !l->failed;
}

static void cell(struct table *t, const char *text)
{
	table_cell(t, text, strlen(text), NULL);
}

static bool list_row(void *arg, const struct place_file *f)
{
	struct listing *l = arg;
	char built[CALENDAR_TEXT] = "", entries[24];

	if (f->built_us != 0)
		calendar_format(f->built_us, built)[strlen("2026-11-22")] = '\0';
	snprintf(entries, sizeof(entries), "%" PRIu64, f->entries);
	cell(l->table, f->name);
	cell(l->table, f->kind);
	cell(l->table, f->about);
	cell(l->table, built);
	cell(l->table, entries);
	cell(l->table, f->fault != NULL ? f->fault : "");
	table_end_row(l->table);
	return true;
}

static int print_list(struct places *places, enum output_format format)
{
	static const struct table_column columns[] = {
		{"name", false, true},  {"kind", false, true},   {"about", false, false},
		{"built", false, true}, {"entries", true, true}, {"fault", false, false},
	};
	struct listing l = {.format = format};

	if (format == OUTPUT_TABLE) {
		l.table = table_open(stdout, columns, 6, term_width(stdout));
		if (l.table == NULL)
			return cmd_output_failed();
		place_each_file(places, list_row, &l);
		return table_close(l.table) == 0 ? CMD_OK : cmd_output_failed();
	}
	if (format == OUTPUT_JSON) {
		l.json = json_begin(stdout, true);
		if (l.json == NULL)
			return cmd_output_failed();
		json_open_array(l.json, NULL);
	}
	place_each_file(places, list_json, &l);
	if (l.json != NULL) {
		json_close_array(l.json);
		l.failed = json_done(l.json) != 0;
	}
	return l.failed ? cmd_output_failed() : CMD_OK;
}

static int list(int argc, char **argv)
{
	struct place_options o = {0};
	struct place_folder f;
	struct places *places;

	if (!begin(&list_spec, argc, argv, &o, &f))
		return f.code;
	if (f.first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: list takes no operand", argv[f.first]);
	if (place_open(f.path, &places) != 0)
		return cmd_fail(CMD_FAILED, "out of memory");
	f.code = print_list(places, o.format);
	place_close(places);
	return f.code;
}

/* ---- show ------------------------------------------------------------------------------------ */

static const struct option_spec show_spec = {
	"sonde place show ADDRESS... [options]",
	"Prints what the files and the labels tell of addresses, whether scanned or not.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static int show_one(struct places *places, const struct dp_addr *addr, enum output_format format)
{
	struct page page = {.out = stdout, .width = term_width(stdout)};
	char text[DP_ADDR_TEXT];
	struct place_info place;
	struct json *j;

	place_find(places, addr, &place);
	dp_addr_format(addr, text);
	if (format == OUTPUT_TABLE) {
		page_text(&page, NULL, text);
		page_end_line(&page);
		host_place_lines(&page, &place);
		return page_fini(&page) == 0 ? CMD_OK : cmd_output_failed();
	}
	j = json_begin(stdout, format == OUTPUT_JSON);
	if (j == NULL)
		return cmd_output_failed();
	json_open_object(j, NULL);
	json_text(j, "ip", text);
	host_place_json(j, &place);
	json_close_object(j);
	return json_done(j) == 0 ? CMD_OK : cmd_output_failed();
}

static int show(int argc, char **argv)
{
	struct place_options o = {0};
	struct place_folder f;
	struct places *places;
	struct dp_addr addr;

	if (!begin(&show_spec, argc, argv, &o, &f))
		return f.code;
	if (f.first == argc)
		return cmd_fail(CMD_USAGE, "no address: sonde place show ADDRESS...");
	for (int i = f.first; i < argc; i++)
		if (dp_addr_parse(argv[i], &addr) != 0)
			return cmd_fail(CMD_USAGE, "`%.60s`: expected an address", argv[i]);
	if (place_open(f.path, &places) != 0)
		return cmd_fail(CMD_FAILED, "out of memory");
	for (int i = f.first; i < argc && f.code == CMD_OK; i++) {
		dp_addr_parse(argv[i], &addr);
		f.code = show_one(places, &addr, o.format);
	}
	place_close(places);
	return f.code;
}

static const struct cmd commands[] = {
	{"add", add, "put files into the folder of the database"},
	{"list", list, "the files, their age, and what is wrong with them"},
	{"remove", remove_files, "remove files"},
	{"show", show, "what is known of addresses"},
};

int cmd_place(int argc, char **argv)
{
	return cmd_dispatch(commands, sizeof(commands) / sizeof(commands[0]), "sonde place",
	                    argc - 1, argv + 1);
}
