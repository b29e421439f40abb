/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - the description of a failure, for a person to read. */
#ifndef SONDE_ERROR_H
#define SONDE_ERROR_H

enum { ERROR_TEXT = 512 };

/* The caller owns it. A function that fails fills it; one that succeeds leaves it alone. */
struct error {
	char text[ERROR_TEXT]; /* what failed, where, and what helps; always NUL-terminated */
	unsigned column;       /* where in the input text: 1-based, in bytes; 0: no position */
};

/* Format the text into @err, which may be NULL, and set its column to 0. A text that is too long is
 * cut. Returns @code. */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Like error_set(), but sets the column to @column. */
int error_at(struct error *err, int code, unsigned column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
