/* SPDX-License-Identifier: Apache-2.0 */
/* test_fix.c - compares what fix.c says of a package with a plain reading of all its rows: the
 * versions are compared as texts, without ordinals and cursors. */
#include <stdlib.h>
#include <string.h>

#include "distro.h"
#include "fix.h"
#include "splitmix.h"
#include "suite.h"

static struct vulndb *db;

static void setup(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
}

static void teardown(void)
{
	vulndb_close(db);
}

static const struct db_pkg *package_at(uint64_t random)
{
	const struct db_pkg *all = db->table[DB_PKG].data;

	return &all[random % db->table[DB_PKG].count];
}

static const char *version_at(const struct db_pkg *p, uint64_t n)
{
	const uint32_t *vers = (const uint32_t *)db->table[DB_FIXVER].data + p->ver;

	return db_text(db, vers[n]);
}

static const struct db_fix *row_at(const struct db_pkg *p, uint32_t n)
{
	return (const struct db_fix *)db->table[DB_FIX].data + p->fix + n;
}

/* An identity of the package @p whose version is @version; "" for one that is not known. */
static struct vd_identity identity_of(const struct db_pkg *p, const char *version)
{
	struct vd_identity id = {0};

	snprintf(id.distro, sizeof(id.distro), "%s", db_text(db, p->distro));
	snprintf(id.distro_release, sizeof(id.distro_release), "%s", db_text(db, p->release));
	snprintf(id.package, sizeof(id.package), "%s", db_text(db, p->package));
	snprintf(id.package_version, sizeof(id.package_version), "%s", version);
	return id;
}

/* How @stated compares with the version number @i of the package. Banners leave the epoch out: it is
 * that of the package's newest version. (They also leave out a mark of repacking, but those below are
 * the data's own versions.) */
static int plain_order(const struct db_pkg *p, const char *stated, uint32_t i)
{
	version_order order = version_order_of(db_text(db, p->distro));
	const char *newest = version_at(p, p->vers - 1), *colon = strchr(newest, ':');
	char full[200];

	snprintf(full, sizeof(full), "%.*s%.100s",
	         colon != NULL && strchr(stated, ':') == NULL ? (int)(colon - newest + 1) : 0,
	         newest, stated);
	return order(full, version_at(p, i));
}

/* Whether @stated lies at or above the version that the ordinal @ord of a row means. */
static bool reaches(const struct db_pkg *p, const char *stated, uint32_t ord)
{
	return ord == 0 || plain_order(p, stated, (ord - 1) / 2) >= 0;
}

/* Whether @stated lies above all versions that the data names: a fix may have come since. */
static bool is_newer(const struct db_pkg *p, const char *stated)
{
	return p->vers > 0 && plain_order(p, stated, p->vers - 1) > 0;
}

/* What one row says of the version @stated, which is known. */
static uint8_t plain_row(const struct db_pkg *p, const struct db_fix *r, const char *stated)
{
	bool open = r->flags & DB_F_UNFIXED;

	if ((r->flags & DB_F_NEVER) || !reaches(p, stated, r->lo) ||
	    (!open && reaches(p, stated, r->hi)))
		return VD_FIXED;
	if (open && (!distro_confirms_open(db_text(db, p->distro)) || is_newer(p, stated)))
		return VD_POSSIBLE;
	return r->flags & DB_F_UNIMPORTANT ? VD_POSSIBLE : VD_AFFECTED;
}

/* Whether a row is about packages of a module's other stream. */
static bool is_elsewhere(const struct db_pkg *p, const struct db_fix *r, const char *stated)
{
	return r->fixed != 0 && version_order_of(db_text(db, p->distro)) == version_rpm_cmp &&
	       !version_rpm_same_stream(stated, db_text(db, r->fixed));
}

/* The worst that the rows of a CVE say; 0 if no row names it. */
static uint8_t plain_about(const struct db_pkg *p, const char *stated, uint32_t cve)
{
	uint8_t worst = 0;

	for (uint32_t i = 0; i < p->fixes; i++) {
		const struct db_fix *r = row_at(p, i);
		uint8_t kind =
			r->cve == cve && !is_elsewhere(p, r, stated) ? plain_row(p, r, stated) : 0;

		if (kind != 0 && (worst == 0 || kind < worst))
			worst = kind;
	}
	return worst;
}

