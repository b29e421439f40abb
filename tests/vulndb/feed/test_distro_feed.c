/* SPDX-License-Identifier: Apache-2.0 */
/* test_distro_feed.c - claims about distributions' feeds: their data decides the verdict. */
#include "fixture.h"
#include "suite.h"

/* NVD calls nginx before 1.25.0 vulnerable; each distribution below has the fix in an older
 * version. */
#define NVD                                                                                        \
	"{\"cve\":{\"id\":\"CVE-2024-10001\",\"vulnStatus\":\"Analyzed\",\"configurations\":[{"    \
	"\"nodes\":[{"                                                                             \
	"\"operator\":\"OR\",\"negate\":false,\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":"    \
	"\"cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*\",\"versionEndExcluding\":\"1.25.0\"}]}]}]}}\n"
#define TRACKER                                                                                    \
	"{\"nginx\":{\"CVE-2024-10001\":{\"scope\":\"local\",\"description\":\"ours\","            \
	"\"releases\":{"                                                                           \
	"\"bookworm\":{\"status\":\"resolved\",\"repositories\":{\"bookworm\":\"1.22.1-9\"},"      \
	"\"fixed_version\":\"1.22.1-9+deb12u10\",\"urgency\":\"not yet assigned\"},"               \
	"\"bullseye\":{\"status\":\"open\",\"repositories\":{\"bullseye\":\"1.18.0-6.1\"},"        \
	"\"urgency\":\"low\"},"                                                                    \
	"\"trixie\":{\"status\":\"resolved\",\"fixed_version\":\"0\",\"urgency\":\"low\"}}}}}"
