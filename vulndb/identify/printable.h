/* SPDX-License-Identifier: Apache-2.0 */
/* printable.h - text from a peer, made fit to be shown. */
#ifndef VULNDB_PRINTABLE_H
#define VULNDB_PRINTABLE_H

#include <stddef.h>

/* Copy @len bytes for people into @out, terminated: control bytes become blanks, bytes that are no
 * UTF-8 become '?', the ends are trimmed, and a cut never splits a character. Pure. */
void printable_text(char *out, size_t size, const char *text, size_t len);

#endif
