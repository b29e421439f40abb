/* SPDX-License-Identifier: Apache-2.0 */
/* cmd.c - finds a command in a table, and maps failures to exit codes. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "option.h"
#include "term.h"

int cmd_fail(int code, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fputs("sonde: ", stderr);
	term_print(stderr, text, strlen(text));
	fputc('\n', stderr);
	return code;
}

int cmd_fail_at(int error, const char *option, const struct error *err)
{
	if (err->column > 0)
		return cmd_fail(CMD_USAGE, "%s: column %u: %s", option, err->column, err->text);
	return cmd_fail(error == -EINVAL ? CMD_USAGE : CMD_FAILED, "%s: %s", option, err->text);
}

int cmd_code(int error)
{
	static const struct {
		int error, code;
	} map[] = {
		{0, CMD_OK},
		{-EINVAL, CMD_USAGE},
		{-ERANGE, CMD_USAGE},
		{-ENOENT, CMD_NOTHING},
		{-EPERM, CMD_PRIVILEGE},
		{-EACCES, CMD_PRIVILEGE},
		{-ENOSPC, CMD_FULL},
		{-EBUSY, CMD_DATABASE},
		{-ENODEV, CMD_NETWORK},
		{-ENETDOWN, CMD_NETWORK},
		{-ENXIO, CMD_NETWORK},
		{-EHOSTUNREACH, CMD_NETWORK},
		{-ENETUNREACH, CMD_NETWORK},
	};

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (map[i].error == error)
			return map[i].code;
	return CMD_FAILED;
}

/* Six parameters: those of main() and where the result goes; each command calls it once. */
bool cmd_begin(const struct option_spec *spec, int argc, char **argv, void *fields, int *first,
               int *code)
{
	struct error err;
	int ret = option_parse(spec, argc, argv, fields, &err);

	if (ret == -ECANCELED) {
		option_help(spec, stdout);
		*code = CMD_OK;
		return false;
	}
	if (ret < 0) {
		*code = cmd_fail(CMD_USAGE, "%s", err.text);
		return false;
	}
	*first = ret;
	return true;
}

static void list(const struct cmd *table, size_t count, const char *prefix)
{
	printf("usage: %s COMMAND [options]\n\ncommands:\n", prefix);
	for (size_t i = 0; i < count; i++)
		printf("  %-11s %s\n", table[i].name, table[i].help);
	printf("\n`%s COMMAND --help` says more.\n", prefix);
}

static const struct cmd *find(const struct cmd *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

static bool wants_help(const char *name)
{
	return strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
}

int cmd_dispatch(const struct cmd *table, size_t count, const char *prefix, int argc, char **argv)
{
	char *help[] = {NULL, (char[]){"--help"}, NULL};
	const struct cmd *c;

	if (argc == 0 || (wants_help(argv[0]) && argc == 1)) {
		list(table, count, prefix);
		return argc == 0 ? CMD_USAGE : CMD_OK;
	}
	if (wants_help(argv[0])) {
		help[0] = argv[1];
		argv = help;
		argc = 2;
	}
	c = find(table, count, argv[0]);
	if (c == NULL)
		return cmd_fail(CMD_USAGE, "`%.60s`: no such command (`%s help` lists them)",
		                argv[0], prefix);
	return c->run(argc, argv);
}
