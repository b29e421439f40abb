/* SPDX-License-Identifier: Apache-2.0 */
/*
 * permute_round.h - one pass through the Feistel network.
 *
 * The same code serves a single pair of halves and vectors of pairs: the including file may define
 * PERMUTE_WORD as a vector of uint32_t, PERMUTE_MULHI(x, n) as the high words of the products and
 * PERMUTE_MIN(a, b) as the lesser words. Only 32-bit multiplications, no table, no branch.
 */
#ifndef SONDE_PERMUTE_ROUND_H
#define SONDE_PERMUTE_ROUND_H

#include "permute.h"

#ifndef PERMUTE_WORD
#define PERMUTE_WORD uint32_t
#define PERMUTE_MULHI(x, n) ((uint32_t)(((uint64_t)(x) * (n)) >> 32))
#define PERMUTE_MIN(a, b) ((a) < (b) ? (a) : (b))
#endif

struct permute_halves {
	PERMUTE_WORD high;
	PERMUTE_WORD low;
};

/* A keyed 32-bit mixer; the high bits of its result are the well mixed ones. */
static inline PERMUTE_WORD permute_mix(PERMUTE_WORD x, uint32_t key, uint32_t mul)
{
	x = (x + key) * mul;
	x ^= x >> 15;
	return x * 0x9e3779b1u;
}

/* Run rounds @i and @i + 1. */
static inline struct permute_halves permute_rounds(const struct permute *p, int i,
                                                   struct permute_halves h)
{
	PERMUTE_WORD over, sum;

	h.low ^= permute_mix(h.high, p->key[i], p->mul[i]) >> (32 - p->bits);
	over = permute_mix(h.low, p->key[i + 1], p->mul[i + 1]);
	/* Addition modulo p->high, which is at most 2^31. Where @sum is less, the subtraction wraps
	 * to a large number, and the minimum is @sum. */
	sum = h.high + PERMUTE_MULHI(over, p->high);
	h.high = PERMUTE_MIN(sum, sum - p->high);
	return h;
}

static inline struct permute_halves permute_network(const struct permute *p,
                                                    struct permute_halves h)
{
	for (int i = 0; i < PERMUTE_ROUNDS; i += 2)
		h = permute_rounds(p, i, h);
	return h;
}

#endif
