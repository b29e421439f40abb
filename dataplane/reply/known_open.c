/* SPDX-License-Identifier: Apache-2.0 */
/* known_open.c - makes a Bloom filter over addresses and ports. */
#include "known_open.h"

#include <stdlib.h>

enum { BITS_A_PORT = 16, WORDS_MIN = 64 };

struct dp_known_open *dp_known_open_new(size_t ports)
{
	uint64_t words = WORDS_MIN;
	struct dp_known_open *w;

	while (words * 64 < (uint64_t)ports * BITS_A_PORT)
		words *= 2;
	w = calloc(1, sizeof(*w) + words * sizeof(w->word[0]));
	if (w != NULL)
		w->mask = words * 64 - 1;
	return w;
}

void dp_known_open_free(struct dp_known_open *w)
{
	free(w);
}

void dp_known_open_add(struct dp_known_open *w, const struct dp_addr *addr, uint16_t port,
                       uint8_t transport)
{
	uint64_t h = known_open_hash(addr, port, transport);

	for (unsigned i = 0; i < KNOWN_OPEN_PROBES; i++) {
		uint64_t bit = known_open_bit(w, h, i);

		w->word[bit / 64] |= 1ULL << bit % 64;
	}
}
