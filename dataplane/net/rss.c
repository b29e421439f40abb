/* SPDX-License-Identifier: Apache-2.0 */
/* rss.c - the key by which a NIC spreads received packets over its queues. */
#include "rss.h"

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void rss_key(uint8_t *key, size_t len)
{
	uint64_t state = 0, word = 0;

	for (size_t i = 0; i < len; i++) {
		word = i % 8 ? word >> 8 : draw(&state);
		key[i] = (uint8_t)word;
	}
}
