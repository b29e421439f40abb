/* SPDX-License-Identifier: Apache-2.0 */
/* change_view.h - prints entries of the change log as table, JSON, NDJSON or CSV. */
#ifndef SONDE_CHANGE_VIEW_H
#define SONDE_CHANGE_VIEW_H

#include <stdio.h>

#include "output_format.h"
#include "store.h"

/* The caller sets the first three members; the functions below own the others. */
struct change_view {
	FILE *out;
	enum output_format format;
	unsigned width; /* lines of a table have at most so many columns; 0: any number */
	uint64_t rows;
	bool failed; /* the output cannot be written */
};

/*
 * Print what stands before the rows, one row, and what stands behind them. JSON has the states
 * before and after as objects; table and CSV have them in words. The second returns whether the
 * output can be written, the last 0 or -EIO.
 */
void change_view_begin(struct change_view *v);
bool change_view_row(struct change_view *v, const struct store_change *c);
int change_view_end(struct change_view *v);

#endif
