/* SPDX-License-Identifier: Apache-2.0 */
/* match_query.c - prepares an identity for the comparison with the file's criteria and fixes. */
#include "match_query.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "db_hash.h"
#include "distro.h"
#include "package.h"

enum { OS_SURE = 75 };

/* The group of "a:vendor:product", or UINT32_MAX if the file has none. */
static uint32_t match_query_group(const struct vulndb *db, const char *name)
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

static bool add_product(struct match_query *q, const char *name)
{
	struct match_query_product *p = &q->product[q->products];
	char text[VD_CPE_LEN], update[VERSION_UPDATE], version[VERSION_BASE];
	char joined[VERSION_BASE + VERSION_UPDATE] = "";

	memset(p, 0, offsetof(struct match_query_product, cpe));
	if (cpe_parse(name, strlen(name), &p->cpe) != 0)
		return false;
	if (!name_of(&p->cpe, text, sizeof(text)))
		return false;
	p->group_index = match_query_group(q->db, text);
	if (p->group_index == UINT32_MAX || match_query_product_of(q, p->group_index) != NULL)
		return false;
	p->group = &db_groups(q->db)[p->group_index];
	if (cpe_plain(&p->cpe, CPE_VERSION, version, sizeof(version))) {
		cpe_plain(&p->cpe, CPE_UPDATE, update, sizeof(update));
		version_join(joined, sizeof(joined), version, update);
	} else if (q->products == 0) {
		snprintf(joined, sizeof(joined), "%s", q->id->version);
	}
	p->has_version = joined[0] != '\0';
	p->ordered = version_parse(joined, strlen(joined), &p->version);
	if (p->has_version)
		find_ordinals(p, q->db);
	q->has_firmware = q->has_firmware || cpe_get(&p->cpe, CPE_PART)[0] == 'o';
	q->products++;
	return true;
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
	};

	if (id->distro[0] != '\0')
		return strcmp(id->distro, "freebsd") == 0 ? OS_UNIX : OS_LINUX;
	if (id->version_extra[0] == '\0' && id->os_confidence < OS_SURE)
		return OS_UNKNOWN;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		/* What the service itself says is surer than a guess from packets. */
		if (strcasestr(id->version_extra, texts[i].text) != NULL)
			return texts[i].os;
		if (id->os_confidence >= OS_SURE && (strcasestr(id->os, texts[i].text) != NULL ||
		                                     strcasestr(id->os_cpe, texts[i].text) != NULL))
			return texts[i].os;
	}
	return OS_UNKNOWN;
}

static const struct db_family *find_family(const struct vulndb *db, const char *distro,
                                           const char *name, size_t len)
{
	const struct db_table *t = &db->table[DB_FAMILY];
	const struct db_family *f = t->data;
	size_t at;

	if (t->count == 0)
		return NULL;
	at = db_slot(db_family_hash(distro, name, len), t->count);
	for (; f[at].family != 0; at = (at + 1) & (t->count - 1)) {
		const char *family = db_text(db, f[at].family);

		if (strncmp(family, name, len) == 0 && family[len] == '\0' &&
		    strcmp(db_text(db, f[at].distro), distro) == 0)
			return &f[at];
	}
	return NULL;
}

/* Write the stated package version to @out. Banners leave the epoch out: take it from the package's
 * newest version. */
static void with_epoch(const struct match_query *q, const struct db_pkg *pkg, char *out,
                       size_t size)
{
	const uint32_t *vers = (const uint32_t *)q->db->table[DB_FIXVER].data + pkg->ver;
	const char *stated = q->id->package_version, *newest, *colon;
	size_t used = 0, len;

	newest = pkg->vers > 0 ? db_text(q->db, vers[pkg->vers - 1]) : "";
	colon = strchr(newest, ':');
	if (colon != NULL && strchr(stated, ':') == NULL && colon - newest + 1 < 12)
		used = (size_t)(colon - newest) + 1;
	memcpy(out, newest, used);
	len = strlen(stated);
	if (len > size - used - 1)
		len = size - used - 1;
	memcpy(out + used, stated, len);
	out[used + len] = '\0';
}

