/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.c - counts the slips between two words. */
#include "nearest.h"

#include <limits.h>

#include "ascii.h"

enum { WORD_MAX = 47 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment distance: insert, delete, replace, swap neighbours. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned d[3][WORD_MAX + 1];

	if (n > WORD_MAX || m > WORD_MAX)
		return UINT_MAX;
	for (size_t k = 0; k <= m; k++)
		d[0][k] = (unsigned)k;
	for (size_t i = 1; i <= n; i++) {
		unsigned *row = d[i % 3], *up = d[(i + 2) % 3], *up2 = d[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t k = 1; k <= m; k++) {
			char x = ascii_lower(a[i - 1]), y = ascii_lower(b[k - 1]);

			row[k] = least(up[k - 1] + (x != y), least(up[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && x == ascii_lower(b[k - 2]) &&
			    y == ascii_lower(a[i - 2]))
				row[k] = least(row[k], up2[k - 2] + 1);
		}
	}
	return d[n % 3][m];
}

struct nearest nearest_to(const char *word, size_t len, unsigned slips)
{
	return (struct nearest){.word = word, .len = len, .distance = slips + 1};
}

void nearest_consider(struct nearest *n, const char *name, size_t len, const char *result)
{
	unsigned d = distance(n->word, n->len, name, len);

	if (d < n->distance) {
		n->distance = d;
		n->best = result;
	}
}

unsigned nearest_slips(size_t len)
{
	return len < 6 ? 1 : (unsigned)(len / 3);
}
