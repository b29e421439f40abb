/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_ctl.c - `sonde ctl`: speaks to a running scan. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "config.h"
#include "ctl.h"
#include "output_format.h"
#include "term.h"

struct ctl_options {
	const char *db;
	enum output_format format;
};

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory of the scan", option_text,
         offsetof(struct ctl_options, db)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format,
         offsetof(struct ctl_options, format)},
};

static const struct option_spec spec = {
	"sonde ctl status|rate PPS|pause|resume|stop|exclude add ADDRESSES|reload [options]",
	"Asks or tells the scan that writes the database. `rate 2M` changes its rate at once; "
	"`stop`\n"
	"stops sending, a second one ends without waiting for answers; `exclude add 192.0.2.0/24` "
	"is obeyed\n"
	"at once and whenever the scan is gone on with; `reload` reads "
	"its exclusion and scope files again.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static void print_value(const char *prefix, const char *key, const json_t *value)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", prefix, prefix[0] != '\0' ? "." : "", key);
	printf("%-22s ", name);
	if (json_is_string(value))
		term_print(stdout, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		printf("%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		printf("%.3f", json_real_value(value));
	else if (json_is_array(value))
		json_dumpf(value, stdout, JSON_COMPACT);
	else
		fputs(json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "-", stdout);
	putchar('\n');
}

static void print_table(json_t *reply)
{
	const char *key, *inner;
	json_t *value, *member;

	json_object_foreach(reply, key, value)
	{
		if (!json_is_object(value)) {
			print_value("", key, value);
			continue;
		}
		json_object_foreach(value, inner, member) print_value(key, inner, member);
	}
}

static int print_reply(json_t *reply, enum output_format format)
{
	const char *error = json_string_value(json_object_get(reply, "error"));

	if (error != NULL)
		return cmd_fail(CMD_USAGE, "%s", error);
	if (format == OUTPUT_TABLE) {
		print_table(reply);
		return CMD_OK;
	}
	json_dumpf(reply, stdout,
	           (format == OUTPUT_JSON ? JSON_INDENT(2) : JSON_COMPACT) |
	                   JSON_REAL_PRECISION(9));
	putchar('\n');
	return CMD_OK;
}

/* The words with a blank between them; false where they do not fit with a line feed. */
static bool join(int count, char **words, char out[CTL_REQUEST])
{
	size_t n = 0;

	for (int i = 0; i < count && n < CTL_REQUEST; i++)
		n += (size_t)snprintf(out + n, CTL_REQUEST - n, "%s%s", i > 0 ? " " : "", words[i]);
	return n + 1 < CTL_REQUEST;
}

int cmd_ctl(int argc, char **argv)
{
	struct ctl_options o = {NULL, OUTPUT_TABLE};
	char path[CONFIG_PATH], request[CTL_REQUEST];
	struct dp_error err = {""};
	int first, code, ret;
	json_t *reply;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first < 1 || argc - first > 3)
		return cmd_fail(CMD_USAGE,
		                "expected status, rate PPS, pause, resume, stop, exclude add "
		                "ADDRESSES or reload");
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "ctl prints table, json or ndjson");
	if (!join(argc - first, argv + first, request))
		return cmd_fail(CMD_USAGE, "an order to a scan has at most %d bytes",
		                CTL_REQUEST - 2);
	ret = ctl_ask(config_db_path(o.db, path), request, &reply, &err);
	if (ret < 0)
		return cmd_fail(ret == -ENOENT   ? CMD_NOTHING
		                : ret == -EACCES ? CMD_PRIVILEGE
		                                 : CMD_FAILED,
		                "%s", err.text);
	code = print_reply(reply, o.format);
	json_decref(reply);
	return code;
}
