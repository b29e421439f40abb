/* SPDX-License-Identifier: Apache-2.0 */
/* scope.c - a deny list for lookups per packet. */
#include "scope.h"

#include <stdlib.h>

#include "range.h"

struct block {
	uint32_t first;
	uint32_t last;
};

/* IPv4 is asked through bitmaps of the /16 and the /24 networks that a denied range touches, then by a
 * search among the ranges of its /16; IPv6 by a search among all. */
struct scope {
	struct range_set set;     /* normalised; IPv6 and IPv4 */
	struct block *v4;         /* the IPv4 part of it */
	uint32_t v4_count;
	bool any_v6;
	uint32_t from[65536 + 1]; /* first range whose end lies in or behind the /16 */
	uint64_t net16[(1 << 16) / 64];
	uint64_t net24[(1 << 24) / 64];
};

static bool is_v4(u128 a)
{
	return a >> 32 == 0xffff;
}

static bool bit(const uint64_t *map, uint32_t i)
{
	return (map[i / 64] >> (i % 64)) & 1;
}

static void set_bits(uint64_t *map, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i <= last; i++)
		map[i / 64] |= (uint64_t)1 << (i % 64);
}

static void index_v4(struct scope *s)
{
	uint32_t next = 0;

	for (uint32_t i = 0; i < s->v4_count; i++) {
		set_bits(s->net16, s->v4[i].first >> 16, s->v4[i].last >> 16);
		set_bits(s->net24, s->v4[i].first >> 8, s->v4[i].last >> 8);
	}
	for (uint32_t net = 0; net < 65536; net++) {
		while (next < s->v4_count && s->v4[next].last < net << 16)
			next++;
		s->from[net] = next;
	}
	s->from[65536] = s->v4_count;
}

static void take_v4(struct scope *s)
{
	for (size_t i = 0; i < s->set.count; i++) {
		const struct range *r = &s->set.v[i];

		if (is_v4(r->first))
			s->v4[s->v4_count++] = (struct block){(uint32_t)r->first,
							      (uint32_t)r->last};
		else
			s->any_v6 = true;
	}
}

struct scope *scope_new(const struct range_set *deny)
{
	static const struct range_set nothing;
	struct scope *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->v4 = calloc(deny->count + 1, sizeof(*s->v4));
	/* Without the empty set: a copy of @deny. */
	if (s->v4 == NULL || range_subtract(deny, &nothing, &s->set) != 0) {
		scope_free(s);
		return NULL;
	}
	range_normalise(&s->set);
	take_v4(s);
	index_v4(s);
	return s;
}

void scope_free(struct scope *s)
{
	if (s == NULL)
		return;
	range_fini(&s->set);
	free(s->v4);
	free(s);
}

/* The last range that begins at or before @a is the only one that can hold it. */
static bool search_v4(const struct scope *s, uint32_t a)
{
	uint32_t low = s->from[a >> 16];
	uint32_t high = s->from[(a >> 16) + 1];

	/* [low, high) end in this /16; the next may begin in it. */
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
 * A reader that shows epoch e has loaded e before the set, so its set is at least as new as the e-th,
 * and what it held before it has let go. Hence the set that swap e replaced may be freed once every
 * reader shows e or more. Sequential consistency is for a reader that comes back from scope_leave():
 * either the writer sees it back, or it sees the writer's set.
 */
const struct scope *scope_enter(struct scope_cell *c, struct scope_reader *r)
{
	atomic_store(&r->epoch, atomic_load(&c->epoch));
	return atomic_load(&c->now);
}

void scope_leave(struct scope_reader *r)
{
	atomic_store_explicit(&r->epoch, UINT64_MAX, memory_order_release);
}

const struct scope *scope_swap(struct scope_cell *c, const struct scope *s, uint64_t *epoch)
{
	const struct scope *old = atomic_exchange(&c->now, s);

	*epoch = atomic_fetch_add(&c->epoch, 1) + 1;
	return old;
}

bool scope_passed(const struct scope_reader *r, uint64_t epoch)
{
	return atomic_load(&r->epoch) >= epoch;
}
