/* SPDX-License-Identifier: Apache-2.0 */
/*
 * again.h - targets beside the walk that one worker is asked to probe, between its steps. Hot and cold.
 *
 * A ring of (address, port, pass): the control thread writes, the worker reads. The port need not be one of
 * the space's.
 */
#ifndef SONDE_AGAIN_H
#define SONDE_AGAIN_H

#include <stdatomic.h>
#include <stdbool.h>

#include "dp_types.h"

enum { AGAIN_SLOTS = 512 };

struct again_target {
	struct dp_addr addr;
	uint16_t port;
	uint16_t pass; /* as which its answer is known */
};

struct again {
	_Alignas(64) _Atomic uint32_t head; /* written by control */
	_Alignas(64) _Atomic uint32_t tail; /* written by the worker */
	struct again_target target[AGAIN_SLOTS];
};

/* The first @n that wait. */
struct again_span {
	const struct again *again;
	unsigned n;
};

/* Control: false where it is full. */
static inline bool again_put(struct again *a, const struct again_target *t)
{
	uint32_t head = atomic_load_explicit(&a->head, memory_order_relaxed);

	if (head - atomic_load_explicit(&a->tail, memory_order_acquire) == AGAIN_SLOTS)
		return false;
	a->target[head % AGAIN_SLOTS] = *t;
	atomic_store_explicit(&a->head, head + 1, memory_order_release);
	return true;
}

/* Worker: how many wait. */
static inline unsigned again_count(const struct again *a)
{
	return atomic_load_explicit(&a->head, memory_order_acquire) -
	       atomic_load_explicit(&a->tail, memory_order_relaxed);
}

/* Worker: the @i-th that waits, @i < again_count(). */
static inline const struct again_target *again_at(const struct again *a, unsigned i)
{
	return &a->target[(atomic_load_explicit(&a->tail, memory_order_relaxed) + i) % AGAIN_SLOTS];
}

/* Worker: the first @n are done with. */
static inline void again_drop(struct again *a, unsigned n)
{
	uint32_t tail = atomic_load_explicit(&a->tail, memory_order_relaxed);

	atomic_store_explicit(&a->tail, tail + n, memory_order_release);
}

#endif
