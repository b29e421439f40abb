/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits.h - words of other scanners' command lines (nmap, masscan, zmap, naabu): what they become in
 * `sonde scan`, or why they change nothing or are refused.
 *
 * Words that are Sonde's own options with another meaning stay as they are: -n is the dry run, -b
 * the bandwidth, -r the rate, -d the database.
 */
#ifndef SONDE_HABITS_H
#define SONDE_HABITS_H

#include "option.h"

enum { HABITS_NOTES = 16 };

/* What the operator should know about a word. */
struct habit_note {
	const char *word; /* of the command line */
	const char *text; /* static */
};

/* A command line in Sonde's own words. */
struct habits {
	char **argv; /* [argc], then NULL; owned, as the words that it does not share */
	int argc;
	char **made; /* owned words */
	unsigned made_count;
	struct habit_note notes[HABITS_NOTES];
	unsigned note_count;
};

/*
 * Translate @argv, the command line of a scan whose options are @spec. The words of *@out that are
 * no translation are those of @argv. Values of options, and what follows --, are left alone.
 * Returns 0, -EINVAL with @err (a word that is refused, or without its value) or -ENOMEM. The caller
 * calls habits_fini(). Pure.
 */
int habits_apply(const struct option_spec *spec, int argc, char **argv, struct habits *out,
                 struct error *err);

void habits_fini(struct habits *h); /* a zeroed one is fine */

#endif
