/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_open.h - the set of ports that are known open; it may contain others too, but misses none.
 *
 * A Bloom filter of 16 bits a port with three probes: about 1 in 200 other ports is taken for one
 * of them. One thread fills it before the scan; all workers read it during the scan. The public
 * part is dp_known_open.h.
 */
#ifndef SONDE_KNOWN_OPEN_H
#define SONDE_KNOWN_OPEN_H

#include <stdbool.h>
#include <string.h>

#include "dp_known_open.h"

enum { KNOWN_OPEN_PROBES = 3 };

struct dp_known_open {
	uint64_t mask; /* number of bits - 1 */
	uint64_t word[];
};

static inline uint64_t known_open_mix(uint64_t h)
{
	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 29) * 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static inline uint64_t known_open_hash(const struct dp_addr *addr, uint16_t port, uint8_t transport)
{
	uint64_t high, low;

	memcpy(&high, addr->b, 8);
	memcpy(&low, addr->b + 8, 8);
	return known_open_mix(known_open_mix(known_open_mix(high) ^ low) ^
	                      ((uint64_t)transport << 16 | port));
}

/* The bit that probe @i of a port looks at. The bits are a stride apart that comes from the upper
 * half of the hash. */
static inline uint64_t known_open_bit(const struct dp_known_open *w, uint64_t h, unsigned i)
{
	return (h + i * (h >> 32 | 1)) & w->mask;
}

static inline bool known_open_has(const struct dp_known_open *w, const struct dp_addr *addr,
                                  uint16_t port, uint8_t transport)
{
	uint64_t h = known_open_hash(addr, port, transport);
	bool has = true;

	for (unsigned i = 0; i < KNOWN_OPEN_PROBES; i++) {
		uint64_t bit = known_open_bit(w, h, i);

		has &= w->word[bit / 64] >> bit % 64 & 1;
	}
	return has;
}

#endif
