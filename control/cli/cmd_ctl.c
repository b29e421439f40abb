/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_ctl.c - `sonde ctl`: sends a request to a running scan and prints the answer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_tree.h>

#include "cmd.h"
#include "config.h"
#include "ctl.h"
#include "json.h"
#include "nearest.h"
#include "output_format.h"
#include "scan_ctl.h"
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
	"sonde ctl status|rate PPS|rate auto|pause|resume|stop|exclude add LIST|reload [options]",
	"Asks or tells the scan that writes the database; an order answers with what it\n"
	"changed. `rate 2M` changes the rate at once, `rate auto` lets the scan find it;\n"
	"`stop` stops sending, a second one ends without waiting for answers; `exclude\n"
	"add 192.0.2.0/24` is obeyed at once and whenever the scan is gone on with;\n"
	"`reload` reads its exclusion and scope files again.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* Print a value that is not an object. */
static void print_plain(yajl_val value)
{
	if (YAJL_IS_STRING(value))
		term_print(stdout, value->u.string, strlen(value->u.string));
	else if (YAJL_IS_INTEGER(value))
		printf("%lld", YAJL_GET_INTEGER(value));
	else if (YAJL_IS_DOUBLE(value))
		printf("%.3f", YAJL_GET_DOUBLE(value));
	else
		fputs(YAJL_IS_TRUE(value) ? "yes" : YAJL_IS_FALSE(value) ? "no" : "-", stdout);
}

static void print_value(const char *prefix, const char *key, yajl_val value)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", prefix, prefix[0] != '\0' ? "." : "", key);
	printf("%-22s ", name);
	if (YAJL_IS_ARRAY(value))
		for (size_t i = 0; i < value->u.array.len; i++) {
			fputs(i > 0 ? ", " : "", stdout);
			print_plain(value->u.array.values[i]);
		}
	else
		print_plain(value);
	putchar('\n');
}

/* Print the whole status, or of the answer to an order what it changed. */
static void print_table(yajl_val reply)
{
	static const char *const path[] = {"changed", NULL};
	yajl_val changed = yajl_tree_get(reply, (const char **)(uintptr_t)path, yajl_t_string);

	if (changed != NULL) {
		print_plain(changed);
		putchar('\n');
		return;
	}
	for (size_t i = 0; i < reply->u.object.len; i++) {
		const char *key = reply->u.object.keys[i];
		yajl_val value = reply->u.object.values[i];

		if (!YAJL_IS_OBJECT(value)) {
			print_value("", key, value);
			continue;
		}
		for (size_t k = 0; k < value->u.object.len; k++)
			print_value(key, value->u.object.keys[k], value->u.object.values[k]);
	}
}

static int print_tree(yajl_val tree, const char *reply, enum output_format format)
{
	static const char *const path[] = {"error", NULL};
	yajl_val error = yajl_tree_get(tree, (const char **)(uintptr_t)path, yajl_t_string);

	if (!YAJL_IS_OBJECT(tree))
		return cmd_fail(CMD_FAILED, "the scan's answer is no JSON object");
	if (error != NULL)
		return cmd_fail(CMD_USAGE, "%s", YAJL_GET_STRING(error));
	if (format == OUTPUT_TABLE)
		print_table(tree);
	else if (format == OUTPUT_NDJSON)
		puts(reply);
	else if (json_reprint(stdout, reply, strlen(reply)) != 0)
		return cmd_output_failed();
	return CMD_OK;
}

static int print_reply(const char *reply, enum output_format format)
{
	yajl_val tree = yajl_tree_parse(reply, NULL, 0);
	int code;

	if (tree == NULL)
		return cmd_fail(CMD_FAILED, "the scan's answer is no JSON");
	code = print_tree(tree, reply, format);
	yajl_tree_free(tree);
	return code;
}

/* Join the words with blanks. False: they do not fit, together with a line feed. */
static bool join(int count, char **words, char out[CTL_REQUEST])
{
	size_t n = 0;

	for (int i = 0; i < count && n < CTL_REQUEST; i++)
		n += (size_t)snprintf(out + n, CTL_REQUEST - n, "%s%s", i > 0 ? " " : "", words[i]);
	return n + 1 < CTL_REQUEST;
}

/* The order that @word names, or NULL; *@near is then the one that it probably means, or NULL. */
static const struct scan_ctl_order *find_order(const char *word, const char **near)
{
	struct nearest n = nearest_to(word, strlen(word), nearest_slips(strlen(word)));
	const struct scan_ctl_order *o;

	for (size_t i = 0; (o = scan_ctl_order_at(i)) != NULL; i++) {
		if (strcmp(o->name, word) == 0)
			return o;
		nearest_consider(&n, o->name, strlen(o->name), o->name);
	}
	*near = n.best;
	return NULL;
}

/* Refuse what no scan understands, whether one runs or not. Returns an exit code. */
static int check_order(int count, char **words)
{
	const char *near = NULL;
	const struct scan_ctl_order *o = count > 0 ? find_order(words[0], &near) : NULL;

	if (near != NULL)
		return cmd_fail(CMD_USAGE, "`%.60s`: no such order; did you mean `%s`?", words[0],
		                near);
	if (o == NULL)
		return cmd_fail(
			CMD_USAGE,
			"`%.60s`: no such order; expected status, rate PPS, rate auto, pause, "
			"resume, stop, exclude add ADDRESSES or reload",
			count > 0 ? words[0] : "");
	if (o->argument == NULL && count > 1)
		return cmd_fail(CMD_USAGE, "`%.60s`: nothing may stand behind %s", words[1],
		                o->name);
	if (o->argument != NULL && (count < 2 || count > 3))
		return cmd_fail(CMD_USAGE, "%s: expected sonde ctl %s %s", o->name, o->name,
		                o->argument);
	return CMD_OK;
}

int cmd_ctl(int argc, char **argv)
{
	struct ctl_options o = {NULL, OUTPUT_TABLE};
	char path[CONFIG_PATH], request[CTL_REQUEST];
	char reply[CTL_REPLY];
	struct error err = {""};
	int first, code, ret;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	code = check_order(argc - first, argv + first);
	if (code != CMD_OK)
		return code;
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: ctl prints table, json or ndjson");
	if (!join(argc - first, argv + first, request))
		return cmd_fail(CMD_USAGE, "`%.40s...`: an order to a scan has at most %d bytes",
		                argv[first], CTL_REQUEST - 2);
	ret = config_db_path(o.db, path, &err);
	if (ret == 0)
		ret = ctl_ask(path, request, reply, &err);
	if (ret < 0)
		return cmd_fail(ret == -ENOENT         ? CMD_NOTHING
		                : ret == -EACCES       ? CMD_PRIVILEGE
		                : ret == -ENAMETOOLONG ? CMD_USAGE
		                                       : CMD_FAILED,
		                "%s", err.text);
	return print_reply(reply, o.format);
}
