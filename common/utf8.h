/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - the characters of UTF-8 (RFC 3629). */
#ifndef SONDE_UTF8_H
#define SONDE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read the character at @text into *@c. @len: how many bytes there are, 1 or more. Returns the
 * length of the sequence; 0: it is not well-formed (Unicode 15, table 3-7) or not complete.
 * Pure. */
size_t utf8_decode(const void *text, size_t len, uint32_t *c);

/* Write the sequence of the character @c. Returns its length; 0: Unicode has no such character, or
 * it is a surrogate. Pure. */
size_t utf8_encode(uint32_t c, uint8_t out[4]);

/* False for control characters (C0, C1, DEL), for the characters that control the direction of
 * writing, for the line and paragraph separators (U+2028, U+2029), and for the byte order mark
 * (U+FEFF). Pure. */
bool utf8_is_printable(uint32_t c);

#endif
