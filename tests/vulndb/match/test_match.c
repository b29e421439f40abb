/* SPDX-License-Identifier: Apache-2.0 */
/* test_match.c - claims about verdicts, on the bundled facts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "db.h"
#include "distro.h"
#include "version.h"
#include "vulndb.h"
#include "suite.h"

enum { CAP = 4096 };

static struct vulndb *db;
static struct vd_scratch *scratch;
static struct vd_hit hits[CAP];

static void open_bundle(void)
{
	struct error err;

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
	scratch = vd_scratch_new(db);
	ck_assert_ptr_nonnull(scratch);
}

static void close_bundle(void)
{
	vd_scratch_free(scratch);
	vulndb_close(db);
}

static const struct vd_hit *find(const struct vd_identity *id, const char *cve,
                                 struct vd_verdict *out)
{
	size_t n = vulndb_match(db, scratch, id, hits, CAP);

	for (size_t i = 0; i < n && i < CAP; i++) {
		vulndb_verdict(db, id, &hits[i], out);
		if (strcmp(out->cve, cve) == 0)
			return &hits[i];
	}
	memset(out, 0, sizeof(*out));
	return NULL;
}

static struct vd_identity identity(const char *cpe)
{
	struct vd_identity id;
	struct error err;

	ck_assert_msg(vd_identity_from_cpe(cpe, &id, &err) == 0, "%s", err.text);
	return id;
}

static const struct {
	const char *cpe, *distro, *release, *package, *version, *cve;
	uint8_t kind; /* 0 = not among the verdicts */
} known[] = {
	{"cpe:2.3:a:openssl:openssl:1.0.1f", "", "", "", "", "CVE-2014-0160", VD_AFFECTED},
	{"cpe:2.3:a:openssl:openssl:1.0.1g", "", "", "", "", "CVE-2014-0160", 0},
	{"cpe:2.3:a:apache:http_server:2.4.49", "", "", "", "", "CVE-2021-41773", VD_AFFECTED},
	{"cpe:2.3:a:apache:http_server:2.4.50", "", "", "", "", "CVE-2021-41773", 0},
	{"cpe:2.3:a:vsftpd_project:vsftpd:2.3.4", "", "", "", "", "CVE-2011-2523", VD_AFFECTED},
	{"cpe:2.3:a:beasts:vsftpd:2.3.4", "", "", "", "", "CVE-2011-2523", VD_AFFECTED},
	{"cpe:2.3:a:vsftpd_project:vsftpd:2.3.5", "", "", "", "", "CVE-2011-2523", 0},
	{"cpe:2.3:a:proftpd:proftpd:1.3.5", "", "", "", "", "CVE-2015-3306", VD_AFFECTED},
	{"cpe:2.3:a:openbsd:openssh:9.2:p1", "", "", "", "", "CVE-2024-6387", VD_AFFECTED},
	{"cpe:2.3:a:openbsd:openssh:9.2:p1", "debian", "12", "openssh", "1:9.2p1-2+deb12u3",
         "CVE-2024-6387", VD_FIXED},
	{"cpe:2.3:a:openbsd:openssh:9.2:p1", "debian", "12", "openssh", "9.2p1-2+deb12u10",
         "CVE-2024-6387", VD_FIXED},
	{"cpe:2.3:a:openbsd:openssh:9.2:p1", "debian", "12", "openssh", "1:9.2p1-2+deb12u2",
         "CVE-2024-6387", VD_AFFECTED},
	{"cpe:2.3:a:openbsd:openssh:9.2:p1", "debian", "12", "", "", "CVE-2024-6387", VD_POSSIBLE},
	{"cpe:2.3:a:openbsd:openssh:8.4:p1", "debian", "11", "openssh", "1:8.4p1-5+deb11u3",
         "CVE-2024-6387", 0},
	{"cpe:2.3:a:f5:nginx:1.18.0", "ubuntu", "", "nginx", "", "CVE-2021-23017", VD_POSSIBLE},
	{"cpe:2.3:a:nginx:nginx:1.18.0", "", "", "", "", "CVE-2021-23017", VD_AFFECTED},
	{"cpe:2.3:a:openbsd:openssh:*", "", "", "", "", "CVE-2024-6387", 0},
};

