/* SPDX-License-Identifier: Apache-2.0 */
/*
 * term.h - prints hostile text on a terminal without harm, shortens figures, and measures the
 * terminal.
 */
#ifndef SONDE_TERM_H
#define SONDE_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Write @len bytes so that the terminal shows them and executes none as a control sequence. Writes
 * control characters, characters of zero width, characters that change the direction of writing,
 * and bytes that are not UTF-8 as \r, \n, \t or \xNN. */
void term_print(FILE *out, const void *text, size_t len);

/* "987", "12.3k", "4.56M", "1.2G" into @out (at least 16 bytes); returns @out. */
char *term_count(double n, char out[16]);

/* "59s", "3m20s", "4h05m", "12d03h" into @out; returns @out. */
char *term_duration(double seconds, char out[16]);

/* The width of the terminal behind @out in columns, 80 if it does not say; 0 if @out is no
 * terminal. */
unsigned term_width(FILE *out);

#endif
