/* SPDX-License-Identifier: Apache-2.0 */
/* build.c - collects the facts of all feeds as they arrive. */
#include "build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "cpe.h"
#include "cvss.h"
#include "version.h"

struct qual_entry {
	struct db_qual qual;
	uint32_t index;
};

int build_init(struct build *b)
{
	*b = (struct build){
		.cves.item = sizeof(struct db_cve),
		.confs.item = sizeof(struct db_conf),
		.nodes.item = sizeof(struct db_node),
		.crits.item = sizeof(struct db_crit),
		.quals.item = sizeof(struct db_qual),
		.kevs.item = sizeof(struct build_kev),
		.epss.item = sizeof(struct build_epss),
		.fixes.item = sizeof(struct build_fix),
		.vectors.item = sizeof(struct build_vector),
		.renames.item = sizeof(struct build_rename),
		.aliases.item = sizeof(struct build_alias),
		.packages.item = sizeof(struct build_package),
		.sources.item = sizeof(struct build_source),
		.whole.item = sizeof(uint64_t),
	};
	hash_table_init(&b->qual_index, sizeof(struct db_qual), sizeof(struct qual_entry));
	if (!pool_init(&b->pool))
		return -ENOMEM;
	/* Qualifier 0 restricts nothing. */
	return vec_push(&b->quals) != NULL ? 0 : -ENOMEM;
}

void build_fini(struct build *b)
{
	struct vec *all[] = {&b->vectors,  &b->cves,    &b->confs, &b->nodes,  &b->crits,
	                     &b->quals,    &b->kevs,    &b->epss,  &b->fixes,  &b->aliases,
	                     &b->packages, &b->sources, &b->whole, &b->renames};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		vec_fini(all[i]);
	hash_table_fini(&b->qual_index);
	map_fini(&b->modified);
	pool_fini(&b->pool);
	free(b->exposures);
	free(b->score);
	free(b->rules);
	free(b->old_sources);
	b->exposures = b->score = NULL;
	b->rules = NULL;
	b->old_sources = NULL;
}

uint32_t build_date(const char *text, size_t len)
{
	struct calendar_date d;

	return calendar_read(text, len, &d) ? (d.year * 100 + d.month) * 100 + d.day : 0;
}

uint32_t build_time(const char *text, size_t len)
{
	struct calendar_date d;
	uint32_t part[3] = {0};

	if (!calendar_read(text, len, &d) || d.year < 1970)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		const char *p = text + 11 + i * 3;

		if (len < 13 + i * 3 || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
			break;
		part[i] = (uint32_t)(p[0] - '0') * 10 + (uint32_t)(p[1] - '0');
	}
	return (uint32_t)calendar_days(&d) * 86400 + part[0] * 3600 + part[1] * 60 + part[2];
}

uint8_t build_severity(uint8_t cvss_x10, uint8_t cvss_version)
{
	if (cvss_version == 0 || cvss_x10 == 0)
		return VD_SEV_NONE;
	if (cvss_x10 >= 90 && cvss_version != 20)
		return VD_SEV_CRITICAL;
	if (cvss_x10 >= 70)
		return VD_SEV_HIGH;
	return cvss_x10 >= 40 ? VD_SEV_MEDIUM : VD_SEV_LOW;
}

uint32_t build_text(struct build *b, const char *text)
{
	char clean[256];
	size_t n = 0;

	for (; text[n] != '\0' && n < sizeof(clean) - 1; n++)
		clean[n] = text[n] >= ' ' && text[n] <= '~' ? text[n] : '?';
	return pool_add(&b->pool, clean, n);
}

static uint32_t intern_value(struct build *b, const struct cpe *c, enum cpe_attribute a)
{
	const char *v = cpe_get(c, a);

	return strcmp(v, "*") == 0 ? 0 : pool_text(&b->pool, v);
}

uint32_t build_qual(struct build *b, const struct db_qual *q)
{
	static const struct db_qual none;
	struct qual_entry *e;
	struct db_qual *slot;

	if (memcmp(q, &none, sizeof(none)) == 0)
		return 0;
	e = hash_table_take(&b->qual_index, q);
	b->quals.failed |= e == NULL;
	if (e == NULL || e->index != 0)
		return e != NULL ? e->index : 0;
	slot = vec_push(&b->quals);
	if (slot == NULL)
		return 0;
	*slot = *q;
	e->index = (uint32_t)(b->quals.count - 1);
	return e->index;
}

uint32_t build_name(struct build *b, const struct cpe *c)
{
	char name[256];
	int n = snprintf(name, sizeof(name), "%s:%s:%s", cpe_get(c, CPE_PART),
	                 cpe_get(c, CPE_VENDOR), cpe_get(c, CPE_PRODUCT));

	return n > 0 && (size_t)n < sizeof(name) ? pool_add(&b->pool, name, (size_t)n) : 0;
}

