/* SPDX-License-Identifier: Apache-2.0 */
/* printable.h - makes text from a peer fit to be shown. */
#ifndef VULNDB_PRINTABLE_H
#define VULNDB_PRINTABLE_H

#include <stddef.h>

/* Copy @len bytes to @out so that they can be shown, terminated: control bytes become blanks, bytes
 * that are not UTF-8 become '?', the ends are trimmed, and a cut never splits a character. Pure. */
void printable_text(char *out, size_t size, const char *text, size_t len);

#endif
