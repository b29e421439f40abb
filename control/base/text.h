/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - bytes from the network made fit for people and JSON.
 *
 * Printable UTF-8 stays as it is. A backslash becomes two, every other byte \xNN: control
 * characters (C0, C1, DEL), bytes that are no UTF-8, and the characters that turn the direction of
 * writing round. So the bytes can be had back without loss: undouble backslashes and resolve \xNN.
 */
#ifndef SONDE_TEXT_H
#define SONDE_TEXT_H

#include "bytes.h"

enum text_mode {
	TEXT_LINE,  /* one line: line feed, carriage return and tab as \n \r \t */
	TEXT_PLAIN, /* these three stay: JSON escapes them itself */
};

/* Append @len bytes in escaped form to @out. */
void text_escape(struct bytes *out, const char *data, size_t len, enum text_mode mode);

#endif
