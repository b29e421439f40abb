/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - the characters of UTF-8 (RFC 3629). */
#ifndef SONDE_UTF8_H
#define SONDE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the well-formed sequence at @text (Unicode 15, table 3-7), its character in *@c; 0:
 * none within @len bytes, of which there is one at least. Pure. */
size_t utf8_decode(const void *text, size_t len, uint32_t *c);

/* Neither a control character (C0, C1, DEL) nor one that turns the direction of writing round.
 * Pure. */
bool utf8_is_printable(uint32_t c);

#endif