/* Add the text of a version or bound, with the criterion's update behind it, to the pool and parse
 * it into *@v. *@known: it is a version. Returns the text's offset. */
static uint32_t intern_version(struct build *b, const char *text, const char *update,
                               struct version *v, bool *known)
{
	char joined[VERSION_BASE + VERSION_UPDATE];
	size_t n;

	version_join(joined, sizeof(joined), text, update);
	n = strlen(joined);
	*known = version_parse(joined, n, v);
	for (size_t i = 0; i < n; i++)
		if (joined[i] < ' ' || joined[i] > '~')
			joined[i] = '?';
	return pool_add(&b->pool, joined, n);
}

static uint32_t add_bound(struct build *b, const char *text, const char *update, uint32_t *out)
{
	struct version v;
	uint32_t flags = 0;
	bool known;

	*out = intern_version(b, text, update, &v, &known);
	if (!known || v.odd || v.date)
		flags |= DB_C_ODD;
	if (version_has_update(&v))
		flags |= DB_C_BOUND_UPDATE;
	return flags;
}

/* Apple numbers its archives of CUPS by itself: "499.4" is no version of CUPS, which has 2.4. */
static bool is_own_number(const struct build_match *m)
{
	static const char cups[] = "cpe:2.3:a:apple:cups:";

	return strncmp(m->criteria, cups, sizeof(cups) - 1) == 0 && m->end != NULL &&
	       strtoul(m->end, NULL, 10) >= 100;
}

static void set_range(struct build *b, struct db_crit *crit, const struct build_match *m,
                      const char *update)
{
	/* "*:p2" up to 7.2 means 7.2p2: the update belongs to the upper bound or, where there is
	 * none, to the lower one. */
	if (m->start != NULL) {
		crit->flags |= DB_C_LO | (m->start_open ? DB_C_LO_OPEN : 0);
		crit->flags |= add_bound(b, m->start, m->end == NULL ? update : "", &crit->lo_text);
	}
	if (m->end != NULL) {
		crit->flags |= DB_C_HI | (m->end_open ? DB_C_HI_OPEN : 0);
		crit->flags |= add_bound(b, m->end, update, &crit->hi_text);
		crit->flags |= is_own_number(m) ? DB_C_ODD : 0;
	}
	if (m->start == NULL && m->end == NULL)
		crit->flags |= DB_C_ANY;
}

static void set_exact(struct build *b, struct db_crit *crit, struct db_qual *q, const struct cpe *c)
{
	char version[VERSION_BASE], update[VERSION_UPDATE];
	struct version v;
	bool known;

	cpe_plain(c, CPE_VERSION, version, sizeof(version));
	cpe_plain(c, CPE_UPDATE, update, sizeof(update));
	crit->lo_text = intern_version(b, version, update, &v, &known);
	crit->flags |= DB_C_EXACT;
	/* The qualifier holds the key of the update: an empty one means any update, the key of no
	 * update means none. */
	if (version_has_update(&v) || strcmp(cpe_get(c, CPE_UPDATE), "-") == 0)
		q->update = pool_text(&b->pool, v.update);
}

int build_match(struct build *b, const struct build_match *m)
{
	struct db_qual q = {0};
	struct db_crit *crit;
	const char *version;
	char update[VERSION_UPDATE];
	struct cpe c;

	if (b->crits.count >= BUILD_CRITS_MAX)
		return -E2BIG;
	if (cpe_parse(m->criteria, strlen(m->criteria), &c) != 0)
		return -EINVAL;
	crit = vec_push(&b->crits);
	if (crit == NULL)
		return -ENOMEM;
	crit->flags = m->vulnerable ? DB_C_VULNERABLE : 0;
	crit->name = build_name(b, &c);
	version = cpe_get(&c, CPE_VERSION);
	q = (struct db_qual){
		.edition = intern_value(b, &c, CPE_EDITION),
		.language = intern_value(b, &c, CPE_LANGUAGE),
		.sw_edition = intern_value(b, &c, CPE_SW_EDITION),
		.target_sw = intern_value(b, &c, CPE_TARGET_SW),
		.target_hw = intern_value(b, &c, CPE_TARGET_HW),
	};
	if (strcmp(version, "*") == 0 || m->start != NULL || m->end != NULL) {
		cpe_plain(&c, CPE_UPDATE, update, sizeof(update));
		set_range(b, crit, m, update);
	} else if (strcmp(version, "-") == 0) {
		crit->flags |= DB_C_NA;
	} else {
		set_exact(b, crit, &q, &c);
	}
	crit->qual = build_qual(b, &q);
	if (crit->qual != 0)
		crit->flags |= DB_C_QUAL;
	return b->pool.failed || b->quals.failed ? -ENOMEM : 0;
}

