/* SPDX-License-Identifier: Apache-2.0 */
/* slots.c - the control thread's side of the slots for the data of replies. */
#include "slots.h"

#include <stdlib.h>

static_assert(sizeof(struct slot) == 1024, "slots do not share cache lines");

struct slots *slots_new(void)
{
	struct slots *s = aligned_alloc(64, sizeof(*s));

	if (s) {
		s->filled = 0;
		atomic_init(&s->emptied, 0);
	}
	return s;
}

void slots_free(struct slots *s)
{
	free(s);
}

void slots_release(struct slots *s, uint16_t id)
{
	uint32_t emptied = atomic_load_explicit(&s->emptied, memory_order_relaxed);

	emptied += (id - 1U - emptied) % SLOTS + 1;
	atomic_store_explicit(&s->emptied, emptied, memory_order_release);
}
