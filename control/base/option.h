/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option.h - a command's options as a table: parsing, help and error texts come from the rows.
 *
 * A row holds the offset of a member in the command's own option struct, and the function that
 * parses a text into that member. All texts point into argv and live as long as it does.
 */
#ifndef SONDE_OPTION_H
#define SONDE_OPTION_H

#include <stdio.h>

#include "dp_types.h"

/* Parse @text into *@field. Returns 0, or -EINVAL with @err saying what was expected; the caller
 * adds the option's name. */
typedef int (*option_parse_fn)(const char *text, void *field, struct error *err);

struct option_def {
	const char *name; /* "rate" for --rate */
	char letter;      /* 'r' for -r; 0 = none */
	/* The help's name for the value. "[=X]": the value may be left out, and parse then gets
	 * NULL. NULL: a flag, which takes no value. */
	const char *arg;
	const char *help;      /* a sentence without its full stop */
	option_parse_fn parse; /* NULL: the member is a bool and set to true */
	size_t offset;         /* of the member */
};

struct option_spec {
	const char *usage; /* "sonde scan TARGETS... -p PORTS [options]"; more lines are indented */
	/* Sentences for --help, of which wrap_print() makes lines. */
	const char *about;
	const struct option_def *defs;
	size_t count;
	/* Whether the word @word, which begins with a dash, is an operand: a query may begin so.
	 * NULL: none is. */
	bool (*is_operand)(const struct option_spec *spec, const char *word);
};

enum { OPTION_LIST_MAX = 64 };

/* The values of an option that may be given several times. */
struct option_list {
	const char *items[OPTION_LIST_MAX];
	unsigned count;
};

/* What --help prints: text for a person, a section of a manual page in the notation of scdoc, or
 * lines of fields between tabs, which a shell's completion reads. */
enum option_form { OPTION_TEXT, OPTION_MAN, OPTION_ROWS };

/*
 * Parse @argv (argv[0] is the command's name) into the struct at @fields, and move the operands in
 * @argv behind the options. Returns the index of the first operand, or -EINVAL with @err naming the
 * word that is wrong, or -ECANCELED if --help was given. Any beginning that fits one option only
 * stands for its name. Pure but for @argv and @fields.
 */
int option_parse(const struct option_spec *spec, int argc, char **argv, void *fields,
                 struct error *err);

/* The row of the option -@letter, or NULL. Pure. */
const struct option_def *option_letter(const struct option_spec *spec, char letter);

/* The form that `--help=NAME` asks for: "man", "rows", else OPTION_TEXT. Pure. */
enum option_form option_form(const char *name);

/* Print what --help prints, in one of its forms. Any thread; blocks as @out does. */
void option_help(const struct option_spec *spec, enum option_form form, FILE *out);

/* Print @text to @out, with a backslash before what scdoc takes as a mark. */
void option_man_text(const char *text, FILE *out);

/* Parse functions for the rows. The comment names the type of the member. */
int option_text(const char *text, void *field, struct error *err);   /* const char * */
int option_append(const char *text, void *field, struct error *err); /* struct option_list */
int option_u32(const char *text, void *field, struct error *err);    /* uint32_t */
int option_u64(const char *text, void *field, struct error *err);    /* uint64_t, 0x allowed */
/* uint64_t, microseconds */
int option_duration(const char *text, void *field, struct error *err);
int option_off(const char *text, void *field, struct error *err); /* bool set false */

#endif
