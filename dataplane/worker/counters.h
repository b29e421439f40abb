/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.h - the counters of one worker. Hot and cold.
 *
 * Only the worker writes. Others may read: they never see half a value, but it may be a burst old,
 * and two counters need not be from the same moment.
 */
#ifndef SONDE_COUNTERS_H
#define SONDE_COUNTERS_H

#include <stdint.h>

#include "dp_types.h"

struct counters {
	/* steps of the walk that are done: the NIC has taken all their probes */
	_Alignas(64) uint64_t steps;
	DP_WORKER_COUNTERS(DP_COUNTER_MEMBER)
};

/* Owner: add to a counter. The store is one instruction, so no reader sees half of it. */
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
