/* SPDX-License-Identifier: Apache-2.0 */
/* test_banner.c - claims about the verdicts that a banner leads to: whose package answers, and which
 * product is only beside it. */
#include "fixture.h"
#include "suite.h"

enum { FACTS = 3 };

static struct vd_hit hits[FIXTURE_HITS];

static void open_bundle(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &fixture_db, &err) == 0, "%s", err.text);
	fixture_scratch = vd_scratch_new(fixture_db);
	ck_assert_ptr_nonnull(fixture_scratch);
}

struct fact {
	const char *name, *value;
};

static struct vd_identity identify(const struct fact *list, size_t n)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	for (size_t i = 0; i < n && list[i].name != NULL; i++)
		ck_assert_int_eq(
			vd_facts_add(facts, list[i].name, list[i].value, strlen(list[i].value)), 0);
	ck_assert_int_ge(vulndb_identify(fixture_db, fixture_scratch, facts, &id), 0);
	vd_facts_free(facts);
	return id;
}

/* ---- packages that do not come from the distribution ---- */

static const struct {
	struct fact fact;
	const char *product, *os, *os_version;
} foreign[] = {
	{{"mysql.version", "5.5.5-10.6.12-MariaDB-1:10.6.12+maria~deb11"},
         "MariaDB",
         "Debian Linux",
         "11"},
	{{"mysql.version", "5.7.8-MariaDB-1:10.3.13+maria~bionic"},
         "MariaDB",
         "Ubuntu Linux",
         "18.04"},
	{{"mysql.version", "10.11.6-MariaDB-1:10.11.6+maria~ubu2204"},
         "MariaDB",
         "Ubuntu Linux",
         "22.04"},
	{{"mysql.version", "5.5.5-10.5.5-MariaDB-1:10.5.5+maria~buster-log"},
         "MariaDB",
         "Debian Linux",
         "10"},
	{{"http.powered_by", "PHP/7.4.33-8+ubuntu20.04.1+deb.sury.org+1"},
         "PHP",
         "Ubuntu Linux",
         "20.04"},
	{{"http.powered_by", "PHP/8.2.10-1+0~20230901.37+debian12~1.gbpb3f2a3"},
         "PHP",
         "Debian Linux",
         "12"},
	{{"http.powered_by", "PHP/5.6.30-1~dotdeb+7.1"}, "PHP", NULL, NULL},
};

START_TEST(a_build_of_another_maker_has_no_rows_of_the_distribution)
{
	struct vd_identity id = identify(&foreign[_i].fact, 1);
	int n = vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS);

	ck_assert_str_eq(id.product, foreign[_i].product);
	ck_assert_str_eq(id.distro, "");
	ck_assert_str_eq(id.package, "");
	ck_assert_str_eq(id.package_version, "");
	if (foreign[_i].os != NULL) {
		ck_assert_str_eq(id.os, foreign[_i].os);
		ck_assert_str_eq(id.os_version, foreign[_i].os_version);
	}
	ck_assert_int_gt(n, 0);
	for (int i = 0; i < n; i++) {
		struct vd_verdict v;

		vulndb_verdict(fixture_db, &id, &hits[i], &v);
		ck_assert_msg(v.kind != VD_FIXED && v.fixed_by[0] == '\0', "%s %s: %s by %s",
		              foreign[_i].fact.value, v.cve, vd_kind_name(v.kind), v.fixed_by);
		ck_assert_str_eq(v.source, "nvd");
	}
}
END_TEST

/* An older record may still name the distribution beside such a suffix. */
START_TEST(the_suffix_overrides_a_stated_distribution)
{
	struct vd_identity id = identify(&foreign[0].fact, 1);
	int n;

	strcpy(id.distro, "debian");
	strcpy(id.distro_release, "11");
	n = vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS);
	for (int i = 0; i < n; i++)
		ck_assert_uint_ne(hits[i].kind, VD_FIXED);
}
END_TEST

/* ---- the name of an operating system ---- */

static const struct {
	struct fact fact;
	const char *os, *os_version, *distro;
} systems[] = {
	{{"telnet.banner", "Debian GNU/Linux 9\r\nhost login:"}, "Debian Linux", "9", "debian"},
	{{"telnet.banner", "Ubuntu 16.04.7 LTS\r\nhost login:"}, "Ubuntu Linux", "16.04", "ubuntu"},
	{{"telnet.banner", "CentOS Linux 7 (Core)\r\nKernel 3.10.0 on an x86_64\r\n"},
         "CentOS",
         "7",
         "centos"},
	{{"telnet.banner", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\r\n"},
         "Red Hat Enterprise Linux",
         "6.10",
         "rhel"},
};

START_TEST(an_operating_system_is_no_product)
{
	struct vd_identity id = identify(&systems[_i].fact, 1);

	ck_assert_str_eq(id.service, "telnet");
	ck_assert_str_eq(id.product, "");
	ck_assert_str_eq(id.os, systems[_i].os);
	ck_assert_str_eq(id.os_version, systems[_i].os_version);
	ck_assert_str_eq(id.distro, systems[_i].distro);
	ck_assert_int_eq(vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS), 0);
}
END_TEST