START_TEST(match_knows_the_known_answers)
{
	struct vd_identity id = identity(known[_i].cpe);
	struct vd_verdict v;

	snprintf(id.distro, sizeof(id.distro), "%s", known[_i].distro);
	snprintf(id.distro_release, sizeof(id.distro_release), "%s", known[_i].release);
	snprintf(id.package, sizeof(id.package), "%s", known[_i].package);
	snprintf(id.package_version, sizeof(id.package_version), "%s", known[_i].version);
	find(&id, known[_i].cve, &v);
	ck_assert_msg(v.kind == known[_i].kind, "%s %s %s: %s is %s (%s)", known[_i].cpe,
	              known[_i].distro, known[_i].version, known[_i].cve, vd_kind_name(v.kind),
	              v.why);
}
END_TEST

START_TEST(match_gives_evidence)
{
	struct vd_identity id = identity("cpe:2.3:a:openbsd:openssh:9.2:p1");
	struct vd_verdict v;

	ck_assert_ptr_nonnull(find(&id, "CVE-2024-6387", &v));
	ck_assert_int_eq(v.confidence, 60);
	ck_assert_str_eq(v.source, "nvd");
	ck_assert_str_eq(v.cpe, "cpe:2.3:a:openbsd:openssh");
	ck_assert_str_eq(v.version, "9.2p1");
	ck_assert_int_eq(v.cvss_x10, 81);
	ck_assert_str_eq(v.cvss_version, "3.1");
	strcpy(id.distro, "debian");
	strcpy(id.distro_release, "12");
	strcpy(id.package, "openssh");
	strcpy(id.package_version, "1:9.2p1-2+deb12u3");
	ck_assert_ptr_nonnull(find(&id, "CVE-2024-6387", &v));
	ck_assert_str_eq(v.fixed_by, "debian:bookworm openssh 1:9.2p1-2+deb12u3");
	ck_assert_int_eq(v.confidence, 90);
}
END_TEST

START_TEST(match_lists_each_cve_once_in_order)
{
	struct vd_identity id = identity("cpe:2.3:a:php:php:7.4.3");
	size_t n = vulndb_match(db, scratch, &id, hits, CAP);

	ck_assert_uint_gt(n, 10);
	for (size_t i = 1; i < n; i++) {
		ck_assert(hits[i - 1].kind <= hits[i].kind);
		if (hits[i - 1].kind == hits[i].kind)
			ck_assert(hits[i - 1].cve < hits[i].cve);
		for (size_t k = 0; k < i; k++)
			ck_assert(hits[k].cve != hits[i].cve);
	}
	/* The cached answer is the same. */
	{
		static struct vd_hit again[CAP];

		ck_assert_uint_eq(vulndb_match(db, scratch, &id, again, CAP), n);
		ck_assert_mem_eq(again, hits, n * sizeof(*hits));
	}
	ck_assert_uint_eq(vulndb_match(db, scratch, &id, hits, 3), n);
}
END_TEST

/* A banner that names no distribution may still come from a package that has the fix. */
START_TEST(a_bare_banner_of_a_packaged_version_is_possible)
{
	struct vd_identity id = identity("cpe:2.3:a:redis:redis:7.0.15:*:*:*:*:*:*:*");
	struct vd_verdict v;

	ck_assert_ptr_nonnull(find(&id, "CVE-2024-31449", &v));
	ck_assert_int_eq(v.kind, VD_AFFECTED);
	strcpy(id.rule, "redis");
	ck_assert_ptr_nonnull(find(&id, "CVE-2024-31449", &v));
	ck_assert_int_eq(v.kind, VD_POSSIBLE);
	ck_assert_ptr_nonnull(strstr(v.fixed_by, "debian:bookworm redis 5:7.0.15-1~deb12u"));
	strcpy(id.version, "7.0.14");
	strcpy(id.cpe[0], "cpe:2.3:a:redis:redis:7.0.14:*:*:*:*:*:*:*");
	ck_assert_ptr_nonnull(find(&id, "CVE-2024-31449", &v));
	ck_assert_int_eq(v.kind, VD_AFFECTED);
}
END_TEST

/* A CVE that the distribution calls unimportant is only possible, and a CVE with a vector has a
 * score. */
