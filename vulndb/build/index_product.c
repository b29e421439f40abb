/* SPDX-License-Identifier: Apache-2.0 */
/* index_product.c - sorts the versions of products, and lists the criteria by product. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cve.h"
#include "index.h"
#include "version.h"

enum { COMPS = 8 };

/* How the versions of a group are written. */
struct forms {
	uint32_t comps[COMPS]; /* how many have so many numbers */
	uint32_t zeros[COMPS]; /* how many of these end in a zero */
};

/* A version key that some criterion of a group names. */
struct point {
	uint32_t group, key;
};

struct work {
	struct index *x;
	struct build *b;
	struct map ordinal; /* (group + 1, key) -> index of the version within the group */
	struct vec points;  /* struct point, distinct */
	struct vec forms;   /* struct forms per group */
};

/* Record a version of a group. Returns its key, or 0: no memory. */
static uint32_t note(struct work *w, uint32_t group, uint32_t text)
{
	const char *s = pool_get(&w->b->pool, text);
	struct forms *forms = vec_at(&w->forms, group);
	struct version v;
	uint32_t key, comps;
	bool fresh;

	version_parse(s, strlen(s), &v);
	comps = v.comps < COMPS ? v.comps : COMPS - 1;
	forms->zeros[comps] += v.zeros > 0;
	key = pool_text(&w->b->pool, v.base);
	if (map_put(&w->ordinal, (uint64_t)(group + 1) << 32 | key, &fresh) == NULL)
		return 0;
	if (fresh) {
		struct point *p = vec_push(&w->points);

		if (p == NULL)
			return 0;
		*p = (struct point){group, key};
		forms->comps[comps]++;
	}
	return key;
}

/* Whether a bound is a version: if not, it bounds nothing. */
static bool bounds(const struct work *w, uint32_t text)
{
	const char *s = pool_get(&w->b->pool, text);
	struct version v;

	return version_parse(s, strlen(s), &v);
}

static int note_all(struct work *w)
{
	if (!vec_resize(&w->forms, w->x->groups.count))
		return -ENOMEM;
	for (size_t i = 0; i < w->x->crits.count; i++) {
		struct db_crit *c = vec_at(&w->x->crits, i);

		c->flags |= cve_platform(pool_get(&w->b->pool, c->name)) * DB_C_PLATFORM;
		c->lo = 0;
		c->hi = UINT32_MAX;
		if ((c->flags & DB_C_EXACT) || ((c->flags & DB_C_LO) && bounds(w, c->lo_text)))
			c->lo = note(w, c->group, c->lo_text);
		if ((c->flags & DB_C_HI) && bounds(w, c->hi_text))
			c->hi = note(w, c->group, c->hi_text);
	}
	return w->points.failed || w->ordinal.failed || w->b->pool.failed ? -ENOMEM : 0;
}

static int by_key(const void *p, const void *q, void *pool)
{
	const struct point *a = p, *b = q;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return strcmp(pool_get(pool, a->key), pool_get(pool, b->key));
}

/* How many numbers a whole version has. A product that never writes the last one where it is zero
 * has whole versions with one less: RouterOS 6.42 comes before 6.42.1. */
static uint32_t usual_comps(const struct forms *f)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < COMPS; i++)
		if (f->comps[i] > 0 && f->comps[i] >= f->comps[best])
			best = i;
	if (best > 1 && f->zeros[best] == 0 && f->comps[best - 1] > 0)
		best--;
	return best;
}

static int order_versions(struct work *w)
{
	struct point *p = w->points.data;
	struct db_group *groups = w->x->groups.data;

	if (!vec_resize(&w->x->vers, w->points.count))
		return -ENOMEM;
	if (w->points.count > 0)
		qsort_r(p, w->points.count, sizeof(*p), by_key, &w->b->pool);
	for (uint32_t i = 0; i < w->points.count; i++) {
		struct db_group *g = &groups[p[i].group];

		if (g->vers++ == 0)
			g->ver = i;
		*(struct db_ver *)vec_at(&w->x->vers, i) = (struct db_ver){
			.head = db_ver_head(pool_get(&w->b->pool, p[i].key)), .text = p[i].key};
		*map_get(&w->ordinal, (uint64_t)(p[i].group + 1) << 32 | p[i].key) = i - g->ver;
	}
	for (size_t i = 0; i < w->x->groups.count; i++)
		groups[i].comps = usual_comps(vec_at(&w->forms, i));
	return 0;
}

static uint32_t ordinal(const struct work *w, uint32_t group, uint32_t key)
{
	return 2 * *map_get(&w->ordinal, (uint64_t)(group + 1) << 32 | key) + 1;
}