START_TEST(a_system_that_a_foreign_rule_calls_a_product_gives_no_verdict)
{
	struct vd_identity id = fixture_identity("cpe:2.3:o:debian:debian_linux:9.0");

	ck_assert_int_gt(vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS), 0);
	strcpy(id.rule, "recog.telnet_banners.1");
	ck_assert_int_eq(vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS), 0);
}
END_TEST

/* ---- forks ---- */

static const struct {
	struct fact fact;
	const char *product, *version, *cpe;
	const char *parent; /* whose ranges are possible at most */
} forks[] = {
	{{"redis.fork", "Valkey/7.2.5"},
         "Valkey",
         "7.2.5",
         "cpe:2.3:a:valkey-io:valkey:7.2.5:",
         "cpe:2.3:a:redis:redis"},
	{{"redis.fork", "KeyDB/6.3.4"}, "KeyDB", "6.3.4", "", "cpe:2.3:a:redis:redis"},
	{{"redis.fork", "Dragonfly/df-v1.26.1"},
         "Dragonfly",
         "1.26.1",
         "",
         "cpe:2.3:a:redis:redis"},
	{{"redis.fork", "Garnet/1.0.50"}, "Garnet", "1.0.50", "", "cpe:2.3:a:redis:redis"},
	{{"mysql.version", "5.6.38-83.0"},
         "Percona Server",
         "5.6.38",
         "cpe:2.3:a:percona:percona_server:5.6.38:",
         "cpe:2.3:a:oracle:mysql"},
	{{"ssh.banner", "OpenSSH_for_Windows_7.7"},
         "OpenSSH for Windows",
         "7.7",
         "cpe:2.3:a:openbsd:openssh:7.7:",
         "cpe:2.3:a:openbsd:openssh"},
	{{"http.server", "openresty/1.13.6.2"},
         "OpenResty",
         "1.13.6.2",
         "cpe:2.3:a:openresty:openresty:1.13.6.2:",
         "cpe:2.3:a:f5:nginx"},
	{{"http.server", "Tengine/2.3.2"},
         "Tengine",
         "2.3.2",
         "cpe:2.3:a:alibaba:tengine:2.3.2:",
         "cpe:2.3:a:f5:nginx"},
	{{"http.server", "Angie/1.4.1"}, "Angie", "1.4.1", "", "cpe:2.3:a:f5:nginx"},
};

START_TEST(a_fork_keeps_its_name_and_is_not_its_parent)
{
	struct vd_identity id = identify(&forks[_i].fact, 1);
	int n = vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS);

	ck_assert_str_eq(id.product, forks[_i].product);
	ck_assert_str_eq(id.version, forks[_i].version);
	ck_assert_msg(strncmp(id.cpe[0], forks[_i].cpe, strlen(forks[_i].cpe)) == 0, "%s",
	              id.cpe[0]);
	for (int i = 0; i < n; i++) {
		struct vd_verdict v;
		bool by_parent;

		vulndb_verdict(fixture_db, &id, &hits[i], &v);
		by_parent = strcmp(v.cpe, forks[_i].parent) == 0;
		ck_assert_msg(!by_parent || v.kind == VD_POSSIBLE, "%s is %s for %s", v.cve,
		              vd_kind_name(v.kind), forks[_i].product);
	}
}
END_TEST

START_TEST(what_the_parent_has_is_possible_for_the_fork)
{
	const struct fact fact = {"ssh.banner", "OpenSSH_for_Windows_7.7"};
	struct vd_identity id = identify(&fact, 1);
	struct vd_verdict v = fixture_verdict(&id, "CVE-2018-15473");

	ck_assert_uint_eq(v.kind, VD_POSSIBLE);
	ck_assert_str_eq(v.why, "the range is that of the product it was forked from");
}
END_TEST

/* ---- components ---- */

