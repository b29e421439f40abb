/* SPDX-License-Identifier: Apache-2.0 */
/* query_sort.c - finds the first results of a query in another order than that of the store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"

struct key {
	int64_t rank; /* the lowest comes first; equal ranks by address, transport and port */
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;
};

struct sorter {
	const struct query *q;
	const struct query_sort *sort;
	struct key *keys; /* with a limit: a heap whose root is the last of the order */
	size_t count, cap;
	bool failed;
	bool (*each)(void *arg, const struct store_host *h, const struct record *r);
	void *arg;
};

static int compare(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order = x->rank < y->rank ? -1 : x->rank > y->rank;

	if (order == 0)
		order = dp_addr_compare(&x->addr, &y->addr);
	if (order == 0)
		order = (int)x->transport - (int)y->transport;
	return order != 0 ? order : (int)x->port - (int)y->port;
}

static void swap(struct key *a, struct key *b)
{
	struct key was = *a;

	*a = *b;
	*b = was;
}

static void sift_up(struct key *heap, size_t i)
{
	for (; i > 0 && compare(&heap[i], &heap[(i - 1) / 2]) > 0; i = (i - 1) / 2)
		swap(&heap[i], &heap[(i - 1) / 2]);
}

static void sift_down(struct key *heap, size_t n)
{
	size_t i = 0, last;

	for (;; i = last) {
		last = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
			if (compare(&heap[child], &heap[last]) > 0)
				last = child;
		if (last == i)
			return;
		swap(&heap[i], &heap[last]);
	}
}

static bool grow(struct sorter *s)
{
	size_t cap = s->cap * 2 + 64;
	struct key *more = realloc(s->keys, cap * sizeof(*more));

	if (more == NULL)
		return false;
	s->keys = more;
	s->cap = cap;
	return true;
}

/* Keeps @k if it is among the first of the order so far. */
static bool keep(struct sorter *s, const struct key *k)
{
	if (s->sort->limit > 0 && s->count == s->sort->limit) {
		if (compare(k, &s->keys[0]) < 0) {
			s->keys[0] = *k;
			sift_down(s->keys, s->count);
		}
		return true;
	}
	if (s->count == s->cap && !grow(s)) {
		s->failed = true;
		return false;
	}
	s->keys[s->count++] = *k;
	sift_up(s->keys, s->count - 1);
	return true;
}

static int64_t rank_of(uint8_t order, const struct vd_score *score, int64_t last_seen_us,
                       uint16_t port)
{
	switch (order) {
	case QUERY_BY_SCORE:
		return -(int64_t)score->value;
	case QUERY_BY_LAST_SEEN:
		return -last_seen_us;
	case QUERY_BY_PORT:
		return port;
	default:
		return 0;
	}
}

static bool add_services(void *arg, const struct store_host *h, const struct record *r)
{
	struct sorter *s = arg;
	struct key k = {.addr = h->addr, .port = r->port, .transport = r->transport};

	k.rank = rank_of(s->sort->order, &r->score, r->last_seen_us, r->port);
	return keep(s, &k);
}

static bool add_host(void *arg, const struct store_host *h)
{
	struct sorter *s = arg;
	struct key k = {.addr = h->addr};

	k.rank = rank_of(s->sort->order, &h->score, h->last_seen_us, 0);
	return keep(s, &k);
}

static const struct record *service_of(const struct store_host *h, const struct key *k)
{
	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->port == k->port && h->services[i]->transport == k->transport)
			return h->services[i];
	return NULL;
}

/* Hands one result on. Returns 1 if the caller wants no more. */
static int give(struct sorter *s, struct store *store, const struct key *k)
{
	const struct record *r = NULL;
	struct store_host h;
	int ret = store_host_get(store, &k->addr, &h);

	if (ret == -ENOENT)
		return 0;
	if (ret < 0)
		return ret;
	if (!s->sort->hosts)
		r = service_of(&h, k);
	if (s->sort->hosts || (r != NULL && query_match(s->q, &h, r)))
		ret = s->each(s->arg, &h, r) ? 0 : 1;
	store_host_fini(&h);
	return ret;
}

int query_sorted(struct store *store, const struct query *q, const struct query_sort *sort,
                 bool (*each)(void *arg, const struct store_host *h, const struct record *r),
                 void *arg)
{
	struct sorter s = {.q = q, .sort = sort, .each = each, .arg = arg};
	struct query_page page = {0};
	int ret = sort->hosts ? query_hosts(store, q, &page, add_host, &s)
	                      : query_services(store, q, &page, add_services, &s);

	if (ret == 0 && s.failed)
		ret = -ENOMEM;
	if (s.count > 1)
		qsort(s.keys, s.count, sizeof(*s.keys), compare);
	for (size_t i = 0; i < s.count && ret == 0; i++)
		ret = give(&s, store, &s.keys[i]);
	free(s.keys);
	return ret == 1 ? 0 : ret;
}
