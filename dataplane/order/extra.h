/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extra.h - a queue of extra targets, which a worker probes between the bursts of its walk. Hot and
 * cold.
 *
 * A ring of (address, port, pass): the control thread writes, one worker reads. The port need not
 * belong to the space.
 */
#ifndef SONDE_EXTRA_H
#define SONDE_EXTRA_H

#include <stdatomic.h>
#include <stdbool.h>

#include "dp_types.h"

enum { EXTRA_SLOTS = 512 };

struct extra_target {
	struct dp_addr addr;
	uint16_t port;
	uint16_t pass; /* the pass number by which its answer is recognised */
};

struct extra {
	_Alignas(64) _Atomic uint32_t head; /* written by control */
	_Alignas(64) _Atomic uint32_t tail; /* written by the worker */
	struct extra_target target[EXTRA_SLOTS];
};

/* The first @n targets in the queue. */
struct extra_span {
	const struct extra *extra;
	unsigned n;
};

/* Control thread: append a target. Returns false if the queue is full. */
static inline bool extra_put(struct extra *a, const struct extra_target *t)
{
	uint32_t head = atomic_load_explicit(&a->head, memory_order_relaxed);

	if (head - atomic_load_explicit(&a->tail, memory_order_acquire) == EXTRA_SLOTS)
		return false;
	a->target[head % EXTRA_SLOTS] = *t;
	atomic_store_explicit(&a->head, head + 1, memory_order_release);
	return true;
}

/* Worker: the number of targets in the queue. */
static inline unsigned extra_count(const struct extra *a)
{
	return atomic_load_explicit(&a->head, memory_order_acquire) -
	       atomic_load_explicit(&a->tail, memory_order_relaxed);
}

/* Worker: the @i-th target in the queue, @i < extra_count(). */
static inline const struct extra_target *extra_at(const struct extra *a, unsigned i)
{
	return &a->target[(atomic_load_explicit(&a->tail, memory_order_relaxed) + i) % EXTRA_SLOTS];
}

/* Worker: remove the first @n targets. */
static inline void extra_drop(struct extra *a, unsigned n)
{
	uint32_t tail = atomic_load_explicit(&a->tail, memory_order_relaxed);

	atomic_store_explicit(&a->tail, tail + n, memory_order_release);
}

#endif
