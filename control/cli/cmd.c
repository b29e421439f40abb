/* SPDX-License-Identifier: Apache-2.0 */
/* cmd.c - finds a command in a table, and maps failures to exit codes. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "nearest.h"
#include "option.h"
#include "term.h"
#include "wrap.h"

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

int cmd_output_failed(void)
{
	return ferror(stdout) != 0 ? CMD_FAILED : cmd_fail(CMD_FAILED, "the output: out of memory");
}

int cmd_end(int code)
{
	bool lost = ferror(stdout) != 0;

	/* The reason of a failure that is over is gone. One more byte asks for it again. */
	if (lost) {
		clearerr(stdout);
		putchar('\n');
	}
	errno = 0;
	lost |= fclose(stdout) != 0;
	if (!lost)
		return code;
	cmd_fail(code, "the output cannot be written%s%s", errno != 0 ? ": " : "",
	         errno != 0 ? strerror(errno) : "");
	return code == CMD_OK ? CMD_FAILED : code;
}

/* ---- help ------------------------------------------------------------------------------------ */

/* The form that the words ask for: --help or --help=FORM. */
static enum option_form form_of(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], "--help=", 7) == 0)
			return option_form(argv[i] + 7);
	return OPTION_TEXT;
}

void cmd_help(const struct option_spec *spec, int argc, char **argv)
{
	option_help(spec, form_of(argc, argv), stdout);
}

/* Six parameters: those of main() and where the result goes; each command calls it once. */
bool cmd_begin(const struct option_spec *spec, int argc, char **argv, void *fields, int *first,
               int *code)
{
	struct error err;
	int ret = option_parse(spec, argc, argv, fields, &err);

	if (ret == -ECANCELED) {
		cmd_help(spec, argc, argv);
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

/* ---- a table of commands --------------------------------------------------------------------- */

struct table {
	const struct cmd *rows;
	size_t count;
	const char *prefix;
};

enum { HELP_COLUMN = 14 };

static void list_text(const struct table *t)
{
	bool plain = t->count > 0 && t->rows[0].name != NULL;

	printf("usage: %s COMMAND [options]\n%s", t->prefix, plain ? "\ncommands:\n" : "");
	for (size_t i = 0; i < t->count; i++) {
		const struct cmd *c = &t->rows[i];

		if (c->name == NULL) {
			printf("\n%s:\n", c->help);
			continue;
		}
		printf("  %-*s", HELP_COLUMN - 2, c->name);
		wrap_print(stdout, c->help, HELP_COLUMN, HELP_COLUMN);
	}
	printf("\n`%s COMMAND --help` says more.\n", t->prefix);
}

static void list_man(const struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct cmd *c = &t->rows[i];

		fputs(c->name == NULL ? "## " : "*", stdout);
		option_man_text(c->name == NULL ? c->help : c->name, stdout);
		if (c->name != NULL) {
			fputs("*\n\t", stdout);
			option_man_text(c->help, stdout);
		}
		fputs("\n\n", stdout);
	}
}

static void list_rows(const struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].name != NULL)
			printf("command\t%s\t%s\n", t->rows[i].name, t->rows[i].help);
}

static void list(const struct table *t, enum option_form form)
{
	static void (*const print[])(const struct table *) = {
		[OPTION_TEXT] = list_text,
		[OPTION_MAN] = list_man,
		[OPTION_ROWS] = list_rows,
	};

	print[form](t);
}

static const struct cmd *find(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].name != NULL && strcmp(t->rows[i].name, name) == 0)
			return &t->rows[i];
	return NULL;
}

static int unknown(const struct table *t, const char *word)
{
	size_t len = strlen(word);
	struct nearest n = nearest_to(word, len, nearest_slips(len));

	if (word[0] == '-')
		return cmd_fail(CMD_USAGE,
		                "%.60s: options follow a command: %s COMMAND %.60s "
		                "(`%s help` lists the commands)",
		                word, t->prefix, word, t->prefix);
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].name != NULL)
			nearest_consider(&n, t->rows[i].name, strlen(t->rows[i].name),
			                 t->rows[i].name);
	return cmd_fail(CMD_USAGE, "`%.60s`: no such command%s%s%s (`%s help` lists them)", word,
	                n.best != NULL ? "; did you mean `" : "", n.best != NULL ? n.best : "",
	                n.best != NULL ? "`?" : "", t->prefix);
}

/* Whether @word asks for help: help, -h, --help or --help=FORM. */
static bool wants_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "-h") == 0 ||
	       strcmp(word, "--help") == 0 || strncmp(word, "--help=", 7) == 0;
}

int cmd_dispatch(const struct cmd *rows, size_t count, const char *prefix, int argc, char **argv)
{
	const struct table t = {rows, count, prefix};
	char asks[] = "--help";
	const struct cmd *c;

	if (argc == 0 || (wants_help(argv[0]) && argc == 1)) {
		list(&t, form_of(argc, argv));
		return argc == 0 ? CMD_USAGE : CMD_OK;
	}
	/* `help COMMAND` is `COMMAND --help`. */
	if (wants_help(argv[0])) {
		memmove(argv, argv + 1, (size_t)(argc - 1) * sizeof(*argv));
		argv[argc - 1] = asks;
	}
	c = find(&t, argv[0]);
	return c != NULL ? c->run(argc, argv) : unknown(&t, argv[0]);
}
