/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_key.c - `sonde key`: the keys of clients of `sonde serve`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "clock.h"
#include "cmd.h"
#include "config.h"
#include "key.h"
#include "output_format.h"
#include "timetext.h"

struct key_options {
	const char *db, *keys, *scopes, *expires;
	struct option_list prefixes;
	enum output_format format;
	uint32_t rate;
	uint64_t rows;
};

#define FIELD(name) offsetof(struct key_options, name)
#define PLACE                                                                                      \
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},                          \
	{                                                                                          \
		"keys", 0, "FILE", "the file of keys; default: keys in the database directory",    \
			option_text, FIELD(keys)                                                   \
	}

static const struct option_def add_defs[] = {
	PLACE,
	{"scope", 's', "LIST", "some of read,scan,export,monitor,admin; default read", option_text,
         FIELD(scopes)},
	{"prefix", 0, "RANGE", "it sees and scans only these addresses; may be repeated",
         option_append, FIELD(prefixes)},
	{"rate", 0, "N", "requests a second, at most", option_u32, FIELD(rate)},
	{"rows-per-day", 0, "N", "rows of results a day, at most", option_u64, FIELD(rows)},
	{"expires", 0, "TIME", "30d, or to the end of that day: 2027-01-31", option_text,
         FIELD(expires)},
	{"output", 'o', "FORMAT", "table (the key alone) or json", option_format, FIELD(format)},
};

static const struct option_spec add_spec = {
	"sonde key add NAME [--scope LIST] [--prefix RANGE] [options]",
	"Makes a key for a client of `sonde serve` and prints it, this once.",
	add_defs,
	sizeof(add_defs) / sizeof(add_defs[0]),
};

