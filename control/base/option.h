/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option.h - a command's options as a table: parsing, help and error texts come from the rows.
 *
 * A row names a member of the command's own option struct by offset and the function that turns
 * text into it. All texts point into argv and live as long as it does.
 */
#ifndef SONDE_OPTION_H
#define SONDE_OPTION_H

#include <stdio.h>

#include "dp_types.h"

/* Turn @text into *@field. 0, or -EINVAL with @err saying what was expected (not the option's
 * name). */
typedef int (*option_parse_fn)(const char *text, void *field, struct error *err);

struct option_def {
	const char *name; /* "rate" for --rate */
	char letter;      /* 'r' for -r; 0 = none */
	/* what the help calls the value; "[=X]": it may be left out, parse gets NULL; NULL: a flag,
	 * *field is a bool set true */
	const char *arg;
	const char *help;      /* one line */
	option_parse_fn parse; /* NULL with a flag */
	size_t offset;         /* of the member */
};

struct option_spec {
	const char *usage; /* "sonde scan TARGETS... -p PORTS [options]" */
	const char *about; /* sentences for --help, may hold newlines */
	const struct option_def *defs;
	size_t count; /* at most OPTION_MAX */
};

enum { OPTION_MAX = 64, OPTION_LIST_MAX = 64 };

/* A value that may be given several times. */
struct option_list {
	const char *items[OPTION_LIST_MAX];
	unsigned count;
};

/*
 * Parse @argv (argv[0] is the command's name) into the struct at @fields; operands are moved behind
 * the options. Returns the index of the first operand, or -EINVAL with @err naming the option, or
 * -ECANCELED where --help was asked for.
 */
int option_parse(const struct option_spec *spec, int argc, char **argv, void *fields,
                 struct error *err);

/* Print what --help says. */
void option_help(const struct option_spec *spec, FILE *out);

/* Values. The member's type is in the comment. */
int option_text(const char *text, void *field, struct error *err);   /* const char * */
int option_append(const char *text, void *field, struct error *err); /* struct option_list */
int option_u32(const char *text, void *field, struct error *err);    /* uint32_t */
int option_u64(const char *text, void *field, struct error *err);    /* uint64_t, 0x allowed */
/* uint64_t, microseconds */
int option_duration(const char *text, void *field, struct error *err);
int option_off(const char *text, void *field, struct error *err); /* bool set false */

#endif
