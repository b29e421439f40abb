/* SPDX-License-Identifier: Apache-2.0 */
/* match_query_package.c - finds the packages of distributions that may be what answers. */
#include <stdio.h>
#include <string.h>

#include "db_hash.h"
#include "distro.h"
#include "foreign_build.h"
#include "match_query.h"
#include "package.h"
#include "release.h"
#include "twin.h"

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

/* A version behind its epoch, which it may not have. */
static const char *behind_epoch(const char *version)
{
	size_t n = strspn(version, "0123456789");

	return n > 0 && version[n] == ':' ? version + n + 1 : version;
}

/* The length of the mark at @at with which a distribution says that it has repacked the archive:
 * "+dfsg1" in "+dfsg1-2"; 0 if there is none. */
static size_t repack_mark(const char *at)
{
	static const char *const marks[] = {"+dfsg", "~dfsg", ".dfsg", "+ds", "~ds"};
	const char *dash = strrchr(at, '-');

	for (size_t i = 0; dash != NULL && i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strncmp(at, marks[i], strlen(marks[i])) == 0)
			return (size_t)(dash - at);
	return 0;
}

static size_t put(char *out, size_t size, size_t used, const char *text, size_t len)
{
	if (len > size - used - 1)
		len = size - used - 1;
	memcpy(out + used, text, len);
	return used + len;
}

/* Write the stated version of the package to @out. Banners leave out the epoch, and that the archive
 * was repacked: take both from the package's newest version, the second if it is of the same upstream
 * version. */
static void as_packaged(const struct match_query *q, const struct db_pkg *pkg, char *out,
                        size_t size)
{
	const uint32_t *vers = (const uint32_t *)q->db->table[DB_FIXVER].data + pkg->ver;
	const char *stated = q->id->package_version, *body = behind_epoch(stated);
	const char *newest = pkg->vers > 0 ? db_text(q->db, vers[pkg->vers - 1]) : "";
	const char *other = behind_epoch(newest), *dash = strrchr(body, '-');
	size_t used = 0, upstream = dash != NULL ? (size_t)(dash - body) : 0;

	used = body > stated ? put(out, size, used, stated, (size_t)(body - stated))
	                     : put(out, size, used, newest, (size_t)(other - newest));
	used = put(out, size, used, body, upstream);
	if (upstream > 0 && strncmp(other, body, upstream) == 0)
		used = put(out, size, used, other + upstream, repack_mark(other + upstream));
	used = put(out, size, used, body + upstream, strlen(body + upstream));
	out[used] = '\0';
}

/* Where the version of the package lies that the identity states, which is the one that contains
 * the product number 0. 0: not known. */
static uint32_t package_ordinal(const struct match_query *q, const struct db_pkg *pkg,
                                uint32_t product)
{
	const uint32_t *vers = (const uint32_t *)q->db->table[DB_FIXVER].data + pkg->ver;
	uint32_t lo = 0, hi = pkg->vers;
	char stated[96];

	if (q->id->package_version[0] == '\0' || product != 0)
		return 0;
	as_packaged(q, pkg, stated, sizeof(stated));
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int d = q->order(db_text(q->db, vers[mid]), stated);

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
	return !q->has_release || strcmp(db_text(q->db, pkg->release), q->release) == 0;
}

/* What narrows the packages of a family down. */
struct wanted {
	uint32_t product;    /* the number of the product that the package contains */
	const char *package; /* the name that the banner gives; "": none */
	const char *version; /* the product's version; "": not known */
};

/* Whether the number in a package's name, as the distribution writes it, is a branch that has @version. */
static bool has_branch(const char *distro, const char *package, const char *version)
{
	return package_has_branch(package, version) ||
	       (strcmp(distro, "freebsd") == 0 && package_has_packed_branch(package, version));
}

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
		other = other ||
		        (all[i].release == pkg->release &&
		         has_branch(q->data_distro, db_text(q->db, all[i].package), w->version));
	}
	return !several || (numbered ? has_branch(q->data_distro, name, w->version) : !other);
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

				found.ships = true;
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
static void find_twins(struct match_query *q, struct match_query_product *p)
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
		p->cut = p->cut ||
		         (p->version.comps < p->group->comps && release_extends(one, p->text));
		names += n + (names[n] == ' ');
	}
}

/* ---- the release that another port names ---- */

/* Whether the list of releases says that this one ships the version of @p, in a package called @name
 * or like it but for a number at its end. */
static bool is_listed(const struct match_query *q, const struct match_query_product *p,
                      const char *name)
{
	char family[96];
	size_t len = package_family(name);

	if (release_ships(q->data_distro, q->release, name, p->text))
		return true;
	if (name[len] == '\0')
		return false;
	snprintf(family, sizeof(family), "%.*s", (int)(len < 95 ? len : 95), name);
	return release_ships(q->data_distro, q->release, family, p->text);
}