static const struct option_def list_defs[] = {
	PLACE,
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec list_spec = {
	"sonde key list [options]",
	"Lists the keys, also those that are revoked or expired. The keys themselves are\n"
	"not stored.",
	list_defs,
	sizeof(list_defs) / sizeof(list_defs[0]),
};

static const struct option_def revoke_defs[] = {PLACE};

static const struct option_spec revoke_spec = {
	"sonde key revoke NAME|ID [options]",
	"Ends a key at once, also in servers that run.",
	revoke_defs,
	sizeof(revoke_defs) / sizeof(revoke_defs[0]),
};

/* The path of the file of keys. Returns an exit code. */
static int find_file(const struct key_options *o, char out[CONFIG_PATH + 8])
{
	char db[CONFIG_PATH];
	struct error err = {""};

	if (o->keys != NULL && strlen(o->keys) < CONFIG_PATH) {
		strcpy(out, o->keys);
		return CMD_OK;
	}
	if (config_db_path(o->db, db, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	snprintf(out, CONFIG_PATH + 8, "%s/keys", db);
	return CMD_OK;
}

static int fail(int error, const struct error *err)
{
	return cmd_fail(error == -EEXIST ? CMD_USAGE : cmd_code(error), "%s", err->text);
}

/* ---- add ------------------------------------------------------------------------------------- */

static int read_expiry(const char *text, struct key *k)
{
	struct error err;
	uint64_t span;

	if (text == NULL)
		return CMD_OK;
	if (option_duration(text, &span, &err) == 0)
		k->expires_us = k->created_us + (int64_t)span;
	else if (!timetext_parse_end(text, &k->expires_us))
		return cmd_fail(CMD_USAGE, "--expires: `%.60s`: expected 30d or 2027-01-31", text);
	if (k->expires_us <= k->created_us)
		return cmd_fail(CMD_USAGE, "--expires: `%.60s` is over already", text);
	return CMD_OK;
}

static int make_key(const struct key_options *o, const char *name, struct key *k)
{
	struct error err = {""};

	*k = (struct key){.rate = o->rate, .rows_per_day = o->rows, .created_us = clock_now_us()};
	if (!key_is_name(name))
		return cmd_fail(CMD_USAGE,
		                "`%.60s`: a name has 1 to %d letters, digits, dots, dashes and "
		                "underscores",
		                name, KEY_NAME - 1);
	snprintf(k->name, sizeof(k->name), "%s", name);
	if (key_scopes_parse(o->scopes != NULL ? o->scopes : "read", &k->scopes, &err) != 0)
		return cmd_fail(CMD_USAGE, "--scope: %s", err.text);
	if (o->prefixes.count > KEY_RANGES)
		return cmd_fail(CMD_USAGE, "--prefix: at most %d", KEY_RANGES);
	for (unsigned i = 0; i < o->prefixes.count; i++)
		if (!addr_range_parse(o->prefixes.items[i], &k->ranges[k->range_count++]))
			return cmd_fail(CMD_USAGE,
			                "--prefix: `%.60s`: expected 192.0.2.0/24, 192.0.2.1 or "
			                "first-last",
			                o->prefixes.items[i]);
	return read_expiry(o->expires, k);
}

static int print_key(const struct key_options *o, const struct key *k, const char *text)
{
	struct json *j;

	if (o->format == OUTPUT_TABLE) {
		puts(text);
		return CMD_OK;
	}
	j = json_begin(stdout, o->format == OUTPUT_JSON);
	if (j == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	json_open_object(j, NULL);
	json_text(j, "key", text);
	key_json(j, k);
	json_close_object(j);
	return json_done(j) == 0 ? CMD_OK : cmd_output_failed();
}

static int add(int argc, char **argv)
{
	struct key_options o = {0};
	char path[CONFIG_PATH + 8], text[KEY_TEXT];
	struct error err = {""};
	struct key k;
	int first, code, ret;

	if (!cmd_begin(&add_spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first != 1)
		return cmd_fail(CMD_USAGE, "expected a name: sonde key add NAME --scope read");
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: expected table, json or ndjson");
	code = make_key(&o, argv[first], &k);
	if (code == CMD_OK)
		code = find_file(&o, path);
	if (code != CMD_OK)
		return code;
	ret = key_file_add(path, &k, text, &err);
	return ret == 0 ? print_key(&o, &k, text) : fail(ret, &err);
}

/* ---- list and revoke ------------------------------------------------------------------------- */

static void print_row(const struct key *k, int64_t now_us)
{
	char when[CALENDAR_TEXT], range[ADDR_RANGE_TEXT];
	const char *between = "";

	printf("%-10s  %-20s  %s  %-8s  ", k->id, k->name, calendar_format(k->created_us, when),
	       k->revoked_us != 0         ? "revoked"
	       : !key_is_valid(k, now_us) ? "expired"
	                                  : "in force");
	for (unsigned i = 0; key_scope_name(i) != NULL; i++)
		if ((k->scopes >> i & 1) != 0) {
			printf("%s%s", between, key_scope_name(i));
			between = ",";
		}
	for (unsigned i = 0; i < k->range_count; i++)
		printf(" %s", addr_range_format(&k->ranges[i], range));
	putchar('\n');
}

static int print_list(const struct key_list *l, enum output_format format)
{
	struct json *j = NULL;
	bool failed = false;

	if (format == OUTPUT_TABLE)
		printf("%-10s  %-20s  %-20s  %-8s  scopes and prefixes\n", "id", "name", "created",
		       "state");
	else if (format == OUTPUT_JSON && (j = json_begin(stdout, true)) != NULL)
		json_open_array(j, NULL);
	for (size_t i = 0; i < l->count && !failed; i++) {
		struct json *one = j;

		if (format == OUTPUT_TABLE) {
			print_row(&l->keys[i], clock_now_us());
			continue;
		}
		if (format == OUTPUT_NDJSON)
			one = json_begin(stdout, false);
		failed = one == NULL;
		if (failed)
			break;
		json_open_object(one, NULL);
		key_json(one, &l->keys[i]);
		json_close_object(one);
		if (format == OUTPUT_NDJSON)
			failed = json_done(one) != 0;
	}
	if (j != NULL) {
		json_close_array(j);
		failed |= json_done(j) != 0;
	}
	return failed ? cmd_output_failed() : CMD_OK;
}

static int list(int argc, char **argv)
{
	struct key_options o = {0};
	char path[CONFIG_PATH + 8];
	struct error err = {""};
	struct key_list l;
	int first, code, ret;

	if (!cmd_begin(&list_spec, argc, argv, &o, &first, &code))
		return code;
	if (argc > first || o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "expected: sonde key list [-o table|json|ndjson]");
	code = find_file(&o, path);
	if (code != CMD_OK)
		return code;
	ret = key_list_load(path, &l, &err);
	if (ret != 0)
		return fail(ret, &err);
	code = print_list(&l, o.format);
	key_list_fini(&l);
	return code;
}

static int end_key(int argc, char **argv)
{
	struct key_options o = {0};
	char path[CONFIG_PATH + 8];
	struct error err = {""};
	int first, code, ret;

	if (!cmd_begin(&revoke_spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first != 1)
		return cmd_fail(CMD_USAGE, "expected a name or an id: sonde key revoke NAME");
	code = find_file(&o, path);
	if (code != CMD_OK)
		return code;
	ret = key_file_revoke(path, argv[first], clock_now_us(), &err);
	return ret == 0 ? CMD_OK : fail(ret, &err);
}

int cmd_key(int argc, char **argv)
{
	static const struct cmd rows[] = {
		{"add", add, "make a key for a client of `sonde serve`"},
		{"list", list, "list the keys"},
		{"revoke", end_key, "end a key"},
	};

	return cmd_dispatch(rows, sizeof(rows) / sizeof(rows[0]), "sonde key", argc - 1, argv + 1);
}
