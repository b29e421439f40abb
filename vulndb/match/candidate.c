/* SPDX-License-Identifier: Apache-2.0 */
/* candidate.c - gathers the criteria that name a product and may cover its version, in order. */
#include "candidate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct candidate_list *l, size_t more)
{
	struct candidate *data;
	size_t cap = l->cap > 0 ? l->cap : 256;

	if (more <= l->cap - l->count)
		return true;
	while (cap - l->count < more)
		cap *= 2;
	data = realloc(l->data, cap * sizeof(*data));
	if (data == NULL) {
		l->failed = true;
		return false;
	}
	l->data = data;
	l->cap = cap;
	return true;
}

/* Merge the sorted runs [@i, @middle) and [@middle, @end) of @in, and append the result to @out,
 * which must have room. */
static void weave(struct candidate_list *out, const struct candidate *in, size_t i, size_t middle,
                  size_t end)
{
	size_t j = middle;

	while (i < middle || j < end) {
		bool left = j == end || (i < middle && in[i].crit <= in[j].crit);

		out->data[out->count++] = left ? in[i++] : in[j++];
	}
}

/* Merge the sorted runs [@from, @middle) and [@middle, end) of the candidates in place. */
static void merge(struct candidates *m, size_t from, size_t middle)
{
	struct candidate_list *c = &m->all, *out = &m->merged;

	out->count = 0;
	if (middle == c->count || middle == from || !reserve(out, c->count - from))
		return;
	weave(out, c->data, from, middle, c->count);
	memcpy(c->data + from, out->data, out->count * sizeof(*out->data));
}

static size_t run_end(const struct candidate_list *l, size_t i)
{
	for (i++; i < l->count && l->data[i - 1].crit <= l->data[i].crit; i++)
		;
	return i < l->count ? i : l->count;
}

/* Sort the candidates from @from on, which are in order within each version: merge their runs in
 * pairs. */
static void merge_runs(struct candidates *m, size_t from)
{
	struct candidate_list *c = &m->all, *out = &m->merged;

	while (from < c->count && run_end(c, from) < c->count) {
		out->count = 0;
		if (!reserve(out, c->count - from))
			return;
		for (size_t i = from; i < c->count;) {
			size_t middle = run_end(c, i);
			size_t end = middle < c->count ? run_end(c, middle) : middle;

			weave(out, c->data, i, middle, end);
			i = end;
		}
		memcpy(c->data + from, out->data, out->count * sizeof(*out->data));
	}
}

/* Gather the criteria that name exactly the stated version. */
static void gather_exact(struct candidates *m, const struct match_query_product *p)
{
	const struct db_exact *e =
		(const struct db_exact *)m->query->db->table[DB_EXACT].data + p->group->exact;
	struct candidate_list *c = &m->all;
	const uint32_t update = db_update_tag(p->version.update);
	uint32_t lo = 0, hi = p->group->exacts;
	size_t start = c->count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (e[mid].ord < p->lo)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < p->group->exacts && e[lo].ord <= p->hi && reserve(c, 1); lo++) {
		if (!p->half && e[lo].sure >= DB_S_UPDATE && e[lo].sure / DB_S_UPDATE != update)
			continue; /* of another update of this version */
		c->data[c->count++] = (struct candidate){
			.crit = e[lo].crit,
			.cve = e[lo].cve,
			.fit = !(e[lo].sure & DB_S_PLAIN) ? FIT_LOOK
		               : p->lo == p->hi           ? FIT_EXACT
		                                          : FIT_HALF_EXACT,
		};
	}
	if (p->half)
		merge_runs(m, start);
}

/* Judge half a version ("2.4" for every 2.4.x) against a range: it lies inside, or it reaches over
 * an end. If it only touches an end, the criterion must be looked at. */
static uint32_t fit_half(const struct match_query_product *p, const struct db_range *r)
{
	bool bounded = r->sure & DB_S_BOUNDED;

	if (p->lo > r->lo && p->hi < r->hi)
		return bounded ? FIT_BOUNDED : FIT_UNBOUNDED;
	if ((p->lo < r->lo && p->hi > r->lo) || (p->hi > r->hi && p->lo < r->hi))
		return bounded ? FIT_HALF_BOUNDED : FIT_HALF_UNBOUNDED;
	return FIT_LOOK;
}

/* Judge a version that the range reaches. It is surely inside if the criterion stands alone and the
 * update of a bound does not matter; else the criterion must be looked at. */