/* Replace version keys by ordinals, and count the criteria of each group. */
static void set_ordinals(struct work *w)
{
	struct db_group *groups = w->x->groups.data;

	for (size_t i = 0; i < w->x->crits.count; i++) {
		struct db_crit *c = vec_at(&w->x->crits, i);

		if (c->lo != 0)
			c->lo = ordinal(w, c->group, c->lo);
		if (c->flags & DB_C_EXACT)
			c->hi = c->lo;
		else if (c->hi != UINT32_MAX)
			c->hi = ordinal(w, c->group, c->hi);
		if (!(c->flags & DB_C_VULNERABLE))
			continue;
		if (c->flags & DB_C_EXACT)
			groups[c->group].exacts++;
		else
			groups[c->group].ranges++;
	}
}

static int by_ordinal(const void *p, const void *q)
{
	const struct db_exact *a = p, *b = q;

	if (a->ord != b->ord)
		return a->ord < b->ord ? -1 : 1;
	return (a->crit > b->crit) - (a->crit < b->crit);
}

/* The group that all criteria of a node belong to. UINT32_MAX: there are several, or a criterion is
 * not vulnerable. */
static uint32_t node_group(const struct index *x, const struct db_node *n)
{
	uint32_t group = UINT32_MAX;

	for (uint32_t i = 0; i < n->crits; i++) {
		const struct db_crit *c = vec_at(&x->crits, n->crit + i);

		if (!(c->flags & DB_C_VULNERABLE) || (group != UINT32_MAX && group != c->group))
			return UINT32_MAX;
		group = c->group;
	}
	return group;
}

/* Turn AND into OR if all nodes of a configuration name one product by its aliases: a literal AND
 * could never hold. */
static void loosen_aliases(struct index *x)
{
	for (size_t i = 0; i < x->confs.count; i++) {
		struct db_conf *conf = vec_at(&x->confs, i);
		uint32_t group;

		if (conf->op != DB_AND || conf->nodes < 2)
			continue;
		group = node_group(x, vec_at(&x->nodes, conf->node));
		for (uint32_t n = 1; n < conf->nodes && group != UINT32_MAX; n++)
			if (node_group(x, vec_at(&x->nodes, conf->node + n)) != group)
				group = UINT32_MAX;
		if (group != UINT32_MAX)
			conf->op = DB_OR;
	}
}

static bool has_versions(const struct db_crit *first, const struct db_crit *end, uint32_t group)
{
	for (const struct db_crit *c = first; c < end; c++)
		if (c->group == group && (c->flags & (DB_C_EXACT | DB_C_LO | DB_C_HI)))
			return true;
	return false;
}

/* Mark a criterion of version "-" whose CVE also states versions of the same product: then it does
 * not mean every version. */
static void shadow(struct index *x)
{
	struct db_crit *all = x->crits.data, *end;

	if (x->crits.count == 0)
		return;
	end = all + x->crits.count;
	for (struct db_crit *first = all, *next; first < end; first = next) {
		bool na = false;

		for (next = first; next < end && next->cve == first->cve; next++)
			na = na || (next->flags & DB_C_NA);
		if (!na)
			continue;
		for (struct db_crit *c = first; c < next; c++)
			if ((c->flags & DB_C_NA) && has_versions(first, next, c->group))
				c->flags |= DB_C_SHADOWED;
	}
}

static bool has_update(const struct work *w, const struct db_crit *c)
{
	const struct db_qual *q = vec_at(&w->b->quals, c->qual);

	return q->update != 0;
}

/* Mark the exact versions without an update in [@first, @next), the criteria of one CVE, that also
 * stand there with one: the record lists the updates that it means. */
static int mark_bare(const struct work *w, struct db_crit *first, const struct db_crit *next)
{
	struct map updated = {0}; /* group and version of those with an update */
	bool fresh, failed;

	for (const struct db_crit *c = first; c < next; c++)
		if ((c->flags & DB_C_EXACT) && has_update(w, c))
			map_put(&updated, (uint64_t)(c->group + 1) << 32 | c->lo, &fresh);
	for (struct db_crit *c = first; c < next && map_count(&updated) > 0; c++)
		if ((c->flags & DB_C_EXACT) && !has_update(w, c) &&
		    map_get(&updated, (uint64_t)(c->group + 1) << 32 | c->lo) != NULL)
			c->flags |= DB_C_BARE;
	failed = updated.failed;
	map_fini(&updated);
	return failed ? -ENOMEM : 0;
}

static int mark_all_bare(struct work *w)
{
	struct db_crit *all = w->x->crits.data, *end;
	int ret = 0;

	if (w->x->crits.count == 0)
		return 0;
	end = all + w->x->crits.count;
	for (struct db_crit *first = all, *next; first < end && ret == 0; first = next) {
		for (next = first; next < end && next->cve == first->cve; next++)
			;
		ret = mark_bare(w, first, next);
	}
	return ret;
}

