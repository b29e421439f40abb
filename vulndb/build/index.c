/* SPDX-License-Identifier: Apache-2.0 */
/* index.c - sorts the CVE records by their ids and merges what feeds say of one CVE. */
#include "cvss.h"
#include "index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void index_init(struct index *x)
{
	*x = (struct index){
		.cves.item = sizeof(struct db_cve),
		.confs.item = sizeof(struct db_conf),
		.nodes.item = sizeof(struct db_node),
		.crits.item = sizeof(struct db_crit),
		.names.item = sizeof(struct db_name),
		.groups.item = sizeof(struct db_group),
		.vers.item = sizeof(struct db_ver),
		.exacts.item = sizeof(struct db_exact),
		.ranges.item = sizeof(struct db_range),
		.blocks.item = sizeof(struct db_block),
		.pkgs.item = sizeof(struct db_pkg),
		.families.item = sizeof(struct db_family),
		.famcves.item = sizeof(uint32_t),
		.fixes.item = sizeof(struct db_fix),
		.fixvers.item = sizeof(uint32_t),
		.spares.item = sizeof(struct db_spare),
	};
}

void index_fini(struct index *x)
{
	struct vec *all[] = {&x->cves,    &x->confs,  &x->nodes,   &x->crits,
	                     &x->names,   &x->groups, &x->vers,    &x->exacts,
	                     &x->ranges,  &x->blocks, &x->pkgs,    &x->families,
	                     &x->famcves, &x->fixes,  &x->fixvers, &x->spares};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		vec_fini(all[i]);
	map_fini(&x->cve_index);
}

struct order {
	uint32_t year, number, index;
	uint32_t modified;
};

static int by_id(const void *p, const void *q)
{
	const struct order *a = p, *b = q;

	if (a->year != b->year)
		return a->year < b->year ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->modified != b->modified)
		return a->modified < b->modified ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* Add a bare record for a CVE that KEV or a distribution names. It is used if no feed has a full
 * record. */
static int add_bare(struct vec *order, uint32_t year, uint32_t number)
{
	struct order *o = vec_push(order);

	if (o == NULL)
		return -ENOMEM;
	*o = (struct order){year, number, UINT32_MAX, UINT32_MAX};
	return 0;
}

static int collect(struct vec *order, const struct build *b)
{
	int ret = 0;

	for (size_t i = 0; i < b->cves.count; i++) {
		const struct db_cve *c = vec_at(&b->cves, i);
		struct order *o = vec_push(order);

		if (o == NULL)
			return -ENOMEM;
		*o = (struct order){c->year, c->number, (uint32_t)i, c->modified};
	}
	for (size_t i = 0; i < b->kevs.count && ret == 0; i++) {
		const struct build_kev *k = vec_at(&b->kevs, i);

		ret = add_bare(order, k->year, k->number);
	}
	for (size_t i = 0; i < b->fixes.count && ret == 0; i++) {
		const struct build_fix *f = vec_at(&b->fixes, i);

		ret = add_bare(order, f->year, f->number);
	}
	return ret;
}

static int copy_node(struct index *x, const struct build *b, uint32_t from, uint32_t conf)
{
	const struct db_node *old = vec_at(&b->nodes, from);
	uint32_t node = (uint32_t)x->nodes.count, first = (uint32_t)x->crits.count;
	struct db_node *n = vec_push(&x->nodes);

	if (n == NULL || !vec_resize(&x->crits, first + (size_t)old->crits))
		return -ENOMEM;
	*n = *old;
	n->conf = conf;
	n->crit = first;
	memcpy(vec_at(&x->crits, first), vec_at(&b->crits, old->crit),
	       old->crits * sizeof(struct db_crit));
	for (uint32_t i = first; i < first + old->crits; i++) {
		struct db_crit *c = vec_at(&x->crits, i);

		c->node = node;
		c->cve = (uint32_t)x->cves.count - 1;
	}
	return 0;
}

static int copy_conf(struct index *x, const struct build *b, uint32_t from)
{
	const struct db_conf *old = vec_at(&b->confs, from);
	uint32_t conf = (uint32_t)x->confs.count;
	struct db_conf *c = vec_push(&x->confs);

	if (c == NULL)
		return -ENOMEM;
	*c = *old;
	c->cve = (uint32_t)x->cves.count - 1;
	c->node = (uint32_t)x->nodes.count;
	for (uint32_t i = 0; i < old->nodes; i++)
		if (copy_node(x, b, old->node + i, conf) != 0)
			return -ENOMEM;
	return 0;
}

static int copy_cve(struct index *x, const struct build *b, const struct order *o)
{
	struct db_cve *c = vec_push(&x->cves);
	uint32_t *slot, old, confs;
	bool fresh;

	if (c == NULL)
		return -ENOMEM;
	slot = map_put(&x->cve_index, (uint64_t)o->year << 32 | o->number, &fresh);
	if (slot == NULL)
		return -ENOMEM;
	*slot = (uint32_t)x->cves.count;
	if (o->index == UINT32_MAX) {
		*c = (struct db_cve){.year = o->year,
		                     .number = o->number,
		                     .epss = -1,
		                     .conf = (uint32_t)x->confs.count};
		return 0;
	}
	*c = *(const struct db_cve *)vec_at(&b->cves, o->index);
	old = c->conf;
	confs = c->confs;
	c->conf = (uint32_t)x->confs.count;
	for (uint32_t i = 0; i < confs; i++)
		if (copy_conf(x, b, old + i) != 0)
			return -ENOMEM;
	return 0;
}

