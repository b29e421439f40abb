/* SPDX-License-Identifier: Apache-2.0 */
/* twin.c - remembers which packages of all distributions have fixes in which upstream versions. */
#include "twin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "distro.h"
#include "match_query.h"
#include "package.h"

enum { SLOTS = 1024, NAME_MAX_LEN = 96 };

/* All twins of the packages of one name, sorted by version. */
struct slot {
	const struct vulndb *db;
	char name[NAME_MAX_LEN]; /* "": the slot is free */
	struct twin *list;       /* owned */
	size_t count, cap;
};

struct twins {
	/* direct-mapped: a newer name replaces an older one */
	struct slot slots[SLOTS];
};

struct twins *twins_new(void)
{
	return calloc(1, sizeof(struct twins));
}

void twins_free(struct twins *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		free(t->slots[i].list);
	free(t);
}

static uint64_t hash_of(const struct version *v, bool whole)
{
	uint64_t hash = XXH3_64bits(v->base, strlen(v->base));

	return whole ? hash * 31 + XXH3_64bits(v->update, strlen(v->update)) : hash;
}

static int add(struct slot *s, const struct twin *twin)
{
	if (s->count == s->cap) {
		size_t cap = s->cap > 0 ? s->cap * 2 : 64;
		struct twin *list = realloc(s->list, cap * sizeof(*list));

		if (list == NULL)
			return -ENOMEM;
		s->list = list;
		s->cap = cap;
	}
	s->list[s->count] = *twin;
	s->list[s->count].rank = (uint32_t)s->count;
	s->count++;
	return 0;
}

static const char *version_at(const struct vulndb *db, const struct db_pkg *pkg, uint32_t i)
{
	return db_text(db, ((const uint32_t *)db->table[DB_FIXVER].data)[pkg->ver + i]);
}

/* Whether a release ever shipped the versions of @twin: what Debian, Ubuntu and Alpine list as fixed
 * may be older than the release, which ships a later version then. The newest version and those with
 * the mark of the release are its own. RPM distributions list advisories of the release alone. */
static bool is_of_release(const struct vulndb *db, const struct db_pkg *pkg,
                          const struct twin *twin)
{
	const char *distro = db_text(db, pkg->distro), *release = db_text(db, pkg->release);
	char mark[24];

	if (version_order_of(distro) == version_rpm_cmp ||
	    version_order_of(distro) == version_freebsd_cmp || twin->last + 1 == pkg->vers)
		return true;
	if (version_order_of(distro) == version_apk_cmp)
		return false;
	snprintf(mark, sizeof(mark), distro[0] == 'd' ? "deb%.15su" : "0.%.15s.", release);
	for (uint32_t i = twin->first; i <= twin->last; i++)
		if (strstr(version_at(db, pkg, i), mark) != NULL)
			return true;
	return false;
}

/* Add the runs of equal upstream versions of a package; @whole: with their updates. */
static int add_package(struct slot *s, uint32_t index, bool whole)
{
	const struct db_pkg *pkg = (const struct db_pkg *)s->db->table[DB_PKG].data + index;
	struct twin run = {.pkg = index};
	int ret = 0;

	for (uint32_t i = 0; i <= pkg->vers && ret == 0; i++) {
		struct version v;
		uint64_t hash = 0;

		if (i < pkg->vers) {
			version_parse_package(version_at(s->db, pkg, i), &v);
			hash = hash_of(&v, whole);
			if (i > 0 && hash == run.version) {
				run.last = i;
				continue;
			}
		}
		if (i > 0 && is_of_release(s->db, pkg, &run))
			ret = add(s, &run);
		run.version = hash;
		run.first = run.last = i;
	}
	return ret;
}

static int by_version(const void *p, const void *q)
{
	const struct twin *a = p, *b = q;

	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return (a->rank > b->rank) - (a->rank < b->rank);
}

static int fill(struct slot *s, const struct vulndb *db, const char *package)
{
	const char *distro;
	int ret = 0;

	s->db = db;
	s->count = 0;
	for (size_t d = 0; (distro = distro_with_data(d)) != NULL && ret == 0; d++) {
		const struct db_family *f =
			match_query_family(db, distro, package, package_family(package));

		for (uint32_t i = 0; f != NULL && i < f->pkgs && ret == 0; i++) {
			ret = add_package(s, f->pkg + i, false);
			if (ret == 0)
				ret = add_package(s, f->pkg + i, true);
		}
	}
	if (ret == 0 && s->count > 1)
		qsort(s->list, s->count, sizeof(*s->list), by_version);
	snprintf(s->name, sizeof(s->name), "%s", ret == 0 ? package : "");
	return ret;
}

int twins_find(struct twins *t, const struct vulndb *db, const char *package,
               const struct version *v, const struct twin **out)
{
	uint64_t key = XXH3_64bits(package, strlen(package));
	struct slot *s = &t->slots[key % SLOTS];
	uint64_t wanted = hash_of(v, version_has_update(v));
	size_t lo = 0, hi, n = 0;
	int ret = 0;

	if (package[0] == '\0' || strlen(package) >= NAME_MAX_LEN)
		return 0;
	if (s->db != db || strcmp(s->name, package) != 0)
		ret = fill(s, db, package);
	for (hi = ret == 0 ? s->count : 0; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->list[mid].version < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (ret != 0)
		return ret;
	*out = s->list + lo;
	while (lo + n < s->count && s->list[lo + n].version == wanted)
		n++;
	return (int)n;
}
