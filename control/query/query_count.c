/* SPDX-License-Identifier: Apache-2.0 */
/* query_count.c - counts what matches, and what values it has, by the index where that is enough. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field_column.h"
#include "query_plan.h"

/* ---- hosts ----------------------------------------------------------------------------------- */

/* The hosts of the rows that surely match: a byte each, 1 if it has one. */
struct hosts {
	struct query_plan *plan;
	uint8_t *has;
	uint32_t size;
	uint64_t count;
};

static bool add_host(void *arg, uint32_t row, bool sure)
{
	struct hosts *h = arg;
	uint32_t host = query_plan_u32(h->plan, STORE_COL_HOST, row);

	if (sure && host < h->size && h->has[host] == 0) {
		h->has[host] = 1;
		h->count++;
	}
	return true;
}

static int count_hosts(struct query_plan *p, uint64_t *out)
{
	struct hosts h = {.plan = p, .size = store_view_hosts(p->view)};

	h.has = calloc(h.size + 1ul, 1);
	if (h.has == NULL)
		return -ENOMEM;
	query_plan_each(p, add_host, &h);
	free(h.has);
	*out = h.count;
	return 0;
}

/* ---- services -------------------------------------------------------------------------------- */

/* The sum over the profiles that match: no row is looked at. */
static int count_profiles(struct query_plan *p, uint64_t *out)
{
	uint32_t *counts = query_plan_column(p->view, STORE_COL_SERVICE_COUNT, p->root->size);

	if (counts == NULL)
		return -ENOMEM;
	*out = 0;
	for (uint32_t i = 1; i < p->root->size; i++)
		if (p->root->table[i] == PLAN_YES)
			*out += counts[i];
	free(counts);
	return 0;
}

/* -ENOTSUP: the records have to decide. */
static int count_plan(struct query_plan *p, bool hosts, uint64_t *out)
{
	int ret;

	if (!p->root->is_exact)
		return -ENOTSUP;
	if (!hosts && query_plan_is_table(p))
		return count_profiles(p, out);
	ret = query_plan_run(p);
	if (ret == 0 && hosts)
		return count_hosts(p, out);
	*out = p->sure_count;
	return ret;
}

static int count_view(struct store *s, const struct query *q, bool hosts, uint64_t *out)
{
	struct store_view *v;
	struct query_plan p;
	int ret = store_view_open(s, &v);

	if (ret != 0)
		return ret;
	ret = query_plan_init(&p, v, q);
	if (ret == -ENOENT)
		ret = -ENOTSUP;
	if (ret == 0)
		ret = count_plan(&p, hosts, out);
	query_plan_fini(&p);
	store_view_close(v);
	return ret;
}

static bool count_service(void *arg, const struct store_host *h, const struct record *r)
{
	(void)h;
	(void)r;
	++*(uint64_t *)arg;
	return true;
}

static bool count_host(void *arg, const struct store_host *h)
{
	(void)h;
	++*(uint64_t *)arg;
	return true;
}

int query_count(struct store *s, const struct query *q, bool hosts, uint64_t *out)
{
	struct query_page page = {0};
	uint64_t n = 0;
	int ret = count_view(s, q, hosts, &n);

	if (ret == -ENOTSUP) {
		n = 0;
		ret = hosts ? query_hosts(s, q, &page, count_host, &n)
		            : query_services(s, q, &page, count_service, &n);
	}
	if (ret == 0)
		*out = n;
	return ret;
}

/* ---- facets ---------------------------------------------------------------------------------- */

/* How many of the rows that match have each profile of a dimension. */
struct tally {
	struct query_plan *plan;
	unsigned column;
	uint32_t *counts, size;
};

static bool tally_row(void *arg, uint32_t row, bool sure)
{
	struct tally *t = arg;
	uint32_t profile = query_plan_u32(t->plan, t->column, row);

	if (sure && profile < t->size)
		t->counts[profile]++;
	return true;
}

static uint32_t *tally(struct query_plan *p, unsigned dim)
{
	struct tally t = {.plan = p,
	                  .column = STORE_COL_SERVICE + dim,
	                  .size = store_view_profiles(p->view, dim)};

	if (dim == STORE_DIM_SERVICE && query_plan_is_table(p)) {
		t.counts = query_plan_column(p->view, STORE_COL_SERVICE_COUNT, t.size);
		for (uint32_t i = 0; t.counts != NULL && i < t.size; i++)
			if (p->root->table[i] != PLAN_YES)
				t.counts[i] = 0;
		return t.counts;
	}
	t.counts = calloc(t.size + 1ul, sizeof(*t.counts));
	if (t.counts != NULL)
		query_plan_each(p, tally_row, &t);
	return t.counts;
}

struct values {
	const struct query_facets *facets;
	size_t facet;
	uint64_t *counts;
	uint32_t size;
};

static void give_value(void *arg, uint32_t value, const void *data, size_t len)
{
	const struct values *v = arg;

	if (value < v->size && v->counts[value] > 0)
		v->facets->each(v->facets->arg, v->facet, data, len, v->counts[value]);
}

/* Gives the values of one facet; @counts: by profile of its dimension. */
static int give_facet(struct query_plan *p, const struct query_facets *f, size_t facet,
                      const uint32_t *counts)
{
	unsigned column = (unsigned)field_column(f->fields[facet]);
	uint32_t profiles = store_view_profiles(p->view, field_indexer()->dim(column));
	struct values v = {.facets = f, .facet = facet, .size = store_view_values(p->view, column)};
	uint32_t *values = query_plan_column(p->view, STORE_COL_FIELD + column, profiles);
	int ret = -ENOMEM;

	v.counts = calloc(v.size + 1ul, sizeof(*v.counts));
	if (values != NULL && v.counts != NULL) {
		for (uint32_t i = 1; i < profiles; i++)
			if (values[i] != 0 && values[i] < v.size)
				v.counts[values[i]] += counts[i];
		ret = store_view_each_value(p->view, column, give_value, &v);
	}
	free(values);
	free(v.counts);
	return ret;
}

static int give_facets(struct query_plan *p, const struct query_facets *f)
{
	uint32_t *counts[STORE_DIMS] = {NULL};
	int ret = 0;

	for (size_t i = 0; i < f->n && ret == 0; i++) {
		unsigned dim = field_indexer()->dim((unsigned)field_column(f->fields[i]));

		if (counts[dim] == NULL)
			counts[dim] = tally(p, dim);
		ret = counts[dim] == NULL ? -ENOMEM : give_facet(p, f, i, counts[dim]);
	}
	for (unsigned d = 0; d < STORE_DIMS; d++)
		free(counts[d]);
	return ret;
}

static int ask_plan(struct query_plan *p, const struct query_facets *f, struct query_totals *totals)
{
	int ret = p->root->is_exact ? query_plan_run(p) : -ENOTSUP;

	if (ret == 0)
		ret = count_hosts(p, &totals->hosts);
	totals->services = p->sure_count;
	return ret != 0 ? ret : give_facets(p, f);
}

int query_facets(struct store *s, const struct query *q, const struct query_facets *f,
                 struct query_totals *totals)
{
	struct store_view *v;
	struct query_plan p;
	int ret;

	for (size_t i = 0; i < f->n; i++)
		if (field_column(f->fields[i]) < 0)
			return -ENOTSUP;
	ret = store_view_open(s, &v);
	if (ret != 0)
		return ret;
	ret = query_plan_init(&p, v, q);
	if (ret == -ENOENT)
		ret = -ENOTSUP;
	if (ret == 0)
		ret = ask_plan(&p, f, totals);
	query_plan_fini(&p);
	store_view_close(v);
	return ret;
}
