/* SPDX-License-Identifier: Apache-2.0 */
/* index_package.c - indexes the fixes of each package, by its distribution's order of versions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_hash.h"
#include "index.h"
#include "package.h"
#include "version.h"

static int by_text(const struct pool *p, uint32_t a, uint32_t b)
{
	return a == b ? 0 : strcmp(pool_get(p, a), pool_get(p, b));
}

static int by_family(const struct pool *p, uint32_t a, uint32_t b)
{
	const char *s = pool_get(p, a), *t = pool_get(p, b);
	size_t n = package_family(s), m = package_family(t);
	int d = memcmp(s, t, n < m ? n : m);

	return d != 0 ? d : (n > m) - (n < m);
}

static int by_place(const void *p, const void *q, void *arg)
{
	const struct build_fix *a = p, *b = q;
	const struct pool *pool = arg;
	int d = by_text(pool, a->distro, b->distro);

	if (d == 0)
		d = by_family(pool, a->package, b->package);
	if (d == 0)
		d = by_text(pool, a->release, b->release);
	if (d == 0)
		d = by_text(pool, a->package, b->package);
	if (d == 0)
		d = (a->year > b->year) - (a->year < b->year);
	if (d == 0)
		d = (a->number > b->number) - (a->number < b->number);
	if (d == 0)
		d = by_text(pool, a->introduced, b->introduced);
	return d != 0 ? d : by_text(pool, a->fixed, b->fixed);
}

struct version_sort {
	const struct pool *pool;
	version_order order;
};

static int by_version(const void *p, const void *q, void *arg)
{
	const struct version_sort *s = arg;
	const char *a = pool_get(s->pool, *(const uint32_t *)p);
	const char *b = pool_get(s->pool, *(const uint32_t *)q);
	int d = s->order(a, b);

	return d != 0 ? d : strcmp(a, b);
}

/* The ordinal of the version @text, which is one of the package's @n: 2i+1 for index i. */
static uint32_t ordinal(const struct version_sort *s, const uint32_t *vers, uint32_t n,
                        uint32_t text)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->order(pool_get(s->pool, vers[mid]), pool_get(s->pool, text)) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 2 * lo + 1;
}

static int add_versions(struct index *x, struct db_pkg *pkg, const struct build_fix *f, size_t n,
                        const struct version_sort *s)
{
	size_t first = x->fixvers.count, kept = 0;
	uint32_t *v;

	for (size_t i = 0; i < n * 2; i++) {
		uint32_t text = i % 2 == 0 ? f[i / 2].introduced : f[i / 2].fixed;
		uint32_t *slot = text != 0 ? vec_push(&x->fixvers) : NULL;

		if (slot != NULL)
			*slot = text;
	}
	if (x->fixvers.failed)
		return -ENOMEM;
	pkg->ver = (uint32_t)first;
	if (x->fixvers.count == first)
		return 0;
	v = vec_at(&x->fixvers, first);
	qsort_r(v, x->fixvers.count - first, sizeof(*v), by_version, (void *)(uintptr_t)s);
	for (size_t i = 0; i < x->fixvers.count - first; i++)
		if (kept == 0 ||
		    s->order(pool_get(s->pool, v[i]), pool_get(s->pool, v[kept - 1])) != 0)
			v[kept++] = v[i];
	vec_resize(&x->fixvers, first + kept);
	pkg->vers = (uint32_t)kept;
	return 0;
}

static int add_package(struct index *x, const struct build *b, const struct build_fix *f, size_t n)
{
	struct version_sort s = {&b->pool, version_order_of(pool_get(&b->pool, f->distro))};
	struct db_pkg *pkg = vec_push(&x->pkgs);
	const uint32_t *vers;

	if (pkg == NULL)
		return -ENOMEM;
	*pkg = (struct db_pkg){f->distro, f->release, f->package, (uint32_t)x->fixes.count,
	                       0,         0,          0};
	if (add_versions(x, pkg, f, n, &s) != 0)
		return -ENOMEM;
	vers = pkg->vers > 0 ? vec_at(&x->fixvers, pkg->ver) : NULL;
	for (size_t i = 0; i < n; i++) {
		struct db_fix *out;

		/* The same row from two feeds counts once. */
		if (i > 0 && memcmp(&f[i], &f[i - 1], sizeof(*f)) == 0)
			continue;
		out = vec_push(&x->fixes);
		if (out == NULL)
			return -ENOMEM;
		out->cve = *map_get(&x->cve_index, (uint64_t)f[i].year << 32 | f[i].number) - 1;
		out->lo = f[i].introduced != 0 ? ordinal(&s, vers, pkg->vers, f[i].introduced) : 0;
		out->hi = f[i].fixed != 0 ? ordinal(&s, vers, pkg->vers, f[i].fixed) : UINT32_MAX;
		out->fixed = f[i].fixed;
		out->flags = f[i].flags;
		pkg->fixes++;
	}
	return 0;
}

