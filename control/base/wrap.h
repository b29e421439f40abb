/* SPDX-License-Identifier: Apache-2.0 */
/* wrap.h - breaks text into lines of at most 80 columns. */
#ifndef SONDE_WRAP_H
#define SONDE_WRAP_H

#include <stdio.h>

enum { WRAP_WIDTH = 80 };

/*
 * Print the ASCII text @text and a line feed to @out. The first line begins in column @column
 * (0-based), where @out stands; the others begin in column @indent. A word that is longer than a
 * line stays whole, and so does a group in brackets that fits into one.
 *
 * A line feed in @text stays one where a sentence ends before it (".", ":") or a blank follows it;
 * elsewhere it is a blank. A line that begins with a blank is printed as it is.
 */
void wrap_print(FILE *out, const char *text, unsigned column, unsigned indent);

#endif
