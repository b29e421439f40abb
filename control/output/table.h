/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - rows for people: columns as wide as their values, and never wider than the terminal.
 *
 * The first TABLE_ROWS rows are kept until their widths are known, and later rows keep to these
 * widths. On a terminal the widest texts are cut until a line fits; numbers, addresses and times are
 * cut last. Elsewhere only what has more than TABLE_CELL columns is cut. Only one thread uses a
 * table.
 */
#ifndef SONDE_TABLE_H
#define SONDE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { TABLE_ROWS = 256, TABLE_CELL = 60, TABLE_COLUMNS = 64 };

struct table_column {
	const char *name; /* the head; outlives the table */
	bool is_right;    /* stands at the right, as numbers do */
	bool is_rigid;    /* cut last */
};

struct table;

/* Begin a table of @n columns, at most TABLE_COLUMNS, on @out, which is not owned. @width: of the
 * terminal, 0 = none. Prints nothing yet. NULL: no memory. */
struct table *table_open(FILE *out, const struct table_column *columns, size_t n, unsigned width);

/* Add the next cell of the row, bytes from the network, which are escaped. @paint: the code of a
 * colour that ends with the cell, or NULL; static text. */
void table_cell(struct table *t, const char *data, size_t len, const char *paint);
/* End the row; missing cells are empty. The stream blocks as it does. */
void table_end_row(struct table *t);

/* Print what was kept, now; later rows come as they end. */
void table_flush(struct table *t);

/* Print what was kept, and free. 0, or -EIO if anything could not be written or memory was short. */
int table_close(struct table *t);

#endif
