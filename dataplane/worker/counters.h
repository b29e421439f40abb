/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.h - the counters of one worker. Hot and cold.
 *
 * One writer, the worker; readers see each counter whole but perhaps a burst old, and two counters
 * not from the same moment.
 */
#ifndef SONDE_COUNTERS_H
#define SONDE_COUNTERS_H

#include <stdint.h>

#include "dp_types.h"

struct counters {
	_Alignas(64) uint64_t steps; /* of the walk: all probes before it were handed to the NIC */
	DP_WORKER_COUNTERS(DP_COUNTER_MEMBER)
};

/* The owner adds; the store is one instruction that no reader can see halves of. */
static inline void counter_add(uint64_t *c, uint64_t n)
{
	__atomic_store_n(c, *c + n, __ATOMIC_RELAXED);
}

static inline uint64_t counter_read(const uint64_t *c)
{
	return __atomic_load_n(c, __ATOMIC_RELAXED);
}

/* Add a worker's counters to the sums. */
void counters_sum(const struct counters *c, struct dp_stats *sum);

#endif
