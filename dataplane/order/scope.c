/* SPDX-License-Identifier: Apache-2.0 */
/* scope.c - builds a deny list and publishes it in place of another. */
#include "scope.h"

#include <stdlib.h>

#include "scope_impl.h"

static bool is_v4(u128 a)
{
	return a >> 32 == 0xffff;
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
			s->v4[s->v4_count++] =
				(struct scope_block){(uint32_t)r->first, (uint32_t)r->last};
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
	/* Subtracting the empty set copies @deny. */
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