static int by_number(const void *p, const void *q)
{
	uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;

	return (a > b) - (a < b);
}

/* Sort the numbers from @start on and drop repeated ones. Returns how many stay. */
static size_t sort_distinct(struct vec *numbers, size_t start)
{
	size_t n = numbers->count - start, kept = 0;
	uint32_t *all;

	if (n == 0)
		return 0;
	all = vec_at(numbers, start);
	qsort(all, n, sizeof(*all), by_number);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || all[i] != all[kept - 1])
			all[kept++] = all[i];
	vec_resize(numbers, start + kept);
	return kept;
}

/* Add the family of the packages from @first on. It knows the CVEs of all of them, but for those of
 * sources that know one release only. */
static int add_family(struct index *x, struct build *b, uint32_t first)
{
	const struct db_pkg *pkg = vec_at(&x->pkgs, first),
			    *last = vec_at(&x->pkgs, x->pkgs.count - 1);
	const char *package = pool_get(&b->pool, pkg->package);
	struct db_family *fam = vec_push(&x->families);
	size_t start = x->famcves.count, kept;
	uint32_t distro = pkg->distro, end = last->fix + last->fixes;
	char name[160];

	if (fam == NULL)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%.*s", (int)package_family(package), package);
	for (uint32_t i = pkg->fix; i < end; i++) {
		const struct db_fix *f = vec_at(&x->fixes, i);
		uint32_t *slot;

		if (f->flags & DB_F_PARTIAL)
			continue;
		slot = vec_push(&x->famcves);
		if (slot == NULL)
			return -ENOMEM;
		*slot = f->cve;
	}
	kept = sort_distinct(&x->famcves, start);
	*fam = (struct db_family){distro,          pool_text(&b->pool, name),
	                          first,           (uint32_t)x->pkgs.count - first,
	                          (uint32_t)start, (uint32_t)kept};
	return b->pool.failed ? -ENOMEM : 0;
}

/* Turn the list of families into the hash table that the file holds. */
static int hash_families(struct index *x, const struct build *b)
{
	struct vec table = {.item = sizeof(struct db_family)};
	size_t slots = 64;
	struct db_family *out;

	while (slots < x->families.count * 2)
		slots *= 2;
	if (!vec_resize(&table, slots))
		return -ENOMEM;
	out = table.data;
	for (size_t i = 0; i < x->families.count; i++) {
		const struct db_family *f = vec_at(&x->families, i);
		const char *name = pool_get(&b->pool, f->family);
		size_t at = db_slot(
			db_family_hash(pool_get(&b->pool, f->distro), name, strlen(name)), slots);

		while (out[at].family != 0)
			at = (at + 1) & (slots - 1);
		out[at] = *f;
	}
	vec_fini(&x->families);
	x->families = table;
	return 0;
}

static int by_whole(const void *p, const void *q)
{
	uint64_t a = *(const uint64_t *)p, b = *(const uint64_t *)q;

	return (a > b) - (a < b);
}

/* Whether a feed covers the package of the row completely. */
static bool told_whole(const struct build *b, const struct build_fix *f)
{
	uint64_t place = build_place(f->distro, f->release, f->package);

	return b->whole.count > 0 &&
	       bsearch(&place, b->whole.data, b->whole.count, sizeof(place), by_whole) != NULL;
}

static bool same_subject(const struct build_fix *a, const struct build_fix *b)
{
	return a->distro == b->distro && a->release == b->release && a->package == b->package &&
	       a->year == b->year && a->number == b->number;
}

/* Drop the rows of the present file that feeds replace: those about a CVE in a package on which a
 * feed has rows, and those of a package that a feed covers completely. Rows are sorted before and
 * after. */
