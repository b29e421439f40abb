/* SPDX-License-Identifier: Apache-2.0 */
/* fit.h - how many columns of a terminal a text takes, and where to cut it. */
#ifndef SONDE_FIT_H
#define SONDE_FIT_H

#include <stddef.h>

#define FIT_MORE "\xe2\x80\xa6" /* "...", one column wide: it stands where a text was cut */

/* The columns that @len bytes of printable UTF-8 take: 2 for a wide character of East Asia, 0 for a
 * combining one, 1 for any other character and for a byte that is no UTF-8. Pure. */
size_t fit_width(const char *text, size_t len);

/* How many of the @len bytes take at most @columns columns; cuts between characters. Pure. */
size_t fit_cut(const char *text, size_t len, size_t columns);

#endif