static const struct {
	struct fact facts[FACTS];
	const char *product, *cve;
	uint8_t kind;        /* 0 = none */
	const char *version; /* of the component, in the evidence */
} components[] = {
	{{{"http.server", "Apache/2.2.22 (Unix) OpenSSL/1.0.1f PHP/5.4.3"}},
         "Apache HTTP Server",
         "CVE-2014-0160",
         VD_AFFECTED,
         "1.0.1f"},
	{{{"http.server", "Apache/2.4.57 (Win64) OpenSSL/1.0.1g"}},
         "Apache HTTP Server",
         "CVE-2014-0160",
         0,
         ""},
	{{{"http.server", "Apache/2.2.22 (Unix) OpenSSL/1.0.1f PHP/5.4.1"}},
         "Apache HTTP Server",
         "CVE-2012-1823",
         VD_AFFECTED,
         "5.4.1"},
	{{{"http.server", "Apache"}, {"http.powered_by", "PHP/5.4.1"}},
         "Apache HTTP Server",
         "CVE-2012-1823",
         VD_AFFECTED,
         "5.4.1"},
	{{{"http.server", "nginx"}, {"http.powered_by", "PHP/5.4.1"}},
         "nginx",
         "CVE-2012-1823",
         VD_AFFECTED,
         "5.4.1"},
	{{{"http.header", "X-JupyterHub-Version: 4.0.2"}, {"http.server", "TornadoServer/6.3"}},
         "JupyterHub",
         "CVE-2014-0160",
         0,
         ""},
	/* Its distribution may have fixed it: its revision is not known. */
	{{{"http.server", "Apache/2.4.57 (Debian)"}, {"http.powered_by", "PHP/8.2.1"}},
         "Apache HTTP Server",
         "CVE-2024-2756",
         VD_POSSIBLE,
         "8.2.1"},
};

START_TEST(a_component_has_verdicts_of_its_own)
{
	struct vd_identity id = identify(components[_i].facts, FACTS);
	struct vd_verdict v = fixture_verdict(&id, components[_i].cve);

	ck_assert_str_eq(id.product, components[_i].product);
	ck_assert_msg(v.kind == components[_i].kind, "%s: %s is %s (%s)",
	              components[_i].facts[0].value, components[_i].cve, vd_kind_name(v.kind),
	              v.why);
	ck_assert_str_eq(v.version, components[_i].version);
}
END_TEST

/* A server without a version has none, whatever its modules state. */
START_TEST(a_component_lends_its_version_to_nobody)
{
	const struct fact facts[FACTS] = {{"http.server", "Apache"},
	                                  {"http.powered_by", "PHP/5.4.1"}};
	struct vd_identity id = identify(facts, FACTS);
	int n = vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS);

	ck_assert_str_eq(id.version, "");
	ck_assert_int_gt(n, 0);
	for (int i = 0; i < n; i++) {
		struct vd_verdict v;

		vulndb_verdict(fixture_db, &id, &hits[i], &v);
		ck_assert_str_eq(v.cpe, "cpe:2.3:a:php:php");
	}
}
END_TEST

/* ---- packages of several branches ---- */

START_TEST(tomcat_9_is_not_the_package_of_tomcat_10)
{
	struct vd_identity id = fixture_identity("cpe:2.3:a:apache:tomcat:9.0.43:*:*:*:*:*:*:*");
	int n;

	strcpy(id.distro, "debian");
	strcpy(id.distro_release, "12");
	n = vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS);
	ck_assert_int_gt(n, 0);
	for (int i = 0; i < n; i++) {
		struct vd_verdict v;

		vulndb_verdict(fixture_db, &id, &hits[i], &v);
		ck_assert_msg(strstr(v.fixed_by, "tomcat10") == NULL, "%s: %s", v.cve, v.fixed_by);
	}
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("banner");

	tcase_add_checked_fixture(t, open_bundle, fixture_close);
	tcase_add_loop_test(t, a_build_of_another_maker_has_no_rows_of_the_distribution, 0,
	                    sizeof(foreign) / sizeof(foreign[0]));
	tcase_add_test(t, the_suffix_overrides_a_stated_distribution);
	tcase_add_loop_test(t, an_operating_system_is_no_product, 0,
	                    sizeof(systems) / sizeof(systems[0]));
	tcase_add_test(t, a_system_that_a_foreign_rule_calls_a_product_gives_no_verdict);
	tcase_add_loop_test(t, a_fork_keeps_its_name_and_is_not_its_parent, 0,
	                    sizeof(forks) / sizeof(forks[0]));
	tcase_add_test(t, what_the_parent_has_is_possible_for_the_fork);
	tcase_add_loop_test(t, a_component_has_verdicts_of_its_own, 0,
	                    sizeof(components) / sizeof(components[0]));
	tcase_add_test(t, a_component_lends_its_version_to_nobody);
	tcase_add_test(t, tomcat_9_is_not_the_package_of_tomcat_10);
	return suite_run("banner", t);
}