/* The enum db_sure bits of a criterion: what it says by itself. 0: its qualifiers or its
 * configuration matter as well. */
static uint32_t sure(const struct index *x, const struct db_crit *c)
{
	const uint32_t uncertain = DB_C_ANY | DB_C_NA | DB_C_ODD | DB_C_QUAL | DB_C_SHADOWED;
	const struct db_node *node = vec_at(&x->nodes, c->node);
	const struct db_conf *conf = vec_at(&x->confs, node->conf);
	bool updates = c->flags & DB_C_BOUND_UPDATE;
	uint32_t out = DB_S_PLAIN;

	if ((c->flags & uncertain) || node->op != DB_OR || node->negate || conf->negate ||
	    (conf->op != DB_OR && conf->nodes > 1))
		return 0;
	if (!(c->flags & DB_C_LO_OPEN) && !updates)
		out |= DB_S_LO;
	if (!(c->flags & DB_C_HI_OPEN) && !updates)
		out |= DB_S_HI;
	if (c->flags & DB_C_HI)
		out |= DB_S_BOUNDED;
	return out;
}

/* The tag of the update that an exact criterion requires, in units of DB_S_UPDATE; 0: none. */
static uint32_t update_tag(const struct work *w, const struct db_crit *c)
{
	const struct db_qual *q = vec_at(&w->b->quals, c->qual);
	struct version none;

	if (q->update != 0)
		return db_update_tag(pool_get(&w->b->pool, q->update)) * DB_S_UPDATE;
	if (!(c->flags & DB_C_BARE))
		return 0;
	version_parse("1", 1, &none);
	return db_update_tag(none.update) * DB_S_UPDATE;
}

static int make_blocks(struct index *x)
{
	const struct db_range *r = x->ranges.data;
	struct db_block *b;

	if (!vec_resize(&x->blocks, (x->ranges.count + DB_BLOCK_RANGES - 1) / DB_BLOCK_RANGES))
		return -ENOMEM;
	b = x->blocks.data;
	for (size_t i = 0; i < x->ranges.count; i++) {
		struct db_block *own = &b[i / DB_BLOCK_RANGES];

		if (i % DB_BLOCK_RANGES == 0 || r[i].lo < own->lo)
			own->lo = r[i].lo;
		if (i % DB_BLOCK_RANGES == 0 || r[i].hi > own->hi)
			own->hi = r[i].hi;
	}
	return 0;
}

static int place_criteria(struct work *w)
{
	struct db_group *g = w->x->groups.data;
	uint32_t exact = 0, range = 0;

	for (size_t i = 0; i < w->x->groups.count; i++) {
		g[i].exact = exact;
		g[i].range = range;
		exact += g[i].exacts;
		range += g[i].ranges;
		g[i].exacts = g[i].ranges = 0;
	}
	if (!vec_resize(&w->x->exacts, exact) || !vec_resize(&w->x->ranges, range))
		return -ENOMEM;
	for (uint32_t i = 0; i < w->x->crits.count; i++) {
		const struct db_crit *c = vec_at(&w->x->crits, i);
		struct db_group *own = &g[c->group];

		if (!(c->flags & DB_C_VULNERABLE))
			continue;
		if (c->flags & DB_C_EXACT)
			*(struct db_exact *)vec_at(&w->x->exacts, own->exact + own->exacts++) =
				(struct db_exact){c->lo, i, c->cve,
			                          sure(w->x, c) | update_tag(w, c)};
		else
			*(struct db_range *)vec_at(&w->x->ranges, own->range + own->ranges++) =
				(struct db_range){c->lo, c->hi, i, c->cve, sure(w->x, c)};
	}
	for (size_t i = 0; i < w->x->groups.count; i++)
		if (g[i].exacts > 1)
			qsort(vec_at(&w->x->exacts, g[i].exact), g[i].exacts,
			      sizeof(struct db_exact), by_ordinal);
	return make_blocks(w->x);
}

int index_products(struct index *x, struct build *b)
{
	struct work w = {
		.x = x,
		.b = b,
		.points.item = sizeof(struct point),
		.forms.item = sizeof(struct forms),
	};
	int ret = note_all(&w);

	if (ret == 0)
		ret = order_versions(&w);
	if (ret == 0) {
		set_ordinals(&w);
		loosen_aliases(x);
		shadow(x);
		ret = mark_all_bare(&w);
	}
	if (ret == 0)
		ret = place_criteria(&w);
	vec_fini(&w.points);
	vec_fini(&w.forms);
	map_fini(&w.ordinal);
	return ret;
}
