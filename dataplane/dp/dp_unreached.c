/* SPDX-License-Identifier: Apache-2.0 */
/* dp_unreached.c - lists the targets that have no next hop and are therefore not probed. */
#include "dp_private.h"

/* Where the ranges go; the last one is kept back, because the next one may continue it. */
struct list {
	dp_unreached_each each;
	void *arg;
	bool open;
	struct range last;
	int ret;
};

static void hand_over(struct list *l)
{
	struct dp_addr_range r = {range_to_addr(l->last.first), range_to_addr(l->last.last)};

	if (l->open && l->ret == 0)
		l->ret = l->each(l->arg, &r);
	l->open = false;
}

static void add(struct list *l, u128 first, u128 last)
{
	if (l->open && l->last.last + 1 == first) {
		l->last.last = last;
		return;
	}
	hand_over(l);
	l->last = (struct range){first, last};
	l->open = true;
}

static void add_silent(struct list *l, const struct neigh *neigh, const struct hop_range *r)
{
	for (u128 a = r->first; a <= r->last && l->ret == 0; a++) {
		struct dp_addr addr = range_to_addr(a);

		if (neigh_lookup(neigh, addr.b) == NULL)
			add(l, a, a);
	}
}

int dp_each_unreached(const struct dp *dp, dp_unreached_each each, void *arg)
{
	const struct hops *h = &dp->way.hops;
	struct list l = {.each = each, .arg = arg};

	for (size_t i = 0; dp->worker != NULL && i < h->count && l.ret == 0; i++) {
		const struct hop_range *r = &h->range[i];
		uint8_t kind = h->hop[r->hop].kind;

		if (kind == HOP_NONE)
			add(&l, r->first, r->last);
		else if (kind == HOP_DIRECT)
			add_silent(&l, &dp->way.neigh, r);
	}
	hand_over(&l);
	return l.ret;
}
