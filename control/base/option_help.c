/* SPDX-License-Identifier: Apache-2.0 */
/* option_help.c - prints a command's options for a person, a manual page or a shell. */
#include <stdio.h>
#include <string.h>

#include "option.h"
#include "wrap.h"

enum { LEFT = 30, USAGE_INDENT = 11 };

static const struct option_def help_def = {.name = "help", .letter = 'h', .help = "this text"};

/* ---- for a person ---------------------------------------------------------------------------- */

/* Print the lines of a usage, each below the first. */
static void print_usage(const char *usage, FILE *out)
{
	const char *lead = "usage: ";

	while (*usage != '\0') {
		size_t n = strcspn(usage, "\n");
		char line[512];

		snprintf(line, sizeof(line), "%.*s", (int)n, usage);
		fputs(lead, out);
		wrap_print(out, line, (unsigned)strlen(lead), USAGE_INDENT);
		lead = "       ";
		usage += n + (usage[n] == '\n');
		usage += strspn(usage, " ");
	}
}

static const char *between(const struct option_def *d)
{
	return d->arg == NULL || d->arg[0] == '[' ? "" : " ";
}

static void print_row(const struct option_def *d, FILE *out)
{
	char left[64];
	int n = snprintf(left, sizeof(left), "  %c%c%s --%s%s%s", d->letter ? '-' : ' ',
	                 d->letter ? d->letter : ' ', d->letter ? "," : " ", d->name, between(d),
	                 d->arg ? d->arg : "");

	if (n < LEFT)
		fprintf(out, "%-*s", LEFT, left);
	else
		fprintf(out, "%s\n%*s", left, LEFT, "");
	wrap_print(out, d->help, LEFT, LEFT);
}

static void print_text(const struct option_spec *spec, FILE *out)
{
	print_usage(spec->usage, out);
	fputc('\n', out);
	wrap_print(out, spec->about, 0, 0);
	fprintf(out, "\noptions:\n");
	for (size_t i = 0; i < spec->count; i++)
		print_row(&spec->defs[i], out);
	print_row(&help_def, out);
}

/* ---- for a manual page ----------------------------------------------------------------------- */

void option_man_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (strchr("*_\\<>#~`", *text) != NULL)
			fputc('\\', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
}

/* The value of an option: " _VALUE_", or "[=_VALUE_]" where it may be left out. scdoc takes an
 * underscore for underlining only if no letter stands before it. */
static void man_value(const char *arg, FILE *out)
{
	bool open = strncmp(arg, "[=", 2) == 0;
	char name[64];

	snprintf(name, sizeof(name), "%s", open ? arg + 2 : arg);
	if (open)
		name[strcspn(name, "]")] = '\0';
	fputs(open ? "[=_" : " _", out);
	option_man_text(name, out);
	fputs(open ? "_]" : "_", out);
}

static void man_row(const struct option_def *d, FILE *out)
{
	if (d->letter != 0)
		fprintf(out, "*-%c*, ", d->letter);
	fprintf(out, "*--%s*", d->name);
	if (d->arg != NULL)
		man_value(d->arg, out);
	fputs("\n\t", out);
	option_man_text(d->help, out);
	fputs("\n\n", out);
}

static void print_man(const struct option_spec *spec, FILE *out)
{
	for (size_t i = 0; i < spec->count; i++)
		man_row(&spec->defs[i], out);
	man_row(&help_def, out);
}

/* ---- for a shell ----------------------------------------------------------------------------- */

static void shell_row(const struct option_def *d, FILE *out)
{
	fprintf(out, "option\t--%s\t%s%c\t%s\t%s\n", d->name, d->letter ? "-" : "",
	        d->letter ? d->letter : ' ', d->arg ? d->arg : "", d->help);
}

static void print_rows(const struct option_spec *spec, FILE *out)
{
	for (const char *line = spec->usage; *line != '\0';) {
		size_t n = strcspn(line, "\n");

		fprintf(out, "usage\t%.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
		line += strspn(line, " ");
	}
	for (size_t i = 0; i < spec->count; i++)
		shell_row(&spec->defs[i], out);
	shell_row(&help_def, out);
}

void option_help(const struct option_spec *spec, enum option_form form, FILE *out)
{
	static void (*const print[])(const struct option_spec *, FILE *) = {
		[OPTION_TEXT] = print_text,
		[OPTION_MAN] = print_man,
		[OPTION_ROWS] = print_rows,
	};

	print[form](spec, out);
}

enum option_form option_form(const char *name)
{
	return strcmp(name, "man") == 0    ? OPTION_MAN
	       : strcmp(name, "rows") == 0 ? OPTION_ROWS
	                                   : OPTION_TEXT;
}