START_TEST(unimportant_is_possible_and_weighs_nothing)
{
	struct vd_identity id = identity("cpe:2.3:a:openbsd:openssh:9.2:p1");
	struct vd_finding f;
	struct vd_score score;
	struct vd_verdict v;

	strcpy(id.distro, "debian");
	strcpy(id.distro_release, "12");
	strcpy(id.package, "openssh");
	strcpy(id.package_version, "1:9.2p1-2+deb12u7");
	ck_assert_ptr_nonnull(find(&id, "CVE-2023-51767", &v));
	ck_assert_int_eq(v.kind, VD_POSSIBLE);
	ck_assert_int_eq(v.cvss_x10, 70);
	ck_assert_int_eq(v.severity, VD_SEV_HIGH);
	ck_assert_str_eq(v.cvss_version, "3.1");
	f = vd_finding_verdict(vulndb_model(db), &v, &(struct vd_spot){22, 6, 0, 1});
	vd_score(vulndb_model(db), &f, 1, &score);
	ck_assert_int_eq(f.base, 0);
	ck_assert_int_eq(score.level, VD_SAFE);
}
END_TEST

/* Records of old that name a product and no version say nothing about this one. */
START_TEST(a_record_without_versions_weighs_nothing)
{
	struct vd_identity id = identity("cpe:2.3:a:apache:http_server:2.4.62");
	size_t n = vulndb_match(db, scratch, &id, hits, CAP), seen = 0;

	for (size_t i = 0; i < n; i++) {
		struct vd_verdict v;

		vulndb_verdict(db, &id, &hits[i], &v);
		if (v.precision != VD_PRODUCT_ONLY)
			continue;
		seen++;
		ck_assert_int_eq(vd_finding_verdict(vulndb_model(db), &v,
		                                    &(struct vd_spot){80, 6, 0, 1})
		                         .base,
		                 0);
	}
	ck_assert_uint_gt(seen, 0);
}
END_TEST

START_TEST(half_a_version_is_possible_where_it_matters)
{
	struct vd_identity id = identity("cpe:2.3:a:openprinting:cups:2.4");
	size_t n = vulndb_match(db, scratch, &id, hits, CAP), possible = 0;

	for (size_t i = 0; i < n; i++)
		possible += hits[i].kind == VD_POSSIBLE;
	ck_assert_uint_gt(possible, 0);
}
END_TEST

/* Earlier queries do not change an answer: neither half a version nor a distribution is left
 * over. */
START_TEST(answers_do_not_hang_on_what_was_asked_before)
{
	static struct vd_hit fresh[CAP];
	const struct db_exact *exacts = db->table[DB_EXACT].data;
	const struct db_name *names = db->table[DB_NAME].data;
	struct vd_identity half = identity("cpe:2.3:a:openprinting:cups:2.4");
	size_t asked = 0;

	match_scratch_forget(scratch->match, true);
	for (uint32_t i = 0; i < db->table[DB_NAME].count; i++) {
		const struct db_group *g = &db_groups(db)[names[i].group];
		struct vd_scratch *other;
		struct vd_identity id;
		struct error err;
		char cpe[VD_CPE_LEN];
		size_t n;

		if (names[i].text == 0 || g->exacts == 0)
			continue;
		snprintf(cpe, sizeof(cpe), "cpe:2.3:%.90s:%.60s", db_text(db, names[i].text),
		         db_text(db, db_crits(db)[exacts[g->exact + g->exacts / 2].crit].lo_text));
		if (vd_identity_from_cpe(cpe, &id, &err) != 0)
			continue;
		other = vd_scratch_new(db);
		n = vulndb_match(db, other, &id, fresh, CAP);
		vd_scratch_free(other);
		strcpy(half.distro, asked % 2 == 0 ? "debian" : "");
		vulndb_match(db, scratch, &half, hits, CAP);
		ck_assert_msg((size_t)vulndb_match(db, scratch, &id, hits, CAP) == n, "%s", cpe);
		ck_assert_msg(memcmp(hits, fresh, (n < CAP ? n : CAP) * sizeof(hits[0])) == 0, "%s",
		              cpe);
		if (++asked == 400)
			break;
	}
	ck_assert_uint_ge(asked, 400);
}
END_TEST

