/* SPDX-License-Identifier: Apache-2.0 */
/* query_sort.c - finds the first results of a query in another order than that of the store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "query_plan.h"

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

/* ---- by the index ---------------------------------------------------------------------------- */

struct scan {
	struct sorter *sorter;
	struct query_plan plan;
	uint32_t *score; /* by profile; of QUERY_BY_SCORE */
	int error;
};

/* Whether the service at @row matches, as its record says. */
static bool verify(struct scan *c, const struct key *k)
{
	const struct record *r;
	struct store_host h;
	bool fits;

	c->error = store_view_host(c->plan.view, &k->addr, &h);
	if (c->error != 0)
		return false;
	r = service_of(&h, k);
	fits = r != NULL && query_match(c->sorter->q, &h, r);
	store_host_fini(&h);
	return fits;
}

static int64_t rank_of_row(struct scan *c, uint32_t row, uint32_t profile)
{
	switch (c->sorter->sort->order) {
	case QUERY_BY_SCORE:
		return -(int64_t)c->score[profile];
	case QUERY_BY_LAST_SEEN:
		return -query_plan_time(&c->plan, STORE_COL_LAST_SEEN, row);
	case QUERY_BY_PORT:
		return query_plan_port(&c->plan, row);
	default:
		return 0;
	}
}

static bool scan_row(void *arg, uint32_t row, bool sure)
{
	struct scan *c = arg;
	const struct sorter *s = c->sorter;
	uint32_t profile = query_plan_u32(&c->plan, STORE_COL_SERVICE, row);
	struct store_row at;
	struct key k;

	if (profile >= store_view_profiles(c->plan.view, STORE_DIM_SERVICE))
		return true;
	k.rank = rank_of_row(c, row, profile);
	if (s->sort->limit > 0 && s->count == s->sort->limit && k.rank > s->keys[0].rank)
		return true;
	query_plan_place(&c->plan, row, &at);
	k.addr = at.addr;
	k.port = at.port;
	k.transport = at.transport;
	if (!sure && !verify(c, &k))
		return c->error == 0;
	return keep(c->sorter, &k);
}

/* Finds the keys by the index. -ENOENT: there is none, or records are the shorter way. */
static int scan_rows(struct scan *c, struct store_view *v)
{
	int ret = query_plan_init(&c->plan, v, c->sorter->q);

	if (ret == 0)
		ret = query_plan_run(&c->plan);
	if (ret == 0 && (c->plan.may_count - c->plan.sure_count) * 4 > c->plan.rows)
		ret = -ENOENT;
	if (ret == 0)
		ret = query_plan_places(&c->plan);
	if (ret == 0 && c->sorter->sort->order == QUERY_BY_SCORE)
		ret = query_plan_numbers(&c->plan, "score", &c->score);
	if (ret == 0)
		query_plan_each(&c->plan, scan_row, c);
	free(c->score);
	query_plan_fini(&c->plan);
	return ret != 0 ? ret : c->error;
}

static int find_by_index(struct sorter *s, struct store *store)
{
	struct scan c = {.sorter = s};
	struct store_view *v;
	int ret = s->sort->hosts ? -ENOENT : store_view_open(store, &v);

	if (ret != 0)
		return ret;
	ret = scan_rows(&c, v);
	store_view_close(v);
	return ret;
}

static int find_by_records(struct sorter *s, struct store *store)
{
	struct query_page page = {0};

	return s->sort->hosts ? query_hosts(store, s->q, &page, add_host, s)
	                      : query_services(store, s->q, &page, add_services, s);
}

int query_sorted(struct store *store, const struct query *q, const struct query_sort *sort,
                 bool (*each)(void *arg, const struct store_host *h, const struct record *r),
                 void *arg)
{
	struct sorter s = {.q = q, .sort = sort, .each = each, .arg = arg};
	int ret = find_by_index(&s, store);

	if (ret == -ENOENT)
		ret = find_by_records(&s, store);
	if (ret == 0 && s.failed)
		ret = -ENOMEM;
	if (s.count > 1)
		qsort(s.keys, s.count, sizeof(*s.keys), compare);
	for (size_t i = 0; i < s.count && ret == 0; i++)
		ret = give(&s, store, &s.keys[i]);
	free(s.keys);
	return ret == 1 ? 0 : ret;
}
