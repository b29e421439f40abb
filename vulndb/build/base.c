/* SPDX-License-Identifier: Apache-2.0 */
/* base.c - turns the tables of a file back into the facts that they were made from. */
#include "base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct base {
	struct build *b;
	const struct vulndb *db;
};

static uint32_t text(const struct base *x, uint32_t offset)
{
	return pool_text(&x->b->pool, db_text(x->db, offset));
}

/* Whether the @n records from @first on lie within table @t. */
static bool within(const struct base *x, enum db_table_id t, uint32_t first, uint32_t n)
{
	uint32_t count = x->db->table[t].count;

	return first <= count && n <= count - first;
}

/* ---- CVEs ---- */

static int take_crit(const struct base *x, const struct db_crit *old)
{
	const struct db_qual *q = (const struct db_qual *)x->db->table[DB_QUAL].data + old->qual;
	struct db_qual mine;
	struct db_crit *c;

	if (!within(x, DB_QUAL, old->qual, 1))
		return -EINVAL;
	mine = (struct db_qual){text(x, q->update),    text(x, q->edition),
	                        text(x, q->language),  text(x, q->sw_edition),
	                        text(x, q->target_sw), text(x, q->target_hw)};
	c = vec_push(&x->b->crits);
	if (c == NULL)
		return -ENOMEM;
	/* The index computes groups, ordinals and shadows again. */
	*c = (struct db_crit){
		.name = text(x, old->name),
		.lo_text = text(x, old->lo_text),
		.hi_text = text(x, old->hi_text),
		.qual = build_qual(x->b, &mine),
		.flags = old->flags & ~(uint32_t)DB_C_SHADOWED,
	};
	return 0;
}

static int take_conf(const struct base *x, const struct db_conf *conf)
{
	int ret = within(x, DB_NODE, conf->node, conf->nodes) ? 0 : -EINVAL;

	for (uint32_t n = 0; n < conf->nodes && ret == 0; n++) {
		const struct db_node *node = &db_nodes(x->db)[conf->node + n];

		ret = within(x, DB_CRIT, node->crit, node->crits) ? 0 : -EINVAL;
		for (uint32_t i = 0; i < node->crits && ret == 0; i++)
			ret = take_crit(x, &db_crits(x->db)[node->crit + i]);
		if (ret == 0)
			ret = build_node(x->b, node->op == DB_AND, node->negate);
	}
	return ret == 0 ? build_conf(x->b, conf->op == DB_AND, conf->negate) : ret;
}

static int take_cve(const struct base *x, const struct db_cve *old)
{
	struct build_cve c = {
		.year = old->year,
		.number = old->number,
		.cvss_x10 = old->cvss_x10,
		.cvss_version = old->cvss_version,
		.vector = db_text(x->db, old->vector),
		.modified = old->modified,
		.cwes = db_text(x->db, old->cwes),
		.ssvc = old->ssvc,
	};
	uint32_t *modified;
	bool fresh;
	int ret = within(x, DB_CONF, old->conf, old->confs) ? 0 : -EINVAL;

	for (uint32_t i = 0; i < old->confs && ret == 0; i++)
		ret = take_conf(x, &db_confs(x->db)[old->conf + i]);
	if (ret == 0)
		ret = build_cve(x->b, &c);
	if (ret == 0 && old->kev_date != 0)
		ret = build_kev(x->b, old->year, old->number, old->kev_date,
		                db_text(x->db, old->kev_name));
	if (ret == 0 && old->epss >= 0)
		ret = build_epss(x->b, old->year, old->number, old->epss);
	modified = map_put(&x->b->modified, (uint64_t)old->year << 32 | old->number, &fresh);
	if (modified == NULL)
		return -ENOMEM;
	*modified = old->modified;
	return ret;
}

static int take_cves(const struct base *x)
{
	const struct db_spare *spare = x->db->table[DB_SPARE].data;
	int ret = 0;

	for (uint32_t i = 0; i < x->db->table[DB_CVE].count && ret == 0; i++)
		ret = take_cve(x, &db_cves(x->db)[i]);
	for (uint32_t i = 0; i < x->db->table[DB_SPARE].count && ret == 0; i++)
		ret = build_epss(x->b, spare[i].year, spare[i].number, spare[i].epss);
	return ret;
}

/* ---- packages ---- */

/* The version of a package that has the ordinal @ord, as a text of the pool; 0 if there is none. */
static uint32_t version_text(const struct base *x, const struct db_pkg *pkg, uint32_t ord)
{
	const uint32_t *vers = (const uint32_t *)x->db->table[DB_FIXVER].data + pkg->ver;

	return ord % 2 == 1 && ord / 2 < pkg->vers ? text(x, vers[ord / 2]) : 0;
}