static void retire(struct build *b)
{
	struct build_fix *f = b->fixes.data;
	size_t n = b->fixes.count, kept = 0, next;

	if (b->whole.count > 1)
		qsort(b->whole.data, b->whole.count, sizeof(uint64_t), by_whole);
	for (size_t i = 0; i < n; i = next) {
		size_t first = i;
		struct build_fix subject = f[i];
		bool any = false;

		for (next = i; next < n && same_subject(&f[next], &subject); next++)
			any = any || !f[next].present;
		for (; first < next; first++) {
			struct build_fix row = f[first];

			if (row.present && (any || told_whole(b, &row)))
				continue;
			row.present = false;
			f[kept++] = row;
		}
	}
	vec_resize(&b->fixes, kept);
}

/* Whether the row @a about one CVE in one package is superseded by @b, another one about the same.
 * What one source calls open, another one has seen fixed; of two fixes the lower one counts, since
 * a later advisory names the CVE again. Packages of other streams are fixed by themselves. */
static bool superseded(const struct build_fix *a, const struct build_fix *b,
                       const struct pool *pool)
{
	const char *distro = pool_get(pool, a->distro);
	const char *own = pool_get(pool, a->fixed), *other = pool_get(pool, b->fixed);
	version_order order = version_order_of(distro);

	/* FreeBSD's ranges add up: what lies in any of them is vulnerable. */
	if (order == version_freebsd_cmp)
		return false;
	if (a->introduced != b->introduced || ((a->flags | b->flags) & DB_F_NEVER) || b->fixed == 0)
		return false;
	if (a->fixed == 0)
		return a->introduced == 0;
	if (order == version_rpm_cmp && !version_rpm_same_stream(own, other))
		return false;
	return order(other, own) < 0;
}

/* Whether @by supersedes the row @f. It then knows of the other releases what @f did, and how important
 * the distribution calls it. */
static bool supersedes(struct build_fix *by, const struct build_fix *f, const struct pool *pool)
{
	if (!superseded(f, by, pool))
		return false;
	if (!(f->flags & DB_F_PARTIAL))
		by->flags &= ~(uint32_t)DB_F_PARTIAL;
	by->flags |= f->flags & DB_F_UNIMPORTANT;
	return true;
}

/* Keep of the rows about one CVE in one package those that no other one supersedes. Rows are sorted
 * before and after. */
static int settle(struct build *b)
{
	enum { LOOK = 64 }; /* how many rows before and after are compared */
	struct build_fix *f = b->fixes.data;
	size_t n = b->fixes.count, kept = 0, first = 0;
	bool *drop = NULL;

	drop = calloc(n > 0 ? n : 1, sizeof(*drop));
	if (drop == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (!same_subject(&f[first], &f[i]))
			first = i;
		for (size_t k = i > first + LOOK ? i - LOOK : first; k < i; k++) {
			drop[i] = drop[i] || supersedes(&f[k], &f[i], &b->pool);
			drop[k] = drop[k] || supersedes(&f[i], &f[k], &b->pool);
		}
	}
	for (size_t i = 0; i < n; i++)
		if (!drop[i])
			f[kept++] = f[i];
	free(drop);
	vec_resize(&b->fixes, kept);
	return 0;
}

int index_packages(struct index *x, struct build *b)
{
	struct build_fix *f = b->fixes.data;
	size_t n, next;
	uint32_t family = 0;
	int ret = 0;

	if (b->fixes.count > 0)
		qsort_r(f, b->fixes.count, sizeof(*f), by_place, &b->pool);
	retire(b);
	ret = settle(b);
	n = b->fixes.count;
	for (size_t i = 0; i < n && ret == 0; i = next) {
		bool last;

		for (next = i + 1; next < n && f[next].distro == f[i].distro &&
		                   f[next].release == f[i].release &&
		                   f[next].package == f[i].package;)
			next++;
		ret = add_package(x, b, f + i, next - i);
		last = next == n || f[next].distro != f[i].distro ||
		       by_family(&b->pool, f[next].package, f[i].package) != 0;
		if (ret == 0 && last) {
			ret = add_family(x, b, family);
			family = (uint32_t)x->pkgs.count;
		}
	}
	return ret == 0 ? hash_families(x, b) : ret;
}
