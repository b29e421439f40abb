/* SPDX-License-Identifier: Apache-2.0 */
/*
 * space_pairs.h - ranges of addresses, each with a port of its own.
 *
 * Cold: used while a space is built.
 */
#ifndef SONDE_SPACE_PAIRS_H
#define SONDE_SPACE_PAIRS_H

#include "range.h"

enum { SPACE_PAIRS_MAX = 1 << 20 };

struct space_pair {
	struct range range;
	uint16_t port;
};

/* Zero it to begin. */
struct space_pairs {
	struct space_pair *v; /* owned */
	size_t count, room;
};

/* Append a pair. 0, -E2BIG (there are SPACE_PAIRS_MAX) or -ENOMEM. */
int space_pairs_add(struct space_pairs *p, const struct range *range, uint16_t port);

/* Sort the pairs by port, then by address; merge those of a port that overlap or touch; and leave of
 * each only what lies in @within, which is normalised. 0, -E2BIG or -ENOMEM. */
int space_pairs_seal(struct space_pairs *p, const struct range_set *within);

/* The pair with this port that holds the address, in sealed pairs: its index, or -1. O(log). */
long space_pairs_find(const struct space_pairs *p, u128 addr, uint16_t port);

/* The number of targets of sealed pairs, and a hash of them. Pure. */
u128 space_pairs_total(const struct space_pairs *p);
uint64_t space_pairs_digest(const struct space_pairs *p);

/* Mix @v into the hash @h. Pure. */
static inline uint64_t space_mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

/* Free the memory; zeroed ones are fine. */
void space_pairs_fini(struct space_pairs *p);

#endif
