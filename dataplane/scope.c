/* SPDX-License-Identifier: Apache-2.0 */
/* scope.c - a deny list for lookups per packet. */
#include "scope.h"

#include <stdlib.h>

#include "range.h"

/* IPv4 is asked through a bitmap of /16 networks that any denied range touches, then a search among
 * the ranges of that network; IPv6 by a search among all. */
struct scope {
	struct range_set set;       /* normalised */
	uint64_t touched[65536 / 64];
	uint32_t from[65536 + 1];   /* first range whose end lies in or behind the network */
	bool any_v6;
};

static bool is_v4(u128 a)
{
	return a >> 32 == 0xffff;
}

static void index_v4(struct scope *s)
{
	uint32_t next = 0;

	for (uint32_t net = 0; net <= 65536; net++) {
		u128 first = ((u128)0xffff << 32) + ((uint64_t)net << 16);
		u128 last = first + 0xffff;

		while (next < s->set.count && s->set.v[next].last < first)
			next++;
		s->from[net] = next;
		if (net < 65536 && next < s->set.count && s->set.v[next].first <= last)
			s->touched[net / 64] |= (uint64_t)1 << (net % 64);
	}
}

struct scope *scope_new(const struct range_set *deny)
{
	static const struct range_set nothing;
	struct scope *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	/* Without the empty set: a copy of @deny in the caller's stead. */
	if (range_subtract(deny, &nothing, &s->set) != 0) {
		scope_free(s);
		return NULL;
	}
	range_normalise(&s->set);
	for (size_t i = 0; i < s->set.count; i++)
		s->any_v6 = s->any_v6 || !is_v4(s->set.v[i].first);
	index_v4(s);
	return s;
}

void scope_free(struct scope *s)
{
	if (s == NULL)
		return;
	range_fini(&s->set);
	free(s);
}

static bool search_v4(const struct scope *s, uint32_t a)
{
	const struct range_set part = {
		.v = s->set.v + s->from[a >> 16],
		/* The first range of the next network may begin in this one. */
		.count = s->from[(a >> 16) + 1] - s->from[a >> 16] +
			 (s->from[(a >> 16) + 1] < s->set.count),
	};

	return range_contains(&part, ((u128)0xffff << 32) + a);
}

bool scope_denies_v4(const struct scope *s, uint32_t a)
{
	if (s == NULL || ((s->touched[a >> 22] >> (a >> 16 & 63)) & 1) == 0)
		return false;
	return search_v4(s, a);
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
