/* SPDX-License-Identifier: Apache-2.0 */
/* csv_read.h - reads CSV (RFC 4180) record by record, from memory. */
#ifndef SONDE_CSV_READ_H
#define SONDE_CSV_READ_H

#include "bytes.h"
#include "error.h"

enum { CSV_CELLS = 64 }; /* of a record, at most */

/* The caller owns the text that is read, and keeps it while it reads. */
struct csv_reader {
	const char *pos, *end;
	unsigned next_line; /* the line at @pos */
	/* of the record that was read last */
	unsigned line; /* its first line, from 1 */
	unsigned count;
	const char
		*cells[CSV_CELLS]; /* texts that end with a NUL, valid until the next csv_read() */
	struct bytes text;         /* private */
};

/* Begin to read the @len bytes at @text; a byte order mark in front is left out. */
void csv_reader_init(struct csv_reader *r, const char *text, size_t len);
void csv_reader_fini(struct csv_reader *r);

/*
 * Read the next record that is no empty line. Lines end with LF or CRLF, cells may be quoted. The
 * apostrophe by which csv_cell() keeps a spreadsheet from evaluating a formula is left out.
 *
 * Returns 1, 0 (the text has ended), -ENOMEM, or -EINVAL with @err naming the line.
 */
int csv_read(struct csv_reader *r, struct error *err);

#endif