#define OSV(id, more, ecosystem, package, fixed)                                                   \
	"{\"schema_version\":\"1.7.0\",\"id\":\"" id "\"," more                                    \
	"\"modified\":\"2024-05-01T00:00:00Z\",\"affected\":[{\"package\":{\"ecosystem\":"         \
	"\"" ecosystem "\",\"name\":\"" package "\",\"purl\":\"pkg:x/" package                     \
	"\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":["                                     \
	"{\"introduced\":\"0\"},{\"fixed\":\"" fixed "\"}]}],\"versions\":[]}]}"
#define DEBIAN                                                                                     \
	OSV("DEBIAN-CVE-2024-10001", "\"upstream\":[\"CVE-2024-10001\"],", "Debian:12", "nginx",   \
	    "1.22.1-9+deb12u10")
#define UBUNTU                                                                                     \
	OSV("UBUNTU-CVE-2024-10001", "\"severity\":[{\"type\":\"Ubuntu\",\"score\":\"medium\"}],", \
	    "Ubuntu:22.04:LTS", "nginx", "1.18.0-6ubuntu14.10")
#define ALPINE OSV("ALPINE-CVE-2024-10001", "", "Alpine:v3.19", "nginx", "1.24.0-r10")
#define ROCKY                                                                                      \
	OSV("RLSA-2024:1", "\"upstream\":[\"CVE-2024-10001\",\"CVE-2024-10002\"],",                \
	    "Rocky Linux:9", "nginx", "1:1.20.1-14.el9_2.10")

static const struct {
	const char *feed, *distro, *release, *upstream, *package_version;
	uint8_t kind; /* 0 = none */
	const char *fixed_by;
} cases[] = {
	/* As text, each pair of revisions would be in the other order: 9 is below 10. */
	{TRACKER, "debian", "12", "1.22.1", "1.22.1-9+deb12u10", VD_FIXED,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{TRACKER, "debian", "12", "1.22.1", "1.22.1-9+deb12u11", VD_FIXED,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{TRACKER, "debian", "12", "1.22.1", "1.22.1-9+deb12u9", VD_AFFECTED,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{TRACKER, "debian", "12", "1.22.1", "1.22.1-9+deb12u10~bpo11+1", VD_AFFECTED,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{TRACKER, "debian", "11", "1.18.0", "1.18.0-6.1+deb11u3", VD_AFFECTED, ""},
	{TRACKER, "debian", "13", "1.24.0", "1.24.0-2", VD_FIXED,
         "debian:trixie nginx is not affected"},
	{TRACKER, "debian", "12", "1.22.1", "", VD_POSSIBLE,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{TRACKER, "raspbian", "12", "1.22.1", "1.22.1-9+deb12u10", VD_FIXED,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{DEBIAN, "debian", "12", "1.22.1", "1.22.1-9+deb12u10", VD_FIXED,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{DEBIAN, "debian", "12", "1.22.1", "1.22.1-9+deb12u2", VD_AFFECTED,
         "debian:bookworm nginx 1.22.1-9+deb12u10"},
	{UBUNTU, "ubuntu", "22.04", "1.18.0", "1.18.0-6ubuntu14.10", VD_FIXED,
         "ubuntu:jammy nginx 1.18.0-6ubuntu14.10"},
	{UBUNTU, "ubuntu", "22.04", "1.18.0", "1.18.0-6ubuntu14.4", VD_AFFECTED,
         "ubuntu:jammy nginx 1.18.0-6ubuntu14.10"},
	{UBUNTU, "ubuntu", "20.04", "1.18.0", "1.18.0-0ubuntu1.4", VD_POSSIBLE, ""},
	{ALPINE, "alpine", "3.19", "1.24.0", "1.24.0-r10", VD_FIXED,
         "alpine:3.19 nginx 1.24.0-r10"},
	{ALPINE, "alpine", "3.19", "1.24.0", "1.24.0-r9", VD_AFFECTED,
         "alpine:3.19 nginx 1.24.0-r10"},
	{ALPINE, "alpine", "3.19", "1.24.0", "1.24.0_rc1-r10", VD_AFFECTED,
         "alpine:3.19 nginx 1.24.0-r10"},
	{ROCKY, "rocky", "9", "1.20.1", "1:1.20.1-14.el9_2.10", VD_FIXED,
         "rocky:9 nginx 1:1.20.1-14.el9_2.10"},
	{ROCKY, "rocky", "9", "1.20.1", "1:1.20.1-14.el9_2.9", VD_AFFECTED,
         "rocky:9 nginx 1:1.20.1-14.el9_2.10"},
	/* RPM: a tilde sorts below its absence; a banner without an epoch means the package's. */
	{ROCKY, "rocky", "9", "1.20.1", "1:1.20.1~rc1-99.el9", VD_AFFECTED,
         "rocky:9 nginx 1:1.20.1-14.el9_2.10"},
	{ROCKY, "rocky", "9", "1.20.1", "1.20.1-14.el9_2.11", VD_FIXED,
         "rocky:9 nginx 1:1.20.1-14.el9_2.10"},
};

static struct vd_identity package(const char *cpe, size_t i)
{
	struct vd_identity id = fixture_identity(cpe);

	strcpy(id.distro, cases[i].distro);
	strcpy(id.distro_release, cases[i].release);
	strcpy(id.package, "nginx");
	strcpy(id.package_version, cases[i].package_version);
	return id;
}

START_TEST(a_distributions_word_is_the_verdict)
{
	const char *const feeds[] = {NVD, cases[_i].feed};
	struct vd_identity id;
	struct vd_verdict v;
	char cpe[64];

	fixture_build(feeds, 2);
	snprintf(cpe, sizeof(cpe), "cpe:2.3:a:f5:nginx:%s", cases[_i].upstream);
	id = package(cpe, (size_t)_i);
	v = fixture_verdict(&id, "CVE-2024-10001");
	ck_assert_msg(v.kind == cases[_i].kind, "%s %s: %s (%s)", cases[_i].distro,
	              cases[_i].package_version, vd_kind_name(v.kind), v.why);
	ck_assert_str_eq(v.fixed_by, cases[_i].fixed_by);
	if (v.kind != VD_POSSIBLE)
		ck_assert_int_eq(v.confidence, 90);
}
END_TEST

/* A package without a product: its distribution's data alone gives the verdict. */
START_TEST(a_package_alone_has_verdicts)
{
	const char *const feeds[] = {cases[_i].feed};
	struct vd_identity id;
	struct vd_verdict v;

	if (cases[_i].kind == VD_POSSIBLE || strstr(cases[_i].fixed_by, "not affected") != NULL)
		return;
	fixture_build(feeds, 1);
	id = package(NULL, (size_t)_i);
	v = fixture_verdict(&id, "CVE-2024-10001");
	ck_assert_msg(v.kind == cases[_i].kind, "%s %s: %s (%s)", cases[_i].distro,
	              cases[_i].package_version, vd_kind_name(v.kind), v.why);
	ck_assert_str_eq(v.fixed_by, cases[_i].fixed_by);
	ck_assert_str_eq(v.version, cases[_i].package_version);
}
END_TEST

START_TEST(an_advisory_speaks_of_each_of_its_cves)
{
	const char *const feeds[] = {ROCKY};
	struct vd_identity id = {.distro = "rocky",
	                         .distro_release = "9",
	                         .package = "nginx",
	                         .package_version = "1:1.20.1-14.el9"};
	struct vd_verdict v;

	fixture_build(feeds, 1);
	v = fixture_verdict(&id, "CVE-2024-10002");
	ck_assert_int_eq(v.kind, VD_AFFECTED);
	ck_assert_str_eq(v.source, "rocky");
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("distro_feed");

	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_add_loop_test(t, a_distributions_word_is_the_verdict, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, a_package_alone_has_verdicts, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, an_advisory_speaks_of_each_of_its_cves);
	return suite_run("distro_feed", t);
}