/* Whether the fixes of a package show that it shipped the version of @p. */
static bool has_twin(struct match_query *q, const struct match_query_product *p,
                     const struct match_query_package *package)
{
	const char *name = db_text(q->db, package->pkg->package);
	const struct twin *twin = NULL;
	int n = twins_find(q->twins, q->db, name, &p->version, &twin);

	q->failed = q->failed || n < 0;
	for (int i = 0; i < n; i++)
		if (twin[i].pkg == package->index)
			return true;
	return false;
}

/* Add the packages of the family of @name that ship the version of @p. Returns whether the release
 * ships it, with or without fixes in the data. */
static bool add_shipped_family(struct match_query *q, const struct match_query_product *p,
                               const char *name)
{
	size_t from = q->packages, kept = from;
	bool listed = is_listed(q, p, name), any = listed;

	if (has_family(q, name, p->number))
		return false;
	add_family(q, name, &(struct wanted){p->number, "", p->text});
	for (size_t i = from; i < q->packages; i++) {
		const char *package = db_text(q->db, q->package[i].pkg->package);

		if (!listed && !is_listed(q, p, package) && !has_twin(q, p, &q->package[i]))
			continue;
		q->package[kept++] = q->package[i];
		any = true;
	}
	q->packages = kept;
	return any;
}

/* Whether the release ships the version of @p. Adds its packages. */
static bool add_shipped(struct match_query *q, const struct match_query_product *p)
{
	const char *names = db_text(q->db, p->group->packages);
	bool any = false;

	if (p->number == 0 && names[0] == '\0')
		names = q->id->package;
	while (*names != '\0' && p->ordered && p->has_version && !p->fork) {
		size_t n = strcspn(names, " ");
		char one[96];

		snprintf(one, sizeof(one), "%.*s", (int)(n < 95 ? n : 95), names);
		any = add_shipped_family(q, p, one) || any;
		names += n + (names[n] == ' ');
	}
	return any;
}

static void use_release(struct match_query *q, const char *distro, const char *release)
{
	const char *common = distro_common_release(distro_source(distro));

	q->release = common != NULL ? common : release;
	q->has_release = q->release[0] != '\0';
	q->data_distro = distro_source(distro);
	q->order = version_order_of(q->data_distro);
	q->families = q->packages = 0;
}

/* Take the packages of the release that another port names, if it ships what answers. */
static void take_hint(struct match_query *q)
{
	const struct vd_identity *id = q->id;

	if (id->hint.distro[0] == '\0' || id->package_version[0] != '\0' ||
	    id->version[0] == '\0' || id->rule[0] == '\0')
		return;
	use_release(q, id->hint.distro, id->hint.release);
	for (size_t i = 0; i < q->products; i++) {
		struct match_query_product *p = &q->product[i];

		p->shipped = add_shipped(q, p);
		q->hinted = q->hinted || (p->shipped && p->number == 0);
	}
	/* Further names of what answers may have no packages. */
	for (size_t i = 0; i < q->products; i++) {
		struct match_query_product *p = &q->product[i];

		p->shipped = q->hinted && (p->shipped || p->number == 0);
	}
	if (q->hinted)
		version_parse(id->version, strlen(id->version), &q->stated);
	else
		use_release(q, id->distro, id->distro_release);
}

/* ---- all of them ---- */

/* A CPE name that a user asked for is taken as it is; a banner, which a rule has matched, may come from
 * a package. */
void match_query_packages(struct match_query *q)
{
	const struct vd_identity *id = q->id;
	struct foreign_build maker;
	bool foreign = foreign_build(id->version_extra, &maker);

	q->has_distro = !foreign && id->distro[0] != '\0';
	q->hinted = false;
	use_release(q, id->distro, id->distro_release);
	if (!foreign && q->os != OS_WINDOWS)
		take_hint(q);
	q->guessed = !foreign && !q->has_distro && !q->hinted && q->os != OS_WINDOWS &&
	             id->version[0] != '\0' && id->rule[0] != '\0';
	q->tracks_all = (q->has_distro || q->hinted) && distro_tracks_all(q->data_distro);
	if (q->has_distro && !q->hinted)
		find_packages(q);
	for (size_t i = 0; i < q->products; i++) {
		struct match_query_product *p = &q->product[i];

		if (q->hinted && !p->shipped && q->has_distro)
			find_packages_of(q, p);
		else if (q->guessed || (q->hinted && !p->shipped))
			find_twins(q, p);
	}
}
