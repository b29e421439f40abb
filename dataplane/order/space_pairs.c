/* SPDX-License-Identifier: Apache-2.0 */
/* space_pairs.c - sorts and cuts ranges that have ports of their own. */
#include "space_pairs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int space_pairs_add(struct space_pairs *p, const struct range *range, uint16_t port)
{
	if (p->count == SPACE_PAIRS_MAX)
		return -E2BIG;
	if (p->count == p->room) {
		size_t room = p->room > 0 ? 2 * p->room : 64;
		struct space_pair *more =
			aligned_alloc(_Alignof(struct space_pair), room * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		if (p->count > 0)
			memcpy(more, p->v, p->count * sizeof(*more));
		free(p->v);
		p->v = more;
		p->room = room;
	}
	p->v[p->count++] = (struct space_pair){*range, port};
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct space_pair *x = a, *y = b;

	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return x->range.first < y->range.first ? -1 : x->range.first > y->range.first;
}

static void merge(struct space_pairs *p)
{
	size_t n = 0;

	if (p->count == 0)
		return;
	qsort(p->v, p->count, sizeof(*p->v), compare);
	for (size_t i = 1; i < p->count; i++) {
		struct space_pair *last = &p->v[n];
		const struct space_pair *next = &p->v[i];

		/* The addresses of a pair are of one family, so no end is the highest number. */
		if (next->port == last->port && next->range.first <= last->range.last + 1) {
			if (next->range.last > last->range.last)
				last->range.last = next->range.last;
			continue;
		}
		p->v[++n] = *next;
	}
	p->count = n + 1;
}

/* Append the parts of @pair that lie in @within. */
static int cut(const struct space_pair *pair, const struct range_set *within,
               struct space_pairs *out)
{
	size_t low = 0, high = within->count;
	int ret = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (within->v[mid].last < pair->range.first)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < within->count && within->v[low].first <= pair->range.last && ret == 0; low++) {
		struct range part = within->v[low];

		if (part.first < pair->range.first)
			part.first = pair->range.first;
		if (part.last > pair->range.last)
			part.last = pair->range.last;
		ret = space_pairs_add(out, &part, pair->port);
	}
	return ret;
}

int space_pairs_seal(struct space_pairs *p, const struct range_set *within)
{
	struct space_pairs out = {0};
	int ret = 0;

	merge(p);
	for (size_t i = 0; i < p->count && ret == 0; i++)
		ret = cut(&p->v[i], within, &out);
	space_pairs_fini(p);
	*p = out;
	return ret;
}

long space_pairs_find(const struct space_pairs *p, u128 addr, uint16_t port)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct space_pair *v = &p->v[mid];

		if (v->port < port || (v->port == port && v->range.last < addr))
			low = mid + 1;
		else
			high = mid;
	}
	return low < p->count && p->v[low].port == port && p->v[low].range.first <= addr ? (long)low
	                                                                                 : -1;
}

u128 space_pairs_total(const struct space_pairs *p)
{
	u128 sum = 0;

	for (size_t i = 0; i < p->count; i++)
		sum += p->v[i].range.last - p->v[i].range.first + 1;
	return sum;
}

uint64_t space_pairs_digest(const struct space_pairs *p)
{
	uint64_t h = space_mix(0x7061697273, p->count);

	for (size_t i = 0; i < p->count; i++) {
		const struct range *r = &p->v[i].range;

		h = space_mix(space_mix(h, (uint64_t)(r->first >> 64)), (uint64_t)r->first);
		h = space_mix(space_mix(h, (uint64_t)(r->last >> 64)), (uint64_t)r->last);
		h = space_mix(h, p->v[i].port);
	}
	return h;
}

void space_pairs_fini(struct space_pairs *p)
{
	free(p->v);
	*p = (struct space_pairs){0};
}
