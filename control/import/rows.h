/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - cuts a stream of bytes into rows: lines of text, or the JSON objects of an array or of a
 * stream.
 *
 * Whatever stands between objects is passed over, and an object may have several lines. A brace in
 * the first column begins a new object, so that one that is cut short takes only itself along. A row
 * that is longer than ROW_BYTES is not kept. One thread uses a cutter.
 */
#ifndef SONDE_ROWS_H
#define SONDE_ROWS_H

#include "bytes.h"

/* Receives a row, or with @text NULL and @why the reason for which there is none; @line is the line
 * at which it begins, from 1. The text may be changed and has a NUL behind it. */
typedef void (*rows_each)(void *arg, char *text, size_t len, uint64_t line);
typedef void (*rows_broken)(void *arg, const char *why, uint64_t line);

enum rows_mode { ROWS_LINES, ROWS_OBJECTS };

struct rows {
	/* set by the owner, the rest zero but for rows_init() */
	enum rows_mode mode;
	rows_each each;
	rows_broken broken;
	void *arg;
	/* private */
	struct bytes row;
	uint64_t line, begin; /* the current one, and that of the row */
	unsigned depth;
	bool in_string, escaped, too_long, at_start;
};

void rows_init(struct rows *r, enum rows_mode mode);
void rows_fini(struct rows *r);
/* Take the next bytes of the stream; calls @each for rows that end in them. 0 or -ENOMEM. */
int rows_take(struct rows *r, const char *data, size_t len);
/* The end of the stream: a last line without a line feed is a row; an open object is broken. */
int rows_end(struct rows *r);

#endif
