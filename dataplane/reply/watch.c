/* SPDX-License-Identifier: Apache-2.0 */
/* watch.c - makes a Bloom filter over addresses and ports. */
#include "watch.h"

#include <stdlib.h>

enum { BITS_A_PORT = 16, WORDS_MIN = 64 };

struct dp_watch *dp_watch_new(size_t ports)
{
	uint64_t words = WORDS_MIN;
	struct dp_watch *w;

	while (words * 64 < (uint64_t)ports * BITS_A_PORT)
		words *= 2;
	w = calloc(1, sizeof(*w) + words * sizeof(w->word[0]));
	if (w != NULL)
		w->mask = words * 64 - 1;
	return w;
}

void dp_watch_free(struct dp_watch *w)
{
	free(w);
}

void dp_watch_add(struct dp_watch *w, const struct dp_addr *addr, uint16_t port, uint8_t transport)
{
	uint64_t h = watch_hash(addr, port, transport);

	for (unsigned i = 0; i < WATCH_PROBES; i++) {
		uint64_t bit = watch_bit(w, h, i);

		w->word[bit / 64] |= 1ULL << bit % 64;
	}
}
