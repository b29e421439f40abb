/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_config.c - `sonde config show`: the settings of a scan, and where each comes from. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "config_file.h"
#include "json.h"
#include "output_format.h"
#include "term.h"

/* What is in force where nobody says anything. Other settings are off, or none. */
static const struct {
	const char *name, *value;
} defaults[] = {
	{"ports", "top:1000"},  {"probe", "syn"},       {"rate", "10k"},       {"shard", "1/1"},
	{"passes", "1"},        {"workers", "1"},       {"cooldown", "8s"},    {"grab", "yes"},
	{"grab-total", "1000"}, {"grab-per-host", "4"}, {"grab-threads", "2"}, {"list", "1000"},
};

/* What show() prints. */
struct listing {
	struct json *json; /* NULL: a table */
	struct config_file files;
	struct config_given *given;
	char db[CONFIG_PATH];
	struct error db_error;
};

static void print_row(const struct listing *l, const char *name, const char *value,
                      const char *origin)
{
	if (l->json == NULL) {
		printf("%-18s ", name);
		term_print(stdout, value, strlen(value));
		printf("%*s  ", strlen(value) < 30 ? (int)(30 - strlen(value)) : 0, "");
		term_print(stdout, origin, strlen(origin));
		putchar('\n');
		return;
	}
	json_open_object(l->json, NULL);
	json_text(l->json, "name", name);
	json_text(l->json, "value", value);
	json_text(l->json, "origin", origin);
	json_close_object(l->json);
}

/* Print the settings of the files for this row. Returns how many are in force. */
static unsigned print_settings(const struct listing *l, size_t row)
{
	char origin[CONFIG_PATH + 24];
	unsigned n = 0;

	for (size_t i = 0; i < l->files.settings; i++) {
		const struct config_setting *s = &l->files.v[i];

		if (s->row != row || !config_file_holds(&l->files, s, l->given))
			continue;
		snprintf(origin, sizeof(origin), "%s:%zu", l->files.path[s->file], s->line);
		print_row(l, config_spec.defs[row].name, s->value, origin);
		n++;
	}
	return n;
}

static unsigned print_given(const struct listing *l, size_t row)
{
	const struct option_list *values = &l->given->value[row];
	const struct option_def *d = &config_spec.defs[row];
	unsigned first = d->parse == option_append || values->count == 0 ? 0 : values->count - 1;

	for (unsigned i = first; i < values->count; i++)
		print_row(l, d->name, values->items[i], "option");
	if (l->given->flag[row])
		print_row(l, d->name, "yes", "option");
	return values->count + l->given->flag[row];
}

static void print_default(const struct listing *l, const char *name)
{
	const char *env = getenv("SONDE_DB");

	if (strcmp(name, "db") == 0) {
		bool is_env = env != NULL && env[0] != '\0';

		print_row(l, name, l->db, is_env ? "environment (SONDE_DB)" : "default");
		return;
	}
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (strcmp(defaults[i].name, name) == 0) {
			print_row(l, name, defaults[i].value, "default");
			return;
		}
	print_row(l, name, "-", "default");
}

static void print_all(const struct listing *l)
{
	if (l->json == NULL)
		printf("%-18s %-30s  %s\n", "setting", "value", "from");
	for (size_t row = 0; row < config_spec.count; row++) {
		unsigned n;

		if (!config_file_allows(row))
			continue;
		n = print_settings(l, row);
		n += print_given(l, row);
		if (n == 0)
			print_default(l, config_spec.defs[row].name);
	}
}

/* Take -o FORMAT or --output FORMAT out of the words. Returns an exit code. */
static int take_format(int *argc, char **argv, enum output_format *out)
{
	struct error err = {""};
	int n = 1;

	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "-o") != 0 && strcmp(argv[i], "--output") != 0) {
			argv[n++] = argv[i];
			continue;
		}
		if (i + 1 == *argc)
			return cmd_fail(CMD_USAGE, "option %s: a value is missing", argv[i]);
		if (option_format(argv[++i], out, &err) < 0 ||
		    (*out != OUTPUT_TABLE && *out != OUTPUT_JSON))
			return cmd_fail(CMD_USAGE, "--output: `%.60s`: expected table or json",
			                argv[i]);
	}
	argv[n] = NULL;
	*argc = n;
	return CMD_OK;
}

static int print_listing(struct listing *l, enum output_format format)
{
	if (format == OUTPUT_TABLE) {
		print_all(l);
	} else {
		l->json = json_begin(stdout, true);
		if (l->json == NULL)
			return cmd_fail(CMD_FAILED, "out of memory");
		json_open_array(l->json, NULL);
		print_all(l);
		json_close_array(l->json);
		json_done(l->json);
	}
	return fflush(stdout) == 0 ? CMD_OK : cmd_output_failed();
}

static int show(int argc, char **argv)
{
	enum output_format format = OUTPUT_TABLE;
	struct error err = {""};
	struct listing l = {.json = NULL};
	int code = take_format(&argc, argv, &format), ret;

	if (code != CMD_OK)
		return code;
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		puts("usage: sonde config show [-o table|json] [options of sonde scan]\n\n"
		     "Prints each setting of a scan and where it comes from: a file and its line,\n"
		     "an option, the environment, or the default. The files are, the last one\n"
		     "winning: /etc/sonde/sonde.conf, $XDG_CONFIG_HOME/sonde/sonde.conf,\n"
		     "$SONDE_CONFIG and that of --config. Exclusions of all of them add up.");
		return CMD_OK;
	}
	l.given = config_file_given(argc, argv);
	if (l.given == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	ret = config_file_read(l.given->config, &l.files, &err);
	if (ret == 0)
		ret = config_db_path(NULL, l.db, &err);
	code = ret == 0 ? print_listing(&l, format) : cmd_fail(CMD_USAGE, "%s", err.text);
	config_file_fini(&l.files);
	free(l.given);
	return code;
}

int cmd_config(int argc, char **argv)
{
	static const struct cmd commands[] = {
		{"show", show, "each setting of a scan, and where it comes from"},
	};

	return cmd_dispatch(commands, 1, "sonde config", argc - 1, argv + 1);
}
