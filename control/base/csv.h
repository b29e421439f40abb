/* SPDX-License-Identifier: Apache-2.0 */
/* csv.h - writes CSV cells (RFC 4180) that no spreadsheet evaluates as a formula. */
#ifndef SONDE_CSV_H
#define SONDE_CSV_H

#include "bytes.h"

/*
 * Append one cell. It escapes @data as TEXT_LINE of text.h does, and puts an apostrophe in front if
 * @data begins with = + - @, a space, a tab, a carriage return or an apostrophe. So a reader gets the
 * same bytes back: it takes off one apostrophe at the beginning, and then resolves the escapes. The
 * caller writes commas and CRLF. A number is a cell as it is: no spreadsheet takes one for a formula.
 */
void csv_cell(struct bytes *out, const char *data, size_t len);

#endif
