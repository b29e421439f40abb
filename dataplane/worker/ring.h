/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring.h - results by value from one worker to the control thread.
 *
 * One producer, one consumer, no lock; a full ring takes less and the producer counts the rest.
 */
#ifndef SONDE_RING_H
#define SONDE_RING_H

#include "dp_types.h"

struct rte_ring;

enum { RING_RESULTS = 1 << 18 }; /* 60 bytes each; at 1 M results a second, a quarter of one */

struct rte_ring *ring_new(void); /* NULL: no memory */
/* What is in it is lost; NULL is fine. */
void ring_free(struct rte_ring *r);

/* Consumer: up to @n results, oldest first. */
unsigned ring_take(struct rte_ring *r, struct dp_result *out, unsigned n);
uint32_t ring_fill_percent(const struct rte_ring *r);

#endif