/* For each fix in the data, with the package version that it names: the CVE must not be
 * affected. */
static size_t check_package(const struct db_group *g, const char *cpe, const struct db_pkg *pkg)
{
	const struct db_fix *fixes = (const struct db_fix *)db->table[DB_FIX].data + pkg->fix;
	const char *distro = db_text(db, pkg->distro);
	version_order order = version_order_of(distro);
	struct vd_identity id = identity(cpe);
	size_t checked = 0;

	(void)g;
	snprintf(id.distro, sizeof(id.distro), "%s", distro);
	snprintf(id.distro_release, sizeof(id.distro_release), "%s", db_text(db, pkg->release));
	snprintf(id.package, sizeof(id.package), "%s", db_text(db, pkg->package));
	for (uint32_t v = 0; v < pkg->vers; v++) {
		const uint32_t *vers = (const uint32_t *)db->table[DB_FIXVER].data + pkg->ver;
		const char *stated = db_text(db, vers[v]), *colon = strchr(stated, ':');
		size_t n;

		snprintf(id.package_version, sizeof(id.package_version), "%s", stated);
		/* A banner of that package states the upstream part. */
		snprintf(id.version, sizeof(id.version), "%s", colon != NULL ? colon + 1 : stated);
		id.version[strcspn(id.version, "-+~")] = '\0';
		snprintf(id.cpe[0], VD_CPE_LEN, "%.120s:%s", cpe, id.version);
		n = vulndb_match(db, scratch, &id, hits, CAP);
		ck_assert_uint_le(n, CAP);
		for (size_t i = 0; i < n; i++) {
			for (uint32_t f = 0; f < pkg->fixes; f++) {
				if (fixes[f].cve != hits[i].cve || fixes[f].fixed == 0 ||
				    order(db_text(db, fixes[f].fixed), stated) > 0 ||
				    (order == version_rpm_cmp &&
				     !version_rpm_same_stream(db_text(db, fixes[f].fixed), stated)))
					continue;
				checked++;
				ck_assert_msg(hits[i].kind != VD_AFFECTED,
				              "%s %s: a fixed CVE is affected", id.package, stated);
			}
		}
	}
	return checked;
}

START_TEST(no_cve_that_the_distribution_fixed_is_affected)
{
	const struct db_name *names = db->table[DB_NAME].data;
	const struct db_pkg *pkgs = db->table[DB_PKG].data;
	size_t checked = 0, packages = 0;

	for (uint32_t i = 0; i < db->table[DB_PKG].count; i++) {
		const char *package = db_text(db, pkgs[i].package);

		for (uint32_t k = 0; k < db->table[DB_NAME].count; k++) {
			const struct db_group *g = &db_groups(db)[names[k].group];
			char cpe[VD_CPE_LEN];

			if (names[k].text == 0 || strstr(db_text(db, g->packages), package) == NULL)
				continue;
			snprintf(cpe, sizeof(cpe), "cpe:2.3:%.100s", db_text(db, names[k].text));
			checked += check_package(g, cpe, &pkgs[i]);
			packages++;
			break;
		}
	}
	printf("%zu packages, %zu fixed CVEs looked at\n", packages, checked);
	ck_assert_uint_gt(packages, 100);
	ck_assert_uint_gt(checked, 1000);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("match");

	tcase_add_checked_fixture(t, open_bundle, close_bundle);
	tcase_add_loop_test(t, match_knows_the_known_answers, 0, sizeof(known) / sizeof(known[0]));
	tcase_add_test(t, match_gives_evidence);
	tcase_add_test(t, a_bare_banner_of_a_packaged_version_is_possible);
	tcase_add_test(t, match_lists_each_cve_once_in_order);
	tcase_add_test(t, unimportant_is_possible_and_weighs_nothing);
	tcase_add_test(t, a_record_without_versions_weighs_nothing);
	tcase_add_test(t, half_a_version_is_possible_where_it_matters);
	tcase_add_test(t, answers_do_not_hang_on_what_was_asked_before);
	tcase_add_test(t, no_cve_that_the_distribution_fixed_is_affected);
	return suite_run("match", t);
}
