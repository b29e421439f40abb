/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - escapes bytes from the network for people and JSON.
 *
 * Printable UTF-8 stays as it is. A backslash becomes two. Every other byte becomes \xNN: control
 * characters (C0, C1, DEL), bytes that are not UTF-8, and the characters that change the direction
 * of writing. The escaping loses nothing: a reader that resolves the escapes gets the same bytes
 * back.
 */
#ifndef SONDE_TEXT_H
#define SONDE_TEXT_H

#include "bytes.h"

enum text_mode {
	TEXT_LINE,  /* one line: line feed, carriage return and tab become \n \r \t */
	TEXT_PLAIN, /* these three stay as they are: JSON escapes them itself */
};

/* Append @len bytes in escaped form to @out. */
void text_escape(struct bytes *out, const char *data, size_t len, enum text_mode mode);

#endif
