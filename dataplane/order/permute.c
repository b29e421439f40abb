/* SPDX-License-Identifier: Apache-2.0 */
/* permute.c - computes the keyed order of [0, n), one position at a time. */
#include "permute.h"

#include <errno.h>

#include "cookie.h"
#include "permute_round.h"

/* The round keys are tags of a counter. The last word of the message keeps them apart from all
 * cookies. */
static void expand(struct permute *p, const uint8_t key[16])
{
	struct cookie_key k;
	uint32_t tag[4];

	cookie_key_init(&k, key);
	for (uint32_t i = 0; i < PERMUTE_ROUNDS; i++) {
		const uint32_t msg[4] = {i, 0, 0, 0xfe520000};

		cookie_tag(&k, msg, 4, tag);
		p->key[i] = tag[0];
		p->mul[i] = tag[1] | 1;
	}
}

int permute_init(struct permute *p, uint64_t n, const uint8_t key[16])
{
	uint32_t bits;

	if (n == 0 || n > (uint64_t)1 << 62)
		return -EINVAL;
	bits = n > 4 ? (64 - (uint32_t)__builtin_clzll(n - 1)) / 2 : 1;
	p->n = n;
	p->bits = bits;
	p->mask = ((uint32_t)1 << bits) - 1;
	p->high = (uint32_t)((n + p->mask) >> bits);
	expand(p, key);
	return 0;
}

static uint64_t step(const struct permute *p, uint64_t at)
{
	struct permute_halves h = {(uint32_t)(at >> p->bits), (uint32_t)at & p->mask};

	h = permute_network(p, h);
	return ((uint64_t)h.high << p->bits) | h.low;
}

/* The inverse of step(). */
static uint64_t step_back(const struct permute *p, uint64_t at)
{
	uint32_t high = (uint32_t)(at >> p->bits), low = (uint32_t)at & p->mask;

	for (int i = PERMUTE_ROUNDS - 2; i >= 0; i -= 2) {
		uint32_t over = permute_mix(low, p->key[i + 1], p->mul[i + 1]);

		over = PERMUTE_MULHI(over, p->high);
		high = high >= over ? high - over : high + p->high - over;
		low ^= permute_mix(high, p->key[i], p->mul[i]) >> (32 - p->bits);
	}
	return (uint64_t)high << p->bits | low;
}

uint64_t permute_find(const struct permute *p, uint64_t index)
{
	do
		index = step_back(p, index);
	while (index >= p->n);
	return index;
}

uint64_t permute_at(const struct permute *p, uint64_t at)
{
	do
		at = step(p, at);
	while (at >= p->n);
	return at;
}
