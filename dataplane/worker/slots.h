/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.h - passes the first bytes of replies from one worker to the control thread.
 *
 * The slots are used beside the ring of results, in the same order: a result names the slot of its
 * bytes. The worker fills the slots in turn. The control thread releases them in turn: all slots up
 * to a given one at once.
 */
#ifndef SONDE_SLOTS_H
#define SONDE_SLOTS_H

#include <stdatomic.h>
#include <string.h>

#include "dp_types.h"

enum { SLOTS = 4096 }; /* a power of two below 2^16 */

struct slot {
	uint16_t len;
	uint8_t bytes[DP_DATA_MAX];
};

struct slots {
	_Alignas(64) uint32_t filled;          /* worker only */
	_Alignas(64) _Atomic uint32_t emptied; /* control; pairs with slots_put() */
	struct slot slot[SLOTS];
};

struct slots *slots_new(void);    /* NULL: no memory */
void slots_free(struct slots *s); /* NULL is fine */

/* Control: release all slots up to @id, which have been read. */
void slots_release(struct slots *s, uint16_t id);

/* Worker: copy the first DP_DATA_MAX of @len bytes into the next slot. Returns the slot's id, or 0
 * if none is free. */
static inline uint16_t slots_put(struct slots *s, const uint8_t *data, uint16_t len)
{
	struct slot *slot = &s->slot[s->filled % SLOTS];

	if (s->filled - atomic_load_explicit(&s->emptied, memory_order_acquire) == SLOTS)
		return 0;
	slot->len = len < DP_DATA_MAX ? len : DP_DATA_MAX;
	memcpy(slot->bytes, data, slot->len);
	return (uint16_t)(s->filled++ % SLOTS + 1);
}

#endif
