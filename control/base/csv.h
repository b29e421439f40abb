/* SPDX-License-Identifier: Apache-2.0 */
/* csv.h - cells of CSV (RFC 4180) that no spreadsheet takes for a formula. */
#ifndef SONDE_CSV_H
#define SONDE_CSV_H

#include "bytes.h"

/* Append one cell; @data is escaped as text.h says, line feeds too. A cell that begins with = + - @
 * (or a blank) gets an apostrophe in front. The caller writes commas and CRLF. */
void csv_cell(struct bytes *out, const char *data, size_t len);

#endif