int build_node(struct build *b, bool and, bool negate)
{
	struct db_node *node;

	if (b->crits.count == b->open_crit)
		return 0;
	node = vec_push(&b->nodes);
	if (node == NULL)
		return -ENOMEM;
	node->crit = (uint32_t)b->open_crit;
	node->crits = (uint32_t)(b->crits.count - b->open_crit);
	node->op = and? DB_AND : DB_OR;
	node->negate = negate;
	b->open_crit = b->crits.count;
	return 0;
}

int build_conf(struct build *b, bool and, bool negate)
{
	struct db_conf *conf;

	if (b->nodes.count == b->open_node)
		return 0;
	conf = vec_push(&b->confs);
	if (conf == NULL)
		return -ENOMEM;
	conf->node = (uint32_t)b->open_node;
	conf->nodes = (uint32_t)(b->nodes.count - b->open_node);
	conf->op = and? DB_AND : DB_OR;
	conf->negate = negate;
	b->open_node = b->nodes.count;
	return 0;
}

int build_cve(struct build *b, const struct build_cve *c)
{
	uint8_t x10 = c->cvss_x10, version = c->cvss_version;
	struct db_cve *cve;

	if (b->cves.count >= BUILD_CVES_MAX)
		return -E2BIG;
	cve = vec_push(&b->cves);
	if (cve == NULL)
		return -ENOMEM;
	if (x10 == 0 && c->vector != NULL)
		cvss_base(c->vector, &x10, &version);
	*cve = (struct db_cve){
		.year = c->year,
		.number = c->number,
		.vector = c->vector != NULL ? build_text(b, c->vector) : 0,
		.conf = (uint32_t)b->open_conf,
		.confs = (uint32_t)(b->confs.count - b->open_conf),
		.kev_date = c->kev_date,
		.modified = c->modified,
		.epss = -1,
		.cvss_x10 = x10,
		.cvss_version = version,
		.severity = build_severity(x10, version),
		.flags = c->rejected ? DB_CVE_REJECTED : 0,
		.cwes = c->cwes != NULL ? build_text(b, c->cwes) : 0,
		.ssvc = c->ssvc,
	};
	b->open_conf = b->confs.count;
	build_drop(b);
	return b->pool.failed ? -ENOMEM : 0;
}

void build_drop(struct build *b)
{
	size_t nodes = 0, crits = 0;

	b->confs.count = b->open_conf;
	if (b->open_conf > 0) {
		const struct db_conf *last = vec_at(&b->confs, b->open_conf - 1);
		const struct db_node *node = vec_at(&b->nodes, last->node + last->nodes - 1);

		nodes = last->node + last->nodes;
		crits = node->crit + node->crits;
	}
	b->nodes.count = b->open_node = nodes;
	b->crits.count = b->open_crit = crits;
}

int build_kev(struct build *b, uint32_t year, uint32_t number, uint32_t date, const char *name)
{
	struct build_kev *k = b->kevs.count < BUILD_CVES_MAX ? vec_push(&b->kevs) : NULL;

	if (k == NULL)
		return b->kevs.failed ? -ENOMEM : -E2BIG;
	*k = (struct build_kev){year, number, date, name != NULL ? build_text(b, name) : 0};
	return b->pool.failed ? -ENOMEM : 0;
}

int build_epss(struct build *b, uint32_t year, uint32_t number, float epss)
{
	struct build_epss *e = b->epss.count < BUILD_CVES_MAX ? vec_push(&b->epss) : NULL;

	if (e == NULL)
		return b->epss.failed ? -ENOMEM : -E2BIG;
	*e = (struct build_epss){year, number, epss};
	return 0;
}

int build_vector(struct build *b, uint32_t year, uint32_t number, const char *vector)
{
	uint8_t x10, version;
	struct build_vector *v;

	if (!cvss_base(vector, &x10, &version))
		return 0;
	v = b->vectors.count < BUILD_CVES_MAX ? vec_push(&b->vectors) : NULL;
	if (v == NULL)
		return b->vectors.failed ? -ENOMEM : -E2BIG;
	*v = (struct build_vector){year, number, build_text(b, vector)};
	return v->vector != 0 ? 0 : -ENOMEM;
}

int build_fix(struct build *b, const struct build_fix *fix)
{
	struct build_fix *f = b->fixes.count < BUILD_FIXES_MAX ? vec_push(&b->fixes) : NULL;

	if (f == NULL)
		return b->fixes.failed ? -ENOMEM : -E2BIG;
	*f = *fix;
	return 0;
}

int build_rename(struct build *b, uint32_t name, uint32_t target)
{
	const struct build_rename *last =
		b->renames.count > 0 ? vec_at(&b->renames, b->renames.count - 1) : NULL;
	struct build_rename *r;

	/* A dictionary lists many versions of one product in a row: record their product once. */
	if (last != NULL && last->name == name && last->target == target)
		return 0;
	r = b->renames.count < BUILD_NAMES_MAX ? vec_push(&b->renames) : NULL;
	if (r == NULL)
		return b->renames.failed ? -ENOMEM : -E2BIG;
	*r = (struct build_rename){name, target};
	return 0;
}
