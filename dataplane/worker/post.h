/* SPDX-License-Identifier: Apache-2.0 */
/*
 * post.h - the questions to next hops on a port of one's own, and what comes back. Hot and cold.
 *
 * Only a worker may use its queue. So while a scan runs, the control thread puts its questions (ARP,
 * neighbour discovery) into a ring, and the worker sends them; the worker puts frames that may tell
 * of a neighbour into another ring. Each ring has one writer and one reader. What does not fit is
 * dropped: questions are repeated.
 */
#ifndef SONDE_POST_H
#define SONDE_POST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { POST_SLOTS = 32, POST_FRAME = 128 };

struct post_frame {
	uint16_t len;
	uint8_t bytes[POST_FRAME];
};

struct post_ring {
	_Alignas(64) _Atomic uint32_t head; /* written by the writer */
	_Alignas(64) _Atomic uint32_t tail; /* written by the reader */
	struct post_frame frame[POST_SLOTS];
};

struct post {
	struct post_ring out; /* control writes, the worker reads */
	struct post_ring in;  /* the worker writes, control reads */
};

/* Writer: append the first POST_FRAME bytes of a frame. False if the ring is full. */
static inline bool post_put(struct post_ring *r, const uint8_t *frame, size_t len)
{
	uint32_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	struct post_frame *f = &r->frame[head % POST_SLOTS];

	if (head - atomic_load_explicit(&r->tail, memory_order_acquire) == POST_SLOTS)
		return false;
	f->len = (uint16_t)(len < POST_FRAME ? len : POST_FRAME);
	memcpy(f->bytes, frame, f->len);
	atomic_store_explicit(&r->head, head + 1, memory_order_release);
	return true;
}

/* Reader: the oldest frame, or NULL. It stays until post_drop(). */
static inline const struct post_frame *post_first(const struct post_ring *r)
{
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	return atomic_load_explicit(&r->head, memory_order_acquire) == tail
	               ? NULL
	               : &r->frame[tail % POST_SLOTS];
}

static inline void post_drop(struct post_ring *r)
{
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	atomic_store_explicit(&r->tail, tail + 1, memory_order_release);
}

#endif
