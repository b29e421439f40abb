/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look.h - the options about how results look, which all commands share: columns, colours, and which
 * verdicts documents have.
 *
 * A command has a struct look among its options, and the rows of LOOK_OPTIONS and LOOK_VERDICTS in
 * its table of options.
 */
#ifndef SONDE_LOOK_H
#define SONDE_LOOK_H

#include "option.h"
#include "output_format.h"

enum look_color { LOOK_AUTO, LOOK_ALWAYS, LOOK_NEVER };

struct look {
	const char *columns; /* NULL = the default ones */
	uint8_t color;       /* enum look_color */
	bool no_vulns;
	unsigned verdicts; /* bits of service_json.h; 0 = not given */
};

/* Rows for a table of options: @type is the command's struct, @member its struct look. */
#define LOOK_COLOR(type, member)                                                                   \
	{                                                                                          \
		"color", 0, "WHEN", "auto, always or never; NO_COLOR is heeded", look_read_color,  \
			offsetof(type, member.color)                                               \
	}
#define LOOK_COLUMNS(type, member)                                                                 \
	{                                                                                          \
		"columns", 0, "FIELDS", "ip,port,product,...: what `sonde fields` lists",          \
			option_text, offsetof(type, member.columns)                                \
	}
#define LOOK_NO_VULNS(type, member)                                                                \
	{                                                                                          \
		"no-vulns", 0, NULL, "JSON: without verdicts on CVEs", NULL,                       \
			offsetof(type, member.no_vulns)                                            \
	}
#define LOOK_VERDICTS(type, member)                                                                \
	{                                                                                          \
		"verdict", 0, "KINDS", "JSON: only affected,possible or fixed ones",               \
			look_read_verdicts, offsetof(type, member.verdicts)                        \
	}

/* Parse functions of these rows, for a uint8_t and an unsigned. */
int look_read_color(const char *text, void *field, struct error *err);
int look_read_verdicts(const char *text, void *field, struct error *err);

/* Whether to paint what goes to the standard output. */
bool look_is_painted(const struct look *l);
/* The verdicts that documents have: bits of service_json.h. Pure. */
unsigned look_kinds(const struct look *l);
/* Refuse --verdict and --no-vulns where no document is printed: with @format table or CSV, or with
 * columns. Returns an exit code. */
int look_check(const struct look *l, enum output_format format);

#endif