static uint32_t fit_range(const struct match_query_product *p, const struct db_range *r)
{
	if (!(r->sure & DB_S_PLAIN) || !p->ordered)
		return FIT_LOOK;
	if (p->half)
		return fit_half(p, r);
	if ((p->lo == r->lo && !(r->sure & DB_S_LO)) || (p->lo == r->hi && !(r->sure & DB_S_HI)))
		return FIT_LOOK;
	return r->sure & DB_S_BOUNDED ? FIT_BOUNDED : FIT_UNBOUNDED;
}

/* Append those of the @n ranges of the file from @from on that @p may lie in; @fit is the number of
 * the range. Each range is written, but @out moves on only if the range fits: this avoids a branch
 * that the processor could not predict. Returns the new end. */
static struct candidate *take_ranges(struct candidate *out, const struct candidates *m,
                                     const struct match_query_product *p, uint32_t from, uint32_t n)
{
	const struct db_range *r =
		(const struct db_range *)m->query->db->table[DB_RANGE].data + from;
	uint32_t lo = p->lo, hi = p->hi;

	for (uint32_t i = 0; i < n; i++) {
		*out = (struct candidate){r[i].crit, r[i].cve, from + i};
		out += (r[i].lo <= hi) & (r[i].hi >= lo);
	}
	return out;
}

/* Gather the ranges that @p may lie in. Most blocks of ranges do not reach @p and are skipped
 * whole. */
static void gather_ranges(struct candidates *m, const struct match_query_product *p)
{
	const struct db_block *blocks = m->query->db->table[DB_BLOCK].data;
	const struct db_range *ranges = m->query->db->table[DB_RANGE].data;
	const uint32_t end = p->group->range + p->group->ranges;
	struct candidate_list *c = &m->all;
	struct candidate *first, *out;

	if (!reserve(c, p->group->ranges + 1))
		return;
	first = out = c->data + c->count;
	for (uint32_t at = p->group->range, next; at < end; at = next) {
		const struct db_block *b = &blocks[at / DB_BLOCK_RANGES];

		next = (at / DB_BLOCK_RANGES + 1) * DB_BLOCK_RANGES;
		next = next < end ? next : end;
		if (b->lo <= p->hi && b->hi >= p->lo)
			out = take_ranges(out, m, p, at, next - at);
	}
	for (struct candidate *at = first; at < out; at++)
		at->fit = fit_range(p, &ranges[at->fit]);
	c->count = (size_t)(out - c->data);
}

/*
 * Prefetch what judging the candidates will read. The criteria that must be looked at are scattered
 * over a large table, and each leads on to its node and its configuration. Prefetch all of one
 * kind, then all of the next, so that the cache misses overlap.
 */
static void fetch(const struct candidates *m)
{
	const struct candidate *c = m->all.data, *end = m->all.count > 0 ? c + m->all.count : c;
	const struct db_crit *crits = db_crits(m->query->db);
	const struct db_node *nodes = db_nodes(m->query->db);

	for (const struct candidate *at = c; at < end; at++)
		if (at->fit == FIT_LOOK)
			__builtin_prefetch(&crits[at->crit]);
	for (const struct candidate *at = c; at < end; at++)
		if (at->fit == FIT_LOOK)
			__builtin_prefetch(&nodes[crits[at->crit].node]);
	for (const struct candidate *at = c; at < end; at++)
		if (at->fit == FIT_LOOK)
			__builtin_prefetch(
				&db_confs(m->query->db)[nodes[crits[at->crit].node].conf]);
}

int candidates_gather(struct candidates *m, const struct match_query *q)
{
	m->query = q;
	m->all.count = 0;
	m->all.failed = m->merged.failed = false;
	for (size_t i = 0; i < m->query->products; i++) {
		const struct match_query_product *p = &m->query->product[i];
		size_t start = m->all.count, middle;

		/* Without a version, nothing can be said of any CVE. */
		if (!p->has_version)
			continue;
		gather_exact(m, p);
		middle = m->all.count;
		gather_ranges(m, p);
		merge(m, start, middle);
		merge(m, 0, start);
	}
	if (m->all.failed || m->merged.failed)
		return -ENOMEM;
	fetch(m);
	return 0;
}

void candidates_fini(struct candidates *m)
{
	free(m->all.data);
	free(m->merged.data);
}