static int take_package(const struct base *x, const struct db_pkg *pkg)
{
	const struct db_fix *f = (const struct db_fix *)x->db->table[DB_FIX].data + pkg->fix;
	struct build_fix fix = {
		.distro = text(x, pkg->distro),
		.release = text(x, pkg->release),
		.package = text(x, pkg->package),
		.present = true,
	};
	int ret = 0;

	if (!within(x, DB_FIX, pkg->fix, pkg->fixes) || !within(x, DB_FIXVER, pkg->ver, pkg->vers))
		return -EINVAL;
	for (uint32_t i = 0; i < pkg->fixes && ret == 0; i++) {
		if (!within(x, DB_CVE, f[i].cve, 1))
			return -EINVAL;
		fix.year = db_cves(x->db)[f[i].cve].year;
		fix.number = db_cves(x->db)[f[i].cve].number;
		fix.introduced = version_text(x, pkg, f[i].lo);
		fix.fixed = text(x, f[i].fixed);
		fix.flags = f[i].flags;
		ret = build_fix(x->b, &fix);
	}
	return ret;
}

static int take_packages(const struct base *x)
{
	const struct db_pkg *pkgs = x->db->table[DB_PKG].data;
	int ret = 0;

	for (uint32_t i = 0; i < x->db->table[DB_PKG].count && ret == 0; i++)
		ret = take_package(x, &pkgs[i]);
	return ret;
}

/* ---- products ---- */

/* Make the names of a group aliases of the one that is met first. */
static int take_names(const struct base *x)
{
	const struct db_name *names = x->db->table[DB_NAME].data;
	uint32_t groups = x->db->table[DB_GROUP].count;
	uint32_t *first = calloc((size_t)groups + 1, sizeof(*first));
	int ret = first != NULL ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < x->db->table[DB_NAME].count && ret == 0; i++) {
		const struct db_group *g = db_groups(x->db) + names[i].group;
		uint32_t name = text(x, names[i].text);

		if (names[i].text == 0 || names[i].group >= groups)
			continue;
		if (first[names[i].group] != 0) {
			struct build_alias *a = vec_push(&x->b->aliases);

			if (a != NULL)
				*a = (struct build_alias){name, first[names[i].group]};
			continue;
		}
		first[names[i].group] = name;
		if (g->packages != 0) {
			struct build_package *p = vec_push(&x->b->packages);

			if (p != NULL)
				*p = (struct build_package){name, text(x, g->packages)};
		}
	}
	free(first);
	return ret != 0 || x->b->aliases.failed || x->b->packages.failed ? -ENOMEM : 0;
}

/* ---- the rest ---- */

static void *copy_of(const struct db_table *t)
{
	char *copy = malloc((size_t)t->count + 1);

	if (copy == NULL)
		return NULL;
	if (t->count > 0)
		memcpy(copy, t->data, t->count);
	copy[t->count] = '\0';
	return copy;
}

static int take_rules(const struct base *x)
{
	const struct db_table *t = x->db->table;

	x->b->rules = copy_of(&t[DB_RULES]);
	x->b->rules_len = t[DB_RULES].count;
	return x->b->rules == NULL ? -ENOMEM : 0;
}

static int take_tables(const struct base *x)
{
	const struct db_table *t = x->db->table;

	x->b->exposures = copy_of(&t[DB_EXPO]);
	x->b->score = copy_of(&t[DB_SCORE]);
	return x->b->exposures == NULL || x->b->score == NULL ? -ENOMEM : 0;
}

int base_read(struct build *b, const char *path, bool rules, struct error *err)
{
	struct base x = {.b = b};
	struct vulndb *db;
	int ret = vulndb_open(path, &db, err);

	if (ret != 0)
		return ret;
	x.db = db;
	ret = take_cves(&x);
	if (ret == 0)
		ret = take_packages(&x);
	if (ret == 0)
		ret = take_names(&x);
	if (ret == 0)
		ret = take_tables(&x);
	if (ret == 0 && rules)
		ret = take_rules(&x);
	b->old_sources = strndup(db->meta->sources, sizeof(db->meta->sources));
	if (ret == 0 && (b->old_sources == NULL || b->pool.failed))
		ret = -ENOMEM;
	vulndb_close(db);
	if (ret != 0)
		error_set(err, ret, "%.300s: %s", path,
		          ret == -EINVAL ? "its tables do not fit together" : strerror(-ret));
	return ret;
}
