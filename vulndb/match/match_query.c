/* SPDX-License-Identifier: Apache-2.0 */
/* match_query.c - prepares an identity for the comparison with the file's criteria and fixes. */
#include "match_query.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cve.h"
#include "db_hash.h"
#include "distro.h"
#include "fork.h"

/* The group of the name "a:vendor:product", or UINT32_MAX if the file has none. */
static uint32_t find_name(const struct vulndb *db, const char *name)
{
	const struct db_table *t = &db->table[DB_NAME];
	const struct db_name *names = t->data;
	size_t at;

	if (t->count == 0)
		return UINT32_MAX;
	at = db_slot(db_name_hash(name), t->count);
	for (; names[at].text != 0; at = (at + 1) & (t->count - 1))
		if (strcmp(db_text(db, names[at].text), name) == 0)
			return names[at].group;
	return UINT32_MAX;
}

/* The group of a product: application, operating system and hardware of one name are one. */
static uint32_t find_group(const struct vulndb *db, char *name)
{
	static const char parts[] = "aoh";
	uint32_t group = find_name(db, name);

	for (size_t i = 0; group == UINT32_MAX && parts[i] != '\0'; i++) {
		name[0] = parts[i];
		group = find_name(db, name);
	}
	return group;
}

const struct match_query_product *match_query_product_of(const struct match_query *q,
                                                         uint32_t group)
{
	for (size_t i = 0; i < q->products; i++)
		if (q->product[i].group_index == group)
			return &q->product[i];
	return NULL;
}

