/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_label.c - `sonde label`: the inventory of one's own prefixes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "inventory.h"
#include "json.h"
#include "option.h"
#include "output_format.h"
#include "place_folder.h"
#include "table.h"
#include "term.h"

struct label_options {
	const char *db, *import;
	enum output_format format;
	bool replace, remove, list;
};

#define FIELD(name) offsetof(struct label_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"import", 0, "FILE", "take a CSV file: prefix,owner,site,...", option_text, FIELD(import)},
	{"replace", 0, NULL, "with --import: forget what was there", NULL, FIELD(replace)},
	{"remove", 0, NULL, "forget the prefix", NULL, FIELD(remove)},
	{"list", 'l', NULL, "what is known of all prefixes, or of those around an address", NULL,
         FIELD(list)},
	{"output", 'o', "FORMAT", "of --list: table, json, ndjson or csv", option_format,
         FIELD(format)},
};

static const struct option_spec spec = {
	"sonde label PREFIX NAME=VALUE... [options]\n"
	"       sonde label PREFIX --remove\n"
	"       sonde label --import FILE.csv [--replace]\n"
	"       sonde label --list [ADDRESS]",
	"Says what you know of your own prefixes: owner, site, scope, criticality (low,\n"
	"medium, high, critical), tags, country, region, city, lat, lon, org. `NAME=` alone\n"
	"takes a value back. A smaller prefix wins over a larger one, and labels win over\n"
	"other sources.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static int fail(int ret, const struct error *err)
{
	if (ret == -ENOMEM)
		return cmd_fail(CMD_FAILED, "out of memory");
	return cmd_fail(ret == -ENOENT   ? CMD_NOTHING
	                : ret == -ENOSPC ? CMD_FULL
	                : ret == -EACCES ? CMD_PRIVILEGE
	                                 : cmd_code(ret),
	                "%s", err->text);
}

/* ---- changing -------------------------------------------------------------------------------- */

/* State one NAME=VALUE. */
static int assign(struct inventory *inv, const struct dp_addr_range *range, const char *word)
{
	size_t len = strcspn(word, "=");
	struct error err = {""};
	char name[32];
	int column, ret;

	if (word[len] != '=' || len >= sizeof(name))
		return cmd_fail(CMD_USAGE, "`%.60s`: expected NAME=VALUE, such as owner=netops",
		                word);
	memcpy(name, word, len);
	name[len] = '\0';
	column = inventory_find_column(name);
	if (column < 0)
		return cmd_fail(
			CMD_USAGE,
			"`%.30s`: there are owner, site, scope, criticality, tags, country, "
			"region, city, lat, lon and org",
			name);
	ret = inventory_set(inv, range, column, word + len + 1, &err);
	if (ret == -EINVAL)
		return cmd_fail(CMD_USAGE, "%s: %s", name, err.text);
	return ret == 0 ? CMD_OK : fail(ret, &err);
}

static int change_prefix(struct inventory *inv, const struct label_options *o, int argc,
                         char **argv)
{
	struct dp_addr_range range;
	int code = CMD_OK;

	if (!addr_range_parse(argv[0], &range))
		return cmd_fail(CMD_USAGE, "`%.60s`: expected an address, a prefix or a range",
		                argv[0]);
	if (o->remove && !inventory_remove(inv, &range))
		return cmd_fail(CMD_NOTHING,
		                "%.60s has no label; `sonde label --list` prints those that have",
		                argv[0]);
	for (int i = 1; i < argc && code == CMD_OK; i++)
		code = assign(inv, &range, argv[i]);
	return code;
}

static int import(struct inventory *inv, const struct label_options *o)
{
	struct error err = {""};
	int ret;

	if (o->replace)
		inventory_fini(inv);
	ret = inventory_import(inv, o->import, &err);
	if (ret != 0)
		return ret == -EINVAL ? cmd_fail(CMD_USAGE, "%s", err.text) : fail(ret, &err);
	return CMD_OK;
}

static int change(struct place_folder *f, const struct label_options *o, int argc, char **argv)
{
	struct inventory inv = {0};
	struct error err = {""};
	int lock, ret, code = place_folder_make(f);

	if (code != CMD_OK)
		return code;
	lock = inventory_lock(f->path, &err);
	if (lock < 0)
		return fail(lock, &err);
	ret = inventory_load(f->path, &inv, &err);
	/* With --replace nothing of the old file is kept, so it may be one that cannot be read. */
	code = ret == 0 || (o->replace && ret == -EINVAL) ? CMD_OK : fail(ret, &err);
	if (code == CMD_OK)
		code = o->import != NULL ? import(&inv, o) : change_prefix(&inv, o, argc, argv);
	if (code == CMD_OK) {
		ret = inventory_store(f->path, &inv, &err);
		code = ret == 0 ? CMD_OK : fail(ret, &err);
	}
	inventory_fini(&inv);
	inventory_unlock(lock);
	return code;
}

/* ---- listing --------------------------------------------------------------------------------- */

static void row_json(struct json *j, const struct inventory_row *row)
{
	char prefix[ADDR_RANGE_TEXT];

	json_open_object(j, NULL);
	json_text(j, "prefix", addr_range_format(&row->range, prefix));
	for (unsigned c = 0; c < INVENTORY_COLUMNS; c++)
		json_text(j, inventory_column(c), row->cells[c]);
	json_close_object(j);
}

static int print_table(const struct inventory *inv)
{
	struct table_column columns[INVENTORY_COLUMNS + 1] = {{"prefix", false, true}};
	char prefix[ADDR_RANGE_TEXT];
	struct table *t;

	for (unsigned c = 0; c < INVENTORY_COLUMNS; c++)
		columns[c + 1] = (struct table_column){inventory_column(c), false, false};
	t = table_open(stdout, columns, INVENTORY_COLUMNS + 1, term_width(stdout));
	if (t == NULL)
		return cmd_output_failed();
	for (uint32_t i = 0; i < inv->count; i++) {
		const struct inventory_row *row = &inv->rows[i];

		addr_range_format(&row->range, prefix);
		table_cell(t, prefix, strlen(prefix), NULL);
		for (unsigned c = 0; c < INVENTORY_COLUMNS; c++) {
			const char *text = row->cells[c] != NULL ? row->cells[c] : "";

			table_cell(t, text, strlen(text), NULL);
		}
		table_end_row(t);
	}
	return table_close(t) == 0 ? CMD_OK : cmd_output_failed();
}

static int print_json(const struct inventory *inv, bool lines)
{
	struct json *j = lines ? NULL : json_begin(stdout, true);
	bool failed = !lines && j == NULL;

	if (j != NULL)
		json_open_array(j, NULL);
	for (uint32_t i = 0; i < inv->count && !failed; i++) {
		struct json *row = lines ? json_begin(stdout, false) : j;

		if (row != NULL)
			row_json(row, &inv->rows[i]);
		failed = row == NULL || (lines && json_done(row) != 0);
	}
	if (j != NULL) {
		json_close_array(j);
		failed = json_done(j) != 0;
	}
	return failed ? cmd_output_failed() : CMD_OK;
}

static int print_csv(const struct inventory *inv)
{
	struct bytes text = {0};
	bool failed;

	inventory_write(inv, &text);
	failed = text.failed || fwrite(text.data, 1, text.len, stdout) != text.len;
	bytes_fini(&text);
	return failed ? cmd_output_failed() : CMD_OK;
}

/* Keep only the rows around @addr. */
static void keep_around(struct inventory *inv, const struct dp_addr *addr)
{
	for (uint32_t i = inv->count; i-- > 0;) {
		struct dp_addr_range range = inv->rows[i].range;

		if (!addr_range_has(&range, addr))
			inventory_remove(inv, &range);
	}
}

static int list(const char *path, const struct label_options *o, int argc, char **argv)
{
	struct inventory inv = {0};
	struct error err = {""};
	struct dp_addr addr;
	int ret, code;

	if (argc > 1 || (argc == 1 && dp_addr_parse(argv[0], &addr) != 0))
		return cmd_fail(CMD_USAGE, "`%.60s`: expected one address or none behind --list",
		                argv[argc - 1]);
	ret = inventory_load(path, &inv, &err);
	if (ret != 0)
		return fail(ret, &err);
	if (argc == 1)
		keep_around(&inv, &addr);
	code = o->format == OUTPUT_TABLE ? print_table(&inv)
	       : o->format == OUTPUT_CSV ? print_csv(&inv)
	                                 : print_json(&inv, o->format == OUTPUT_NDJSON);
	inventory_fini(&inv);
	return code;
}

static int check_words(const struct label_options *o, int operands)
{
	int wanted = o->list + o->remove + (o->import != NULL);

	if (wanted > 1)
		return cmd_fail(CMD_USAGE, "--list, --remove and --import do not go together");
	if (o->replace && o->import == NULL)
		return cmd_fail(CMD_USAGE, "--replace goes with --import FILE");
	if (o->import != NULL && operands > 0)
		return cmd_fail(CMD_USAGE, "--import takes no prefix: the file names them");
	if (o->remove && operands != 1)
		return cmd_fail(CMD_USAGE, "expected: sonde label PREFIX --remove");
	if (wanted == 0 && operands < 2)
		return cmd_fail(CMD_USAGE, "expected: sonde label PREFIX NAME=VALUE...");
	return CMD_OK;
}

int cmd_label(int argc, char **argv)
{
	struct label_options o = {0};
	struct place_folder f;

	if (!cmd_begin(&spec, argc, argv, &o, &f.first, &f.code))
		return f.code;
	argc -= f.first;
	argv += f.first;
	f.code = check_words(&o, argc);
	if (f.code == CMD_OK)
		f.code = place_folder_of(o.db, f.path);
	if (f.code != CMD_OK)
		return f.code;
	return o.list ? list(f.path, &o, argc, argv) : change(&f, &o, argc, argv);
}