/* Ask about each CVE that the package's rows name, in ascending order, as a match does. */
static unsigned check_package(const struct db_pkg *p, const char *stated)
{
	struct vd_identity id = identity_of(p, stated);
	struct match_query q;
	unsigned asked = 0;

	match_query_init(&q, db, &id, NULL);
	ck_assert_uint_eq(q.packages, 1);
	ck_assert_ptr_eq(q.package[0].pkg, p);
	for (uint32_t i = 0; i < p->fixes; i++) {
		const struct db_fix *r = row_at(p, i);
		struct fix_answer a = fix_about(&q, 0, r->cve);

		ck_assert_msg(a.kind == plain_about(p, stated, r->cve),
		              "%s %s %s: CVE %u: %u instead of %u", id.distro, id.package, stated,
		              r->cve, a.kind, plain_about(p, stated, r->cve));
		ck_assert(a.kind == 0 || a.pkg == q.package[0].index + 1);
		asked++;
	}
	return asked;
}

START_TEST(fix_says_what_the_rows_of_the_package_say)
{
	uint64_t state = (uint64_t)_i;
	unsigned asked = 0;

	while (asked < 20000) {
		const struct db_pkg *p = package_at(splitmix(&state));
		char between[96];
		const char *stated;

		if (p->vers == 0)
			continue;
		stated = version_at(p, splitmix(&state) % p->vers);
		asked += check_package(p, stated);
		/* A version that the data does not name, just behind one that it names. */
		snprintf(between, sizeof(between), "%.90s.1", stated);
		asked += check_package(p, between);
	}
}
END_TEST

/* A version before all that the data names is not taken for one that is not known. */
START_TEST(fix_knows_a_version_before_the_first)
{
	uint64_t state = 1;

	for (unsigned n = 0; n < 200; n++) {
		const struct db_pkg *p = package_at(splitmix(&state));

		if (p->vers > 0)
			check_package(p, "0~0");
	}
}
END_TEST

START_TEST(fix_next_passes_over_no_cve_that_is_a_hit)
{
	uint64_t state = (uint64_t)_i;
	unsigned hits = 0;

	for (unsigned n = 0; n < 300; n++) {
		const struct db_pkg *p = package_at(splitmix(&state));
		const char *stated = p->vers > 0 ? version_at(p, splitmix(&state) % p->vers) : "";
		struct vd_identity id = identity_of(p, stated);
		struct match_query q;
		uint32_t from = 0;

		match_query_init(&q, db, &id, NULL);
		for (uint32_t next = fix_next(&q, 0); next != UINT32_MAX;
		     next = fix_next(&q, from)) {
			ck_assert_uint_ge(next, from);
			/* None of the CVEs that were passed over is a hit. */
			for (uint32_t i = 0; stated[0] != '\0' && i < p->fixes; i++)
				if (row_at(p, i)->cve >= from && row_at(p, i)->cve < next) {
					uint8_t kind = plain_about(p, stated, row_at(p, i)->cve);

					ck_assert(kind == VD_FIXED || kind == 0);
				}
			from = next + 1;
			hits++;
		}
	}
	ck_assert_uint_gt(hits, 0);
}
END_TEST

/* Where the releases of a distribution disagree and none is named, the answer is "possible". */
START_TEST(fix_does_not_choose_a_release)
{
	uint64_t state = 5;
	unsigned seen = 0;

	for (unsigned n = 0; n < 2000 && seen < 50; n++) {
		const struct db_pkg *p = package_at(splitmix(&state));
		struct vd_identity id = identity_of(p, p->vers > 0 ? version_at(p, 0) : "");
		struct match_query q;

		id.distro_release[0] = '\0';
		match_query_init(&q, db, &id, NULL);
		for (uint32_t i = 0; q.packages > 1 && i < p->fixes; i++) {
			struct fix_answer a = fix_about(&q, 0, row_at(p, i)->cve);

			seen += a.why == WHY_RELEASE;
			ck_assert(a.why != WHY_RELEASE || a.kind == VD_POSSIBLE);
		}
	}
	ck_assert_uint_gt(seen, 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("fix");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, fix_says_what_the_rows_of_the_package_say, 0, 3);
	tcase_add_test(tc, fix_knows_a_version_before_the_first);
	tcase_add_loop_test(tc, fix_next_passes_over_no_cve_that_is_a_hit, 0, 3);
	tcase_add_test(tc, fix_does_not_choose_a_release);
	return suite_run("fix", tc);
}
