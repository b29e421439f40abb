/* SPDX-License-Identifier: Apache-2.0 */
/* match_query.c - prepares an identity for the comparison with the file's criteria and fixes. */
#include "match_query.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cve.h"
#include "db_hash.h"
#include "distro.h"
#include "foreign_build.h"
#include "fork.h"
#include "package.h"
#include "twin.h"

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

const struct db_family *match_query_family(const struct vulndb *db, const char *distro,
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

/* Write the stated version of the package to @out. Banners leave the epoch out: take it from the package's
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

/* Where the version of the package lies that the identity states, which is the one that contains
 * the product number 0. 0: not known. */
static uint32_t package_ordinal(const struct match_query *q, const struct db_pkg *pkg,
                                uint32_t product)
{
	const uint32_t *vers = (const uint32_t *)q->db->table[DB_FIXVER].data + pkg->ver;
	version_order order = version_order_of(q->data_distro);
	uint32_t lo = 0, hi = pkg->vers;
	char stated[96];

	if (q->id->package_version[0] == '\0' || product != 0)
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

/* What narrows the packages of a family down. */
struct wanted {
	uint32_t product;    /* the number of the product that the package contains */
	const char *package; /* the name that the banner gives; "": none */
	const char *version; /* the product's version; "": not known */
};

/* Whether a package of several, each of a branch of the product, is that of the stated version:
 * "tomcat9" is that of 9.0.43 and "tomcat10" is not. One without a number in its name, as "bind"
 * beside "bind9.16", has what no other one of its release has. */
static bool is_of_branch(const struct match_query *q, const struct db_family *f,
                         const struct db_pkg *pkg, const struct wanted *w)
{
	const struct db_pkg *all = (const struct db_pkg *)q->db->table[DB_PKG].data + f->pkg;
	const char *name = db_text(q->db, pkg->package);
	bool several = false, numbered = name[package_family(name)] != '\0', other = false;

	if (w->version[0] == '\0')
		return true;
	for (uint32_t i = 0; i < f->pkgs; i++) {
		several = several || all[i].package != pkg->package;
		other = other || (all[i].release == pkg->release &&
		                  package_has_branch(db_text(q->db, all[i].package), w->version));
	}
	return !several || (numbered ? package_has_branch(name, w->version) : !other);
}

static void add_packages(struct match_query *q, const struct db_family *f, const struct wanted *w)
{
	const struct db_pkg *all = (const struct db_pkg *)q->db->table[DB_PKG].data + f->pkg;
	bool exact = false;

	for (uint32_t i = 0; i < f->pkgs && w->package[0] != '\0'; i++)
		exact = exact || (same_release(q, &all[i]) &&
		                  strcmp(db_text(q->db, all[i].package), w->package) == 0);
	for (uint32_t i = 0; i < f->pkgs && q->packages < MATCH_QUERY_PACKAGES; i++) {
		const struct db_pkg *pkg = &all[i];

		if (!same_release(q, pkg))
			continue;
		if (exact ? strcmp(db_text(q->db, pkg->package), w->package) != 0
		          : !is_of_branch(q, f, pkg, w))
			continue;
		q->package[q->packages++] = (struct match_query_package){
			.pkg = pkg,
			.product = w->product,
			.index = f->pkg + i,
			.ord = package_ordinal(q, pkg, w->product),
		};
	}
}

/* Add the packages of the family that @name belongs to. False: the data has none. */
static bool add_family(struct match_query *q, const char *name, const struct wanted *w)
{
	const struct db_family *f =
		match_query_family(q->db, q->data_distro, name, package_family(name));

	if (f == NULL || q->families == MATCH_QUERY_FAMILIES)
		return false;
	q->known[q->families] = 0;
	q->family_product[q->families] = w->product;
	q->family[q->families++] = f;
	add_packages(q, f, w);
	return true;
}

/* Whether a family was added for a product already: "tomcat9 tomcat10" are one. */
static bool has_family(const struct match_query *q, const char *name, uint32_t product)
{
	size_t len = package_family(name);

	for (size_t i = 0; i < q->families; i++) {
		const char *family = db_text(q->db, q->family[i]->family);

		if (q->family_product[i] == product &&
		    strcmp(db_text(q->db, q->family[i]->distro), q->data_distro) == 0 &&
		    strncmp(family, name, len) == 0 && family[len] == '\0')
			return true;
	}
	return false;
}

/* Of the packages of several releases, from number @from on, keep those of the releases that ship
 * the stated version. Where the data knows none, all of them stay. */
static void keep_shipping(struct match_query *q, size_t from, const char *name,
                          const struct match_query_product *p)
{
	const struct twin *twin = NULL;
	int n = twins_find(q->twins, q->db, name, &p->version, &twin);
	size_t kept = from;

	q->failed = q->failed || n < 0;
	for (size_t i = from; i < q->packages; i++)
		for (int k = 0; k < n; k++)
			if (twin[k].pkg == q->package[i].index) {
				struct match_query_package found = q->package[i];

				q->package[i] = q->package[kept];
				q->package[kept++] = found;
				break;
			}
	if (kept > from)
		q->packages = kept;
}

/* Add the packages that contain the product @p. */
static void find_packages_of(struct match_query *q, const struct match_query_product *p)
{
	const char *names = db_text(q->db, p->group->packages);

	while (*names != '\0' && !p->fork) {
		size_t n = strcspn(names, " "), len = n < 95 ? n : 95;
		char one[96];

		memcpy(one, names, len);
		one[len] = '\0';
		if (!has_family(q, one, p->number)) {
			size_t from = q->packages;

			add_family(q, one, &(struct wanted){p->number, "", p->text});
			if (!q->has_release && p->ordered)
				keep_shipping(q, from, one, p);
		}
		names += n + (names[n] == ' ');
	}
}

static void find_packages(struct match_query *q)
{
	const char *package = q->id->package;
	bool found = package[0] != '\0' &&
	             add_family(q, package, &(struct wanted){0, package, q->id->version});

	if (found && !q->has_release && q->products > 0 && q->product[0].number == 0 &&
	    q->product[0].ordered)
		keep_shipping(q, 0, package, &q->product[0]);
	for (size_t i = 0; i < q->products; i++)
		if (!found || q->product[i].number != 0)
			find_packages_of(q, &q->product[i]);
}

/* Add the packages called @name that may be what answers, because they ship its version. */
static void add_twins(struct match_query *q, const char *name, const struct match_query_product *p)
{
	const struct twin *twin = NULL;
	int n = twins_find(q->twins, q->db, name, &p->version, &twin);

	q->failed = q->failed || n < 0;
	for (int i = 0; i < n && q->packages < MATCH_QUERY_PACKAGES; i++)
		q->package[q->packages++] = (struct match_query_package){
			.pkg = (const struct db_pkg *)q->db->table[DB_PKG].data + twin[i].pkg,
			.product = p->number,
			.index = twin[i].pkg,
			.first = twin[i].first,
			.last = twin[i].last,
		};
}

/* Without a sign of a distribution: find the packages of all of them that may be what answers. */
static void find_twins(struct match_query *q, const struct match_query_product *p)
{
	const char *names = db_text(q->db, p->group->packages);

	if (!p->ordered || p->fork)
		return;
	if (p->number == 0 && names[0] == '\0')
		names = q->id->package;
	while (*names != '\0') {
		size_t n = strcspn(names, " ");
		char one[96];

		snprintf(one, sizeof(one), "%.*s", (int)(n < 95 ? n : 95), names);
		add_twins(q, one, p);
		names += n + (names[n] == ' ');
	}
}

void match_query_init(struct match_query *q, const struct vulndb *db, const struct vd_identity *id,
                      struct twins *twins)
{
	struct foreign_build maker;
	bool foreign;

	q->db = db;
	q->id = id;
	q->twins = twins;
	q->failed = false;
	q->products = q->families = q->packages = 0;
	q->has_firmware = q->has_fork = false;
	for (size_t i = 0; i < id->cpe_count && i < VD_CPES; i++)
		add_product(q, i);
	q->os = os_family(id);
	foreign = foreign_build(id->version_extra, &maker);
	q->has_distro = !foreign && id->distro[0] != '\0';
	q->tracks_all = false;
	q->has_release = id->distro_release[0] != '\0';
	q->data_distro = distro_source(id->distro);
	/* A banner, which a rule has matched, may come from a package. A CPE name that a user asked
	 * for is taken as it is. */
	q->guessed = !foreign && !q->has_distro && q->os != OS_WINDOWS && id->version[0] != '\0' &&
	             id->rule[0] != '\0';
	if (q->has_distro) {
		q->tracks_all = distro_tracks_all(q->data_distro);
		find_packages(q);
	}
	for (size_t i = 0; i < q->products && q->guessed; i++)
		find_twins(q, &q->product[i]);
}