static struct db_cve *find_cve(const struct index *x, uint32_t year, uint32_t number)
{
	uint32_t *at = map_get(&x->cve_index, (uint64_t)year << 32 | number);

	return at != NULL ? vec_at(&x->cves, *at - 1) : NULL;
}

/* Keep the probability of a CVE that nothing else names yet: a later feed may name it. The last one
 * counts. */
static void keep_spare(struct index *x, struct map *at, const struct build_epss *e)
{
	bool fresh;
	uint32_t *slot = map_put(at, (uint64_t)e->year << 32 | e->number, &fresh);
	struct db_spare *s;

	if (slot == NULL)
		return;
	s = fresh ? vec_push(&x->spares) : vec_at(&x->spares, *slot);
	if (s == NULL)
		return;
	if (fresh)
		*slot = (uint32_t)(x->spares.count - 1);
	*s = (struct db_spare){e->year, e->number, e->epss};
}

/* The newest first. */
static const uint8_t cvss_versions[] = {40, 31, 30, 20};

/* Score the CVEs that came without a score by the vectors of one CVSS version that feeds of packages
 * give. */
static void score(struct index *x, const struct build *b, uint8_t wanted)
{
	for (size_t i = 0; i < b->vectors.count; i++) {
		const struct build_vector *v = vec_at(&b->vectors, i);
		struct db_cve *c = find_cve(x, v->year, v->number);
		uint8_t x10, version;

		if (c == NULL || c->cvss_version != 0 ||
		    !cvss_base(pool_get(&b->pool, v->vector), &x10, &version) || version != wanted)
			continue;
		c->cvss_x10 = x10;
		c->cvss_version = version;
		c->vector = v->vector;
		c->severity = build_severity(x10, version);
	}
}

static int join(struct index *x, const struct build *b)
{
	struct map spare = {0};

	for (size_t i = 0; i < sizeof(cvss_versions); i++)
		score(x, b, cvss_versions[i]);
	for (size_t i = 0; i < b->kevs.count; i++) {
		const struct build_kev *k = vec_at(&b->kevs, i);
		struct db_cve *c = find_cve(x, k->year, k->number);

		c->kev_date = k->date;
		c->kev_name = k->name != 0 ? k->name : c->kev_name;
	}
	for (size_t i = 0; i < b->epss.count; i++) {
		const struct build_epss *e = vec_at(&b->epss, i);
		struct db_cve *c = find_cve(x, e->year, e->number);

		if (c != NULL)
			c->epss = e->epss;
		else
			keep_spare(x, &spare, e);
	}
	map_fini(&spare);
	for (size_t i = 0; i < x->cves.count; i++) {
		struct db_cve *c = vec_at(&x->cves, i);

		c->flags = (c->kev_date != 0 ? DB_CVE_KEV : 0) | (c->epss >= 0 ? DB_CVE_EPSS : 0);
		x->kev += c->kev_date != 0;
		x->epss += c->epss >= 0;
	}
	return x->spares.failed || spare.failed ? -ENOMEM : 0;
}

static bool same_id(const struct order *a, const struct order *b)
{
	return a->year == b->year && a->number == b->number;
}

/* Choose the record of a CVE among [@first, @last]: the last full one, behind which the bare ones
 * sort. If that one is a rejection, a bare one replaces it; NULL: there is none, so the CVE is left
 * out. */
static const struct order *winner(const struct build *b, const struct order *first,
                                  const struct order *last)
{
	const struct order *o = last;
	const struct db_cve *c;

	while (o > first && o->index == UINT32_MAX)
		o--;
	if (o->index == UINT32_MAX)
		return o;
	c = vec_at(&b->cves, o->index);
	if ((c->flags & DB_CVE_REJECTED) == 0)
		return o;
	return last->index == UINT32_MAX ? last : NULL;
}

int index_cves(struct index *x, struct build *b)
{
	struct vec order = {.item = sizeof(struct order)};
	int ret = collect(&order, b);

	if (ret == 0 && order.count > 0)
		qsort(order.data, order.count, sizeof(struct order), by_id);
	for (size_t i = 0, next; i < order.count && ret == 0; i = next) {
		const struct order *o = vec_at(&order, i);

		for (next = i + 1; next < order.count && same_id(o, vec_at(&order, next));)
			next++;
		o = winner(b, o, vec_at(&order, next - 1));
		if (o != NULL)
			ret = copy_cve(x, b, o);
	}
	vec_fini(&order);
	vec_fini(&b->cves);
	vec_fini(&b->confs);
	vec_fini(&b->nodes);
	vec_fini(&b->crits);
	b->open_conf = b->open_node = b->open_crit = 0;
	return ret == 0 ? join(x, b) : ret;
}
