/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring.h - passes results by value from one worker to the control thread.
 *
 * One producer, one consumer, no lock. A full ring does not take all results; the producer counts
 * the others.
 */
#ifndef SONDE_RING_H
#define SONDE_RING_H

#include "dp_types.h"

struct rte_ring;

enum { RING_RESULTS = 1 << 18 }; /* 64 bytes each; a quarter of a second at 1 M a second */

struct rte_ring *ring_new(void); /* NULL: no memory */
/* The results in it are lost; NULL is fine. */
void ring_free(struct rte_ring *r);

/* Consumer: move up to @n results, oldest first, into @out. Returns how many. Does not block. */
unsigned ring_take(struct rte_ring *r, struct dp_result *out, unsigned n);
uint32_t ring_fill_percent(const struct rte_ring *r);

#endif
