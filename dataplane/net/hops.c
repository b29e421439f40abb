/* SPDX-License-Identifier: Apache-2.0 */
/* hops.c - builds the table of next hops. */
#include "hops.h"

#include <errno.h>
#include <stdlib.h>

#include "dp_addr.h"

static bool is_same(const struct hop *a, const struct hop *b)
{
	return a->kind == b->kind && a->source == b->source && a->v6 == b->v6 &&
	       dp_addr_compare(&a->gateway, &b->gateway) == 0;
}

int hops_add(struct hops *h, const struct hop *like)
{
	for (unsigned i = 0; i < h->hop_count; i++)
		if (is_same(&h->hop[i], like))
			return (int)i;
	if (h->hop_count == HOPS_MAX)
		return -1;
	h->hop[h->hop_count] = *like;
	return (int)h->hop_count++;
}

int hops_append(struct hops *h, const struct range *r, unsigned hop)
{
	struct hop_range *last = h->count > 0 ? &h->range[h->count - 1] : NULL;

	if (last != NULL && last->hop == hop && last->last + 1 == r->first) {
		last->last = r->last;
		return 0;
	}
	if (h->count == h->room) {
		size_t room = h->room > 0 ? 2 * h->room : 16;
		void *more = realloc(h->range, room * sizeof(h->range[0]));

		if (more == NULL)
			return -ENOMEM;
		h->range = more;
		h->room = room;
	}
	h->range[h->count++] = (struct hop_range){r->first, r->last, (uint16_t)hop};
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct hop_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

void hops_sort(struct hops *h)
{
	if (h->count > 0)
		qsort(h->range, h->count, sizeof(h->range[0]), by_address);
}

bool hops_is_one_gateway(const struct hops *h, bool v6, unsigned *hop)
{
	bool found = false;

	for (size_t i = 0; i < h->count; i++) {
		const struct hop *one = &h->hop[h->range[i].hop];

		if (one->v6 != v6)
			continue;
		if (one->kind != HOP_GATEWAY || (found && *hop != h->range[i].hop))
			return false;
		*hop = h->range[i].hop;
		found = true;
	}
	return found;
}

void hops_fini(struct hops *h)
{
	free(h->range);
	*h = (struct hops){.range = NULL};
}
