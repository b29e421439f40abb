/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.h - what one worker has counted. Hot and cold.
 *
 * One writer, the worker; readers see each counter whole but perhaps a burst old, and two counters
 * not from the same moment.
 */
#ifndef SONDE_COUNTERS_H
#define SONDE_COUNTERS_H

#include <stdint.h>

struct dp_stats;

struct counters {
	_Alignas(64) uint64_t sent;
	uint64_t extra;
	uint64_t skipped_scope;
	uint64_t skipped_noroute;
	uint64_t capped;
	uint64_t tx_retries;
	uint64_t received;
	uint64_t foreign;
	uint64_t malformed;
	uint64_t duplicates;
	uint64_t open;
	uint64_t closed;
	uint64_t unreachable;
	uint64_t data_drops;
	uint64_t ring_drops;
	uint64_t steps; /* of the walk: all probes before it were handed to the NIC */
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
