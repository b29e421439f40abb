/* SPDX-License-Identifier: Apache-2.0 */
/* scope_lookup.c - looks targets up in the current deny list. */
#include "dp_addr.h"
#include "scope_impl.h"

static bool bit(const uint64_t *map, uint32_t i)
{
	return (map[i / 64] >> (i % 64)) & 1;
}

/* Search for the last range that begins at or before @a: no other can contain it. */
static bool search_v4(const struct scope *s, uint32_t a)
{
	uint32_t low = s->from[a >> 16];
	uint32_t high = s->from[(a >> 16) + 1];

	/* The ranges [low, high) end in this /16; the one after them may begin in it. */
	high += high < s->v4_count;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (s->v4[mid].first <= a)
			low = mid;
		else
			high = mid;
	}
	return low < high && a >= s->v4[low].first && a <= s->v4[low].last;
}

bool scope_denies_v4(const struct scope *s, uint32_t a)
{
	return s != NULL && bit(s->net16, a >> 16) && bit(s->net24, a >> 8) && search_v4(s, a);
}

bool scope_denies(const struct scope *s, const struct dp_addr *a)
{
	uint32_t v4;

	if (s == NULL)
		return false;
	if (dp_addr_is_v4(a, &v4))
		return scope_denies_v4(s, v4);
	return s->any_v6 && range_contains(&s->set, range_from_addr(a));
}

/*
 * A reader that shows epoch e loaded e before it loads the set. So its set is at least as new as
 * the one that swap e published, and it has released every older set. Hence the set that swap e
 * replaced may be freed once every reader shows e or more.
 *
 * Sequential consistency is needed for a reader that comes back from scope_leave(): either the
 * writer sees that it is back, or it sees the writer's set. A reader that already shows the current
 * epoch has nothing to announce. It skips the fence, which would wait for the stores of the whole
 * last burst.
 */
const struct scope *scope_enter(struct scope_cell *c, struct scope_reader *r)
{
	uint64_t epoch = atomic_load_explicit(&c->epoch, memory_order_acquire);

	if (atomic_load_explicit(&r->epoch, memory_order_relaxed) != epoch)
		atomic_store(&r->epoch, epoch);
	return atomic_load(&c->now);
}

void scope_leave(struct scope_reader *r)
{
	atomic_store_explicit(&r->epoch, UINT64_MAX, memory_order_release);
}