/* The index of the first version key of a group that is not below @key. */
static uint32_t lower_bound(const struct vulndb *db, const struct db_group *g, const char *key)
{
	const struct db_ver *vers = (const struct db_ver *)db->table[DB_VER].data + g->ver;
	uint64_t head = db_ver_head(key);
	uint32_t lo = 0, hi = g->vers;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (vers[mid].head != head ? vers[mid].head < head
		                           : strcmp(db_text(db, vers[mid].text), key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Widen half a version: "2.4" of a product whose versions have three numbers stands for every
 * 2.4.x. */
static void widen(struct match_query_product *p, const struct vulndb *db, uint32_t at)
{
	const struct db_ver *vers = (const struct db_ver *)db->table[DB_VER].data + p->group->ver;

	if (version_has_update(&p->version) || p->version.comps >= p->group->comps)
		return;
	while (at < p->group->vers && strcmp(db_text(db, vers[at].text), p->version.base) == 0)
		at++;
	/* "2.4a" lies between 2.4 and 2.4.1. */
	for (; at < p->group->vers; at++) {
		const char *key = db_text(db, vers[at].text);

		if (version_extends(key, &p->version)) {
			p->half = true;
			p->hi = 2 * at + 2;
		} else if (p->half || strncmp(key, p->version.base, strlen(p->version.base)) != 0) {
			break;
		}
	}
}

static void find_ordinals(struct match_query_product *p, const struct vulndb *db)
{
	const struct db_ver *vers = (const struct db_ver *)db->table[DB_VER].data + p->group->ver;
	uint32_t at = lower_bound(db, p->group, p->version.base);
	bool known = at < p->group->vers &&
	             strcmp(db_text(db, vers[at].text), p->version.base) == 0;

	p->lo = p->hi = 2 * at + known;
	if (p->ordered)
		widen(p, db, at);
}

/* Write "a:vendor:product" to @out: these attributes are adjacent in the text of @c. False: too
 * long. */
static bool name_of(const struct cpe *c, char *out, size_t size)
{
	size_t len = c->at[CPE_VERSION];

	if (len > size)
		return false;
	memcpy(out, c->text, len);
	out[c->at[CPE_VENDOR] - 1] = out[c->at[CPE_PRODUCT] - 1] = ':';
	return true;
}

uint32_t match_query_group(const struct vulndb *db, const char *name, struct cpe *c)
{
	char text[VD_CPE_LEN];

	if (cpe_parse(name, strlen(name), c) != 0 || !name_of(c, text, sizeof(text)))
		return UINT32_MAX;
	return find_group(db, text);
}

/* A library or module behind the first name has a version of its own, or none. */
void match_query_version(const struct vd_identity *id, size_t i, const struct cpe *c,
                         char out[VERSION_BASE + VERSION_UPDATE])
{
	char update[VERSION_UPDATE], version[VERSION_BASE];

	out[0] = '\0';
	if (cpe_plain(c, CPE_VERSION, version, sizeof(version))) {
		cpe_plain(c, CPE_UPDATE, update, sizeof(update));
		version_join(out, VERSION_BASE + VERSION_UPDATE, version, update);
	} else if (i == 0) {
		snprintf(out, VERSION_BASE + VERSION_UPDATE, "%s", id->version);
	}
}

/* Whether a name that a banner gave is that of an operating system, which is where the service runs
 * and not what answers. */
static bool is_context(const struct match_query *q, const struct cpe *c)
{
	char text[VD_CPE_LEN];

	return q->id->rule[0] != '\0' && cpe_get(c, CPE_PART)[0] == 'o' &&
	       name_of(c, text, sizeof(text)) && cve_is_general_system(text);
}

/* Whether a further name means what answers, too: it has the same version, and no package of its
 * own. */
static bool is_same(const struct match_query *q, const struct match_query_product *p)
{
	return db_text(q->db, p->group->packages)[0] == '\0' &&
	       strcmp(p->text, q->id->version) == 0;
}

static void add_product(struct match_query *q, size_t i)
{
	struct match_query_product *p = &q->product[q->products];

	memset(p, 0, offsetof(struct match_query_product, cpe));
	p->group_index = match_query_group(q->db, q->id->cpe[i], &p->cpe);
	if (p->group_index == UINT32_MAX || match_query_product_of(q, p->group_index) != NULL ||
	    is_context(q, &p->cpe))
		return;
	p->group = &db_groups(q->db)[p->group_index];
	p->fork = fork_is_of(q->id->product, cpe_get(&p->cpe, CPE_VENDOR),
	                     cpe_get(&p->cpe, CPE_PRODUCT));
	match_query_version(q->id, i, &p->cpe, p->text);
	p->has_version = p->text[0] != '\0';
	p->ordered = version_parse(p->text, strlen(p->text), &p->version);
	if (p->has_version)
		find_ordinals(p, q->db);
	p->number = i > 0 && is_same(q, p) ? 0 : (uint32_t)i;
	q->has_firmware = q->has_firmware || cpe_get(&p->cpe, CPE_PART)[0] == 'o';
	q->has_fork = q->has_fork || p->fork;
	q->products++;
}

static enum os_family os_family(const struct vd_identity *id)
{
	static const struct {
		const char *text;
		enum os_family os;
	} texts[] = {
		{"windows", OS_WINDOWS}, {"win32", OS_WINDOWS}, {"win64", OS_WINDOWS},
		{"linux", OS_LINUX},     {"unix", OS_UNIX},     {"bsd", OS_UNIX},
		{"mac os", OS_UNIX},     {"macos", OS_UNIX},    {"solaris", OS_UNIX},
		{"sunos", OS_UNIX},      {"aix", OS_UNIX},      {"hp-ux", OS_UNIX},
		{"irix", OS_UNIX},       {"esx", OS_UNIX},      {"centos", OS_LINUX},
		{"fedora", OS_LINUX},    {"gentoo", OS_LINUX},  {"suse", OS_LINUX},
	};

	if (id->distro[0] != '\0')
		return strstr(id->distro, "bsd") != NULL ? OS_UNIX : OS_LINUX;
	if (id->version_extra[0] == '\0' && id->os_confidence < MATCH_QUERY_OS_SURE)
		return OS_UNKNOWN;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		/* What the service itself says is surer than a guess from packets. */
		if (strcasestr(id->version_extra, texts[i].text) != NULL)
			return texts[i].os;
		if (id->os_confidence >= MATCH_QUERY_OS_SURE &&
		    (strcasestr(id->os, texts[i].text) != NULL ||
		     strcasestr(id->os_cpe, texts[i].text) != NULL))
			return texts[i].os;
	}
	return OS_UNKNOWN;
}

void match_query_init(struct match_query *q, const struct vulndb *db, const struct vd_identity *id,
                      struct twins *twins)
{
	q->db = db;
	q->id = id;
	q->twins = twins;
	q->failed = false;
	q->products = 0;
	q->has_firmware = q->has_fork = false;
	for (size_t i = 0; i < id->cpe_count && i < VD_CPES; i++)
		add_product(q, i);
	q->os = os_family(id);
	match_query_packages(q);
}