static uint32_t package_ordinal(const struct match_query *q, const struct db_pkg *pkg)
{
	const uint32_t *vers = (const uint32_t *)q->db->table[DB_FIXVER].data + pkg->ver;
	version_order order = version_order_of(q->data_distro);
	uint32_t lo = 0, hi = pkg->vers;
	char stated[96];

	if (q->id->package_version[0] == '\0')
		return 0;
	with_epoch(q, pkg, stated, sizeof(stated));
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int d = order(db_text(q->db, vers[mid]), stated);

		if (d == 0)
			return 2 * mid + 1;
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	/* 0 means "not known", so the gap before the first version is UINT32_MAX. */
	return lo == 0 ? UINT32_MAX : 2 * lo;
}

static bool same_release(const struct match_query *q, const struct db_pkg *pkg)
{
	return !q->has_release || strcmp(db_text(q->db, pkg->release), q->id->distro_release) == 0;
}

static void add_packages(struct match_query *q, const struct db_family *f, const char *wanted)
{
	const struct db_pkg *all = (const struct db_pkg *)q->db->table[DB_PKG].data + f->pkg;
	bool exact = false;

	for (uint32_t i = 0; i < f->pkgs && wanted[0] != '\0'; i++)
		exact = exact || (same_release(q, &all[i]) &&
		                  strcmp(db_text(q->db, all[i].package), wanted) == 0);
	for (uint32_t i = 0; i < f->pkgs && q->packages < MATCH_QUERY_PACKAGES; i++) {
		const struct db_pkg *pkg = &all[i];

		if (!same_release(q, pkg) ||
		    (exact && strcmp(db_text(q->db, pkg->package), wanted) != 0))
			continue;
		q->package[q->packages++] = (struct match_query_package){
			.pkg = pkg,
			.index = f->pkg + i,
			.ord = package_ordinal(q, pkg),
		};
	}
}

static void add_family(struct match_query *q, const char *name, size_t len, const char *wanted)
{
	const struct db_family *f = find_family(q->db, q->data_distro, name, len);

	if (f == NULL || q->families == MATCH_QUERY_FAMILIES)
		return;
	q->known[q->families] = 0;
	q->family[q->families++] = f;
	add_packages(q, f, wanted);
}

static void find_packages(struct match_query *q)
{
	const char *names = q->id->package;

	if (names[0] != '\0') {
		add_family(q, names, package_family(names), names);
		return;
	}
	if (q->products == 0)
		return;
	names = db_text(q->db, q->product[0].group->packages);
	while (*names != '\0') {
		size_t n = strcspn(names, " "), len = n < 95 ? n : 95;
		char one[96];

		memcpy(one, names, len);
		one[len] = '\0';
		add_family(q, one, package_family(one), "");
		names += n + (names[n] == ' ');
	}
}

void match_query_init(struct match_query *q, const struct vulndb *db, const struct vd_identity *id)
{
	q->db = db;
	q->id = id;
	q->products = q->families = q->packages = 0;
	q->has_firmware = false;
	for (size_t i = 0; i < id->cpe_count && i < VD_CPES; i++)
		add_product(q, id->cpe[i]);
	q->os = os_family(id);
	q->has_distro = id->distro[0] != '\0';
	q->tracks_all = false;
	q->has_release = id->distro_release[0] != '\0';
	/* Raspbian rebuilds Debian's packages under the same versions. */
	q->data_distro = strcmp(id->distro, "raspbian") == 0 ? "debian" : id->distro;
	/* A banner, which a rule has matched, may come from a package. A CPE name that a user asked
	 * for is taken as it is. */
	q->guessed = !q->has_distro && q->os != OS_WINDOWS && id->version[0] != '\0' &&
	             id->rule[0] != '\0';
	if (q->guessed)
		q->data_distro = "debian";
	else if (q->has_distro)
		q->tracks_all = distro_tracks_all(q->data_distro);
	if (q->has_distro || q->guessed)
		find_packages(q);
}
