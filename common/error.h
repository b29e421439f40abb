/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - a failure in words for a person. */
#ifndef SONDE_ERROR_H
#define SONDE_ERROR_H

enum { ERROR_TEXT = 512 };

/* The caller owns it. A function that fails fills it; one that succeeds leaves it alone. */
struct error {
	char text[ERROR_TEXT]; /* the thing, the place and the way out; always terminated */
	unsigned column;       /* where in a text that was given: 1-based, in bytes; 0: nowhere */
};

/* Write the sentence into @err, which may be NULL, with column 0. A sentence that is too long is cut.
 * Returns @code. */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, at a column. */
int error_at(struct error *err, int code, unsigned column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
