/* SPDX-License-Identifier: Apache-2.0 */
/* test_advisory.c - claims about the forms in which distributions publish their fixes, and the traps
 * of each. */
#include "build.h"
#include "feed.h"
#include "fixture.h"
#include "suite.h"

#define CVE "CVE-2024-10001"
/* NVD calls the product vulnerable before a version that no distribution below ships. */
#define NVD(product)                                                                               \
	"{\"cve\":{\"id\":\"" CVE "\",\"configurations\":[{\"nodes\":[{\"operator\":\"OR\","       \
	"\"negate\":false,\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"cpe:2.3:" product      \
	":*:*:*:*:*:*:*:*\",\"versionEndExcluding\":\"99\"}]}]}]}}\n"
#define NGINX NVD("a:f5:nginx")
#define RANGE(events) "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[" events "]}]"
#define FIXED(version) "{\"introduced\":\"0\"},{\"fixed\":\"" version "\"}"
#define OPEN "{\"introduced\":\"0\"}"
#define AFFECTED(ecosystem, package, events)                                                       \
	"{\"package\":{\"ecosystem\":\"" ecosystem "\",\"name\":\"" package "\"}," RANGE(events) "}"
#define OSV(affected)                                                                              \
	"{\"schema_version\":\"1.6.0\",\"id\":\"X-1\",\"related\":[\"" CVE                         \
	"\"],\"affected\":[" affected "]}\n"
#define CHANGELOG(version)                                                                         \
	"{\"schema_version\":\"1.6.0\",\"id\":\"DEBIAN-" CVE                                       \
	"\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"nginx\"}," RANGE(   \
		FIXED(version)) ",\"database_specific\":{\"changelog_date\":\"2025-08-13\"}}]}\n"
/* A fix of another CVE, which shows that the release ships the version. */
#define OTHER(ecosystem, version)                                                                  \
	"{\"schema_version\":\"1.6.0\",\"id\":\"CVE-2024-10002\",\"affected\":[" AFFECTED(         \
		ecosystem, "nginx", FIXED(version)) "]}\n"
#define REDHAT(members)                                                                            \
	"{\"name\":\"" CVE "\",\"public_date\":\"2024-01-17T00:00:00Z\"," members "}\n"
#define STATE(cpe, state, package)                                                                 \
	"\"package_state\":[{\"cpe\":\"cpe:/o:redhat:" cpe "\",\"fix_state\":\"" state             \
	"\",\"package_name\":\"" package "\"}]"
#define RELEASE(cpe, package)                                                                      \
	"\"affected_release\":[{\"advisory\":\"RHSA-2024:1\",\"cpe\":\"cpe:/a:redhat:" cpe         \
	"\",\"package\":\"" package "\"}]"
#define SECDB(fixes)                                                                               \
	"{\"apkurl\":\"x\",\"reponame\":\"main\",\"distroversion\":\"v3.19\",\"packages\":[{"      \
	"\"pkg\":{\"name\":\"nginx\",\"secfixes\":{" fixes "}}}]}\n"

/* A CSAF document: branches and relationships of its product tree, and the products by their status. */
#define CSAF(branches, relationships, status)                                                        \
	"{\"document\":{\"category\":\"csaf_vex\",\"csaf_version\":\"2.0\",\"tracking\":{"           \
	"\"current_release_date\":\"2026-01-02T00:00:00+00:00\"}},\"product_tree\":{\"branches\":[{" \
	"\"branches\":[" branches "]}],\"relationships\":[" relationships "]},"                      \
	"\"vulnerabilities\":[{\"cve\":\"" CVE "\",\"product_status\":{" status "}}]}\n"
#define PRODUCT(id, helper)                                                                        \
	"{\"category\":\"x\",\"name\":\"x\",\"product\":{\"name\":\"x\",\"product_id\":\"" id      \
	"\",\"product_identification_helper\":{" helper "}}}"
#define EL(cpe) PRODUCT("EL", "\"cpe\":\"cpe:/a:redhat:" cpe "\"")
#define RPM(purl) PRODUCT("rpm", "\"purl\":\"pkg:rpm/redhat/" purl "\"")
#define JOIN(id, part, whole)                                                                          \
	"{\"category\":\"default_component_of\",\"full_product_name\":{\"name\":\"x\",\"product_id\":" \
	"\"" id "\"},\"product_reference\":\"" part "\",\"relates_to_product_reference\":\"" whole     \
	"\"}"
#define VEX(cpe, purl, status)                                                                     \
	CSAF(EL(cpe) "," RPM(purl), JOIN("EL:rpm", "rpm", "EL"), "\"" status "\":[\"EL:rpm\"]")
/* SUSE names platforms as products, lists binaries, and calls the fix recommended. */
#define SUSE(platform, purl, status)                                                               \
	CSAF(PRODUCT(platform, "\"cpe\":\"cpe:/o:suse:x\"") "," PRODUCT(                           \
		     "rpm", "\"purl\":\"pkg:rpm/suse/" purl "\""),                                 \
	     JOIN(platform ":rpm", "rpm", platform), "\"" status "\":[\"" platform ":rpm\"]")
#define SLES "SUSE Linux Enterprise Server 15 SP6"
#define NGINX_SUSE "nginx@1.21.5-150600.8.1?upstream=nginx-1.21.5-150600.8.1.src.rpm"
#define UNKNOWN_TO_SUSE                                                                            \
	"suse", "15.6", "1.21.5", "1.21.5-150600.8.1", VD_POSSIBLE,                                \
		"the distribution may have fixed it", ""
#define EL9 "enterprise_linux:9::appstream"
#define NGINX_RPM "nginx@1.20.1-14.el9_2.1?arch=src&epoch=1"

static const struct {
	const char *feed, *distro, *release, *upstream, *revision;
	uint8_t kind; /* 0 = none */
	const char *why, *fixed_by;
} cases[] = {
	/* CSAF: a fix, states, and what is none of ours: binaries, extended support, other makers. */
	{VEX(EL9, NGINX_RPM, "fixed"), "rhel", "9", "1.20.1", "1:1.20.1-14.el9_2.1", VD_FIXED, "",
         "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	{VEX(EL9, NGINX_RPM, "fixed"), "rhel", "9", "1.20.1", "1:1.20.1-14.el9", VD_AFFECTED, "",
         "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	{VEX("enterprise_linux:8", "nginx@1.14.1-9.module%2Bel8.4.0%2B542?epoch=1&arch=src",
             "fixed"),
         "rhel", "8", "1.14.1", "1:1.14.1-9.module+el8.4.0+542", VD_FIXED, "",
         "rhel:8 nginx 1:1.14.1-9.module+el8.4.0+542"},
	{VEX(EL9, "nginx@1.20.1-14.el9_2.1?arch=src", "fixed"), "rhel", "9", "1.20.1",
         "0:1.20.1-14.el9_2.1", VD_FIXED, "", "rhel:9 nginx 0:1.20.1-14.el9_2.1"},
	{VEX(EL9, "nginx?arch=src", "known_affected"), "rhel", "9", "1.20.1", "1:1.20.1-1.el9",
         VD_AFFECTED, "", ""},
	{VEX(EL9, "nginx", "known_not_affected"), "rhel", "9", "1.20.1", "1:1.20.1-1.el9", VD_FIXED,
         "not affected in this release", "rhel:9 nginx is not affected"},
	{VEX(EL9, "nginx", "under_investigation"), "rhel", "9", "1.20.1", "1:1.20.1-1.el9",
         VD_POSSIBLE, "the distribution may have fixed it", ""},
	{VEX(EL9, "nginx@1.20.1-14.el9_2.1?arch=x86_64&epoch=1", "fixed"), "rhel", "9", "1.20.1",
         "1:1.20.1-14.el9_2.1", VD_POSSIBLE, "the distribution may have fixed it", ""},
	{VEX("rhel_eus:9.2::appstream", NGINX_RPM, "fixed"), "rhel", "9", "1.20.1",
         "1:1.20.1-14.el9_2.1", VD_POSSIBLE, "the distribution may have fixed it", ""},
	{VEX(EL9, "nginx", "fixed"), "rhel", "9", "1.20.1", "1:1.20.1-14.el9_2.1", VD_POSSIBLE,
         "the distribution may have fixed it", ""},
	/* A component of a module of a platform. */
	{CSAF(EL(EL9) "," PRODUCT("mod",
                                  "\"purl\":\"pkg:rpmmod/redhat/nginx@1.20:1\"") "," RPM(NGINX_RPM),
              JOIN("EL:mod", "mod", "EL") "," JOIN("EL:mod:rpm", "rpm", "EL:mod"),
              "\"fixed\":[\"EL:mod\",\"EL:mod:rpm\",\"unknown\"]"),
         "rhel", "9", "1.20.1", "1:1.20.1-14.el9_2.1", VD_FIXED, "",
         "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	/* The products of one document are none of the next. */
	{VEX(EL9, NGINX_RPM, "under_investigation") CSAF("", "", "\"fixed\":[\"EL:rpm\"]"), "rhel",
         "9", "1.20.1", "1:1.20.1-14.el9_2.1", VD_POSSIBLE, "the distribution may have fixed it",
         ""},
	/* SUSE: a fix and states, by the service pack, a module of it, and openSUSE Leap. */
	{SUSE(SLES, NGINX_SUSE, "recommended"), "suse", "15.6", "1.21.5", "1.21.5-150600.8.1",
         VD_FIXED, "", "suse:15.6 nginx 1.21.5-150600.8.1"},
	{SUSE(SLES, NGINX_SUSE, "recommended"), "suse", "15.6", "1.21.5", "1.21.5-150600.6.2",
         VD_AFFECTED, "", "suse:15.6 nginx 1.21.5-150600.8.1"},
	{SUSE(SLES, NGINX_SUSE, "recommended"), "suse", "15.6", "1.21.5", "1.21.5-150600.10.1",
         VD_FIXED, "", "suse:15.6 nginx 1.21.5-150600.8.1"},
	{SUSE(SLES, NGINX_SUSE, "recommended"), "suse", "15.6", "1.21.5", "", VD_POSSIBLE,
         "the package's revision is not known", "suse:15.6 nginx 1.21.5-150600.8.1"},
	{SUSE(SLES, NGINX_SUSE, "recommended"), "suse", "", "1.21.5", "", VD_POSSIBLE,
         "the package's revision is not known", "suse:15.6 nginx 1.21.5-150600.8.1"},
	{SUSE("SUSE Linux Enterprise Module for Python 3 15 SP6",
              "nginx@1.21.5-150600.8.1?arch=x86_64&upstream=nginx-1.21.5-150600.8.1.src.rpm",
              "recommended"),
         "suse", "15.6", "1.21.5", "1.21.5-150600.8.1", VD_FIXED, "",
         "suse:15.6 nginx 1.21.5-150600.8.1"},
	{SUSE(SLES "-LTSS", NGINX_SUSE, "recommended"), "suse", "15.6", "1.21.5",
         "1.21.5-150600.8.1", VD_FIXED, "", "suse:15.6 nginx 1.21.5-150600.8.1"},
	{SUSE("openSUSE Leap 15.6", NGINX_SUSE, "recommended"), "opensuse", "leap-15.6", "1.21.5",
         "1.21.5-150600.6.2", VD_AFFECTED, "", "suse:leap-15.6 nginx 1.21.5-150600.8.1"},
	{SUSE(SLES, "nginx@?upstream=nginx.src.rpm", "known_affected"), "suse", "15.6", "1.21.5",
         "1.21.5-150600.8.1", VD_AFFECTED, "", ""},
	{SUSE(SLES, "nginx@?upstream=nginx.src.rpm", "known_affected"), "suse", "15.6", "1.21.5",
         "", VD_POSSIBLE, "the package's revision is not known", ""},
	{SUSE(SLES, "nginx@?upstream=nginx.src.rpm", "known_not_affected"), "suse", "15.6",
         "1.21.5", "", VD_FIXED, "not affected in this release", "suse:15.6 nginx is not affected"},
	{SUSE(SLES, "nginx", "known_not_affected"), "suse", "15.6", "1.21.5", "", VD_FIXED,
         "not affected in this release", "suse:15.6 nginx is not affected"},
	{SUSE(SLES, "nginx@?upstream=nginx.src.rpm", "known_affected")
                 SUSE(SLES, NGINX_SUSE, "recommended"),
         "suse", "15.6", "1.21.5", "1.21.5-150600.8.1", VD_FIXED, "",
         "suse:15.6 nginx 1.21.5-150600.8.1"},
	/* Of another release, another product, another source, or not looked at: nothing is known. */
	{SUSE("SUSE Linux Enterprise Server 15 SP5", NGINX_SUSE, "recommended"), UNKNOWN_TO_SUSE},
	{SUSE("openSUSE Leap 15.6", NGINX_SUSE, "recommended"), UNKNOWN_TO_SUSE},
	{SUSE("openSUSE Tumbleweed", NGINX_SUSE, "recommended"), UNKNOWN_TO_SUSE},
	{SUSE("SUSE Linux Enterprise Server for SAP Applications 15 SP6", NGINX_SUSE,
              "recommended"),
         UNKNOWN_TO_SUSE},
	{SUSE("SUSE Linux Enterprise Desktop 15 SP6", NGINX_SUSE, "recommended"), UNKNOWN_TO_SUSE},
	{SUSE(SLES " EXTREME CORE", NGINX_SUSE, "recommended"), UNKNOWN_TO_SUSE},
	{SUSE(SLES, "nginx@1.21.5-150600.8.1?upstream=nginx-extras-1.21.5-150600.8.1.src.rpm",
              "recommended"),
         UNKNOWN_TO_SUSE},
	{SUSE(SLES, NGINX_SUSE, "under_investigation"), UNKNOWN_TO_SUSE},
	{OSV(AFFECTED("SUSE:Linux Enterprise Module for Server Applications 15 SP6", "nginx",
                      FIXED("1.21.5-150600.8.1"))),
         "suse", "15.6", "1.21.5", "1.21.5-150600.6.2", VD_AFFECTED, "",
         "suse:15.6 nginx 1.21.5-150600.8.1"},
	{OSV(AFFECTED("openSUSE:Leap 15.6", "nginx", FIXED("1.21.5-150600.8.1"))), "suse",
         "leap-15.6", "1.21.5", "1.21.5-150600.8.1", VD_FIXED, "",
         "suse:leap-15.6 nginx 1.21.5-150600.8.1"},
	/* Without a release: the one that is loaded need not be that of an earlier version. */
	{SUSE(SLES, NGINX_SUSE, "recommended"), "suse", "", "1.19.8", "", VD_POSSIBLE,
         "the distribution's release is not known", "suse:15.6 nginx 1.21.5-150600.8.1"},
	/* Red Hat's records: a fix, a state, and products that are none of ours. */
	{REDHAT(RELEASE("enterprise_linux:9::appstream", "nginx-1:1.20.1-14.el9_2.1")), "rhel", "9",
         "1.20.1", "1:1.20.1-14.el9_2.1", VD_FIXED, "", "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	{REDHAT(RELEASE("enterprise_linux:9", "nginx-1:1.20.1-14.el9_2.1")), "rhel", "9", "1.20.1",
         "1.20.1-14.el9", VD_AFFECTED, "", "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	{REDHAT(RELEASE("enterprise_linux:9", "nginx-1:1.20.1-14.el9_2.1")), "rhel", "9", "1.20.1",
         "", VD_POSSIBLE, "the package's revision is not known",
         "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	{REDHAT(RELEASE("enterprise_linux:9", "nginx-1:1.20.1-14.el9_2.1")), "centos", "9",
         "1.20.1", "1.20.1-14.el9_2.1", VD_FIXED, "", "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	{REDHAT(STATE("enterprise_linux:8", "Not affected", "nginx:1.14/nginx")), "rhel", "8",
         "1.14.1", "1:1.14.1-9.el8", VD_FIXED, "not affected in this release",
         "rhel:8 nginx is not affected"},
	{REDHAT(STATE("enterprise_linux:8", "Will not fix", "nginx")), "rhel", "8", "1.14.1",
         "1:1.14.1-9.el8", VD_AFFECTED, "", ""},
	{REDHAT(STATE("enterprise_linux:8", "Under investigation", "nginx")), "rhel", "8", "1.14.1",
         "1:1.14.1-9.el8", VD_POSSIBLE, "the distribution may have fixed it", ""},
	{REDHAT(RELEASE("rhel_eus:9.2::appstream", "nginx-1:1.20.1-14.el9_2.1")), "rhel", "9",
         "1.20.1", "1:1.20.1-14.el9_2.1", VD_POSSIBLE, "the distribution may have fixed it", ""},
	{REDHAT(RELEASE("enterprise_linux:8", "nginx:1.22-8070020230131172653.bd1311ed")), "rhel",
         "8", "1.22.1", "1:1.22.1-1.el8", VD_POSSIBLE, "the distribution may have fixed it", ""},
	/* The same in OSV, whose releases are pieces of CPE names. */
	{OSV(AFFECTED("Red Hat:enterprise_linux:9::appstream", "nginx",
                      FIXED("1:1.20.1-14.el9_2.1"))),
         "rhel", "9", "1.20.1", "1:1.20.1-14.el9_2.1", VD_FIXED, "",
         "rhel:9 nginx 1:1.20.1-14.el9_2.1"},
	{OSV(AFFECTED("Red Hat:rhel_e4s:9.0::appstream", "nginx", FIXED("1:1.20.1-9.el9"))), "rhel",
         "9", "1.20.1", "1:1.20.1-14.el9", VD_POSSIBLE, "the distribution may have fixed it", ""},
	/* Modules: the fix of another stream says nothing; of one stream the lowest fix counts. */
	{OSV(AFFECTED("AlmaLinux:8", "nginx", FIXED("1.14.1-9.module_el8.3.0+2165+af250afe")) "," AFFECTED(
		 "AlmaLinux:8", "nginx", FIXED("1.16.1-2.module_el8.3.0+2166+1234"))),
         "almalinux", "8", "1.14.1", "1.14.1-9.module_el8.3.0+2165+af250afe", VD_FIXED, "",
         "almalinux:8 nginx 1.14.1-9.module_el8.3.0+2165+af250afe"},
	{OSV(AFFECTED("AlmaLinux:8", "nginx", FIXED("1.14.1-9.module_el8.3.0+2165+af250afe")) "," AFFECTED(
		 "AlmaLinux:8", "nginx", FIXED("1.16.1-2.module_el8.3.0+2166+1234"))),
         "almalinux", "8", "1.16.1", "1.16.1-1.module_el8.3.0+2166+1234", VD_AFFECTED, "",
         "almalinux:8 nginx 1.16.1-2.module_el8.3.0+2166+1234"},
	{OSV(AFFECTED("AlmaLinux:8", "nginx", FIXED("1.14.1-9.module_el8.5.0+9")) "," AFFECTED(
		 "AlmaLinux:8", "nginx", FIXED("1.14.1-9.module_el8.3.0+7"))),
         "almalinux", "8", "1.14.1", "1.14.1-9.module_el8.4.0+8", VD_FIXED, "",
         "almalinux:8 nginx 1.14.1-9.module_el8.3.0+7"},
	/* Two sources about one CVE: a fix is known, or the lower one counts. */
	{OSV(AFFECTED("Debian:12", "nginx", OPEN))
                 OSV(AFFECTED("Debian:12", "nginx", FIXED("1.22.1-9+deb12u2"))),
         "debian", "12", "1.22.1", "1.22.1-9+deb12u2", VD_FIXED, "",
         "debian:bookworm nginx 1.22.1-9+deb12u2"},
	{OSV(AFFECTED("Debian:12", "nginx", FIXED("1.22.1-10")))
                 OSV(AFFECTED("Debian:12", "nginx", FIXED("1.22.1-10~deb12u1"))),
         "debian", "12", "1.22.1", "1.22.1-10~deb12u1", VD_FIXED, "",
         "debian:bookworm nginx 1.22.1-10~deb12u1"},
	/* A changelog knows its own release and says nothing of the others. */
	{CHANGELOG("1.22.1-9+deb12u2"), "debian", "12", "1.22.1", "1.22.1-9+deb12u2", VD_FIXED, "",
         "debian:bookworm nginx 1.22.1-9+deb12u2"},
	{CHANGELOG("1.22.1-9+deb12u2"), "debian", "11", "1.18.0", "1.18.0-6.1+deb11u3", VD_POSSIBLE,
         "the distribution may have fixed it", ""},
	{CHANGELOG("1.22.1-9+deb12u2") OSV(AFFECTED("Debian:12", "nginx", OPEN))
                 OTHER("Debian:11", "1.18.0-6.1+deb11u1"),
         "debian", "11", "1.18.0", "1.18.0-6.1+deb11u3", VD_FIXED, "not affected in this release",
         "debian:bullseye nginx is not affected"},
	/* Ubuntu: an open range confirms nothing, Pro is another archive, "not affected" is. */
	{OSV(AFFECTED("Ubuntu:22.04:LTS", "nginx", OPEN)), "ubuntu", "22.04", "1.18.0",
         "1.18.0-6ubuntu14.4", VD_POSSIBLE, "the distribution has neither fixed nor confirmed it",
         ""},
	{OSV(AFFECTED("Ubuntu:Pro:18.04:LTS", "nginx", FIXED("1.14.0-0ubuntu1.11+esm1"))), "ubuntu",
         "18.04", "1.14.0", "1.14.0-0ubuntu1.11", VD_POSSIBLE, "the distribution may have fixed it",
         ""},
	{"{\"schema_version\":\"1.6.0\",\"id\":\"UBUNTU-" CVE "\",\"upstream\":[\"" CVE
         "\"],\"affected\":[],\"database_specific\":{\"not_affected\":[[\"Ubuntu:22.04:LTS\","
         "\"nginx\"],[\"Ubuntu:Pro:18.04:LTS\",\"nginx\"]]}}\n",
         "ubuntu", "22.04", "1.18.0", "1.18.0-6ubuntu14.4", VD_FIXED,
         "not affected in this release", "ubuntu:jammy nginx is not affected"},
	/* Alpine: a fix, two ids in one text, a branch that never had it, and silence. */
	{SECDB("\"1.24.0-r16\":[\"" CVE "\"]"), "alpine", "3.19", "1.24.0", "1.24.0-r16", VD_FIXED,
         "", "alpine:3.19 nginx 1.24.0-r16"},
	{SECDB("\"1.24.0-r16\":[\"CVE-2023-44487 VSV00013\",\"" CVE " CVE-2024-3\"]"), "alpine",
         "3.19", "1.24.0", "1.24.0-r15", VD_AFFECTED, "", "alpine:3.19 nginx 1.24.0-r16"},
	{SECDB("\"0\":[\"" CVE "\"]"), "alpine", "3.19", "1.24.0", "", VD_FIXED,
         "not affected in this release", "alpine:3.19 nginx is not affected"},
	{SECDB("\"1.24.0-r16\":[\"" CVE "\"]"), "alpine", "3.19", "1.24.0", "", VD_POSSIBLE,
         "the package's revision is not known", "alpine:3.19 nginx 1.24.0-r16"},
	{SECDB("\"1.24.0-r16\":[\"ALPINE-13661\",\"CVE-2024\",\"CVE-\"]"), "alpine", "3.19",
         "1.24.0", "1.24.0-r16", VD_POSSIBLE, "the distribution may have fixed it", ""},
	/* An open entry is as old as the data: a later revision may have the fix. */
	{OSV(AFFECTED("Debian:12", "nginx",
                      OPEN)) "{\"schema_version\":\"1.6.0\",\"id\":"
                             "\"DEBIAN-CVE-2024-10002\",\"affected\":[" AFFECTED(
				     "Debian:12", "nginx", FIXED("1.22.1-9+deb12u1")) "]}\n",
         "debian", "12", "1.22.1", "1.22.1-9+deb12u2", VD_POSSIBLE,
         "the package is newer than the distribution's data", ""},
	{OSV(AFFECTED("Debian:12", "nginx",
                      OPEN)) "{\"schema_version\":\"1.6.0\",\"id\":"
                             "\"DEBIAN-CVE-2024-10002\",\"affected\":[" AFFECTED(
				     "Debian:12", "nginx", FIXED("1.22.1-9+deb12u1")) "]}\n",
         "debian", "12", "1.22.1", "1.22.1-9+deb12u1", VD_AFFECTED, "", ""},
};

START_TEST(each_form_leads_to_its_verdict)
{
	const char *const feeds[] = {NGINX, cases[_i].feed};
	struct vd_identity id;
	struct vd_verdict v;
	char cpe[64];

	fixture_build(feeds, 2);
	snprintf(cpe, sizeof(cpe), "cpe:2.3:a:f5:nginx:%s", cases[_i].upstream);
	id = fixture_identity(cpe);
	strcpy(id.distro, cases[_i].distro);
	strcpy(id.distro_release, cases[_i].release);
	strcpy(id.package, "nginx");
	strcpy(id.package_version, cases[_i].revision);
	v = fixture_verdict(&id, CVE);
	ck_assert_msg(v.kind == cases[_i].kind, "%s: %s (%s)", cases[_i].feed, vd_kind_name(v.kind),
	              v.why);
	ck_assert_str_eq(v.why, cases[_i].why);
	ck_assert_str_eq(v.fixed_by, cases[_i].fixed_by);
}
END_TEST

#define OTHER_REDHAT(package)                                                                      \
	"{\"name\":\"CVE-2024-10002\"," RELEASE("enterprise_linux:9", package) "}\n"

/* A banner without any sign of a distribution may be that of a package which has the fix. */
static const struct {
	const char *feed, *nvd, *cpe, *package;
	uint8_t kind;
	const char *fixed_by;
} bare[] = {
	{OSV(AFFECTED("AlmaLinux:9", "openssh", FIXED("8.7p1-38.el9_4.1"))),
         NVD("a:openbsd:openssh"), "a:openbsd:openssh:8.7", "openssh", VD_POSSIBLE,
         "almalinux:9 openssh 8.7p1-38.el9_4.1"},
	{OSV(AFFECTED("AlmaLinux:9", "openssh", FIXED("8.7p1-38.el9_4.1"))),
         NVD("a:openbsd:openssh"), "a:openbsd:openssh:8.8", "openssh", VD_AFFECTED, ""},
	{OSV(AFFECTED("Ubuntu:22.04:LTS", "nginx", FIXED("1.18.0-6ubuntu14.4"))), NGINX,
         "a:f5:nginx:1.18.0", "nginx", VD_POSSIBLE, "ubuntu:jammy nginx 1.18.0-6ubuntu14.4"},
	{SECDB("\"1.24.0-r16\":[\"" CVE "\"]"), NGINX, "a:f5:nginx:1.24.0", "nginx", VD_POSSIBLE,
         "alpine:3.19 nginx 1.24.0-r16"},
	{SECDB("\"1.24.0-r16\":[\"" CVE "\"]"), NGINX, "a:f5:nginx:1.24.1", "nginx", VD_AFFECTED,
         ""},
	{SUSE(SLES, NGINX_SUSE, "recommended"), NGINX, "a:f5:nginx:1.21.5", "nginx", VD_POSSIBLE,
         "suse:15.6 nginx 1.21.5-150600.8.1"},
	{OSV(AFFECTED("Debian:12", "proftpd-dfsg", FIXED("1.3.8+dfsg-4+deb12u1"))),
         NVD("a:proftpd:proftpd"), "a:proftpd:proftpd:1.3.8", "proftpd-dfsg", VD_POSSIBLE,
         "debian:bookworm proftpd-dfsg 1.3.8+dfsg-4+deb12u1"},
	/* The package ships the version, and the data knows no fix of this CVE in it; or the package
	 * never had it; or its fix is in a later version, which this one is not. */
	{OSV(AFFECTED("Debian:12", "nginx", OPEN)) OTHER("Debian:12", "1.22.1-9+deb12u1"), NGINX,
         "a:f5:nginx:1.22.1", "nginx", VD_POSSIBLE, ""},
	{OTHER("Debian:12", "1.22.1-9+deb12u1"), NGINX, "a:f5:nginx:1.22.1", "nginx", VD_POSSIBLE,
         ""},
	{REDHAT(STATE("enterprise_linux:9", "Not affected", "nginx"))
                 OTHER_REDHAT("nginx-1:1.20.1-14.el9_2.1"),
         NGINX, "a:f5:nginx:1.20.1", "nginx", VD_POSSIBLE, ""},
	{OSV(AFFECTED("Debian:12", "nginx", FIXED("1.24.0-1")))
                 OTHER("Debian:12", "1.22.1-9+deb12u1"),
         NGINX, "a:f5:nginx:1.22.1", "nginx", VD_AFFECTED, ""},
};

START_TEST(a_bare_version_that_any_distribution_patches_is_possible)
{
	const char *const feeds[] = {bare[_i].nvd, bare[_i].feed};
	struct vd_identity id;
	struct vd_verdict v;
	char cpe[64];

	fixture_build(feeds, 2);
	snprintf(cpe, sizeof(cpe), "cpe:2.3:%s", bare[_i].cpe);
	id = fixture_identity(cpe);
	strcpy(id.rule, "x");
	strcpy(id.package, bare[_i].package);
	v = fixture_verdict(&id, CVE);
	ck_assert_msg(v.kind == bare[_i].kind, "%s: %s (%s)", bare[_i].feed, vd_kind_name(v.kind),
	              v.why);
	ck_assert_str_eq(v.fixed_by, bare[_i].fixed_by);
}
END_TEST

/* ---- broken input ---- */

static const char *const texts[] = {
	REDHAT(RELEASE("enterprise_linux:9", "nginx-1:1.20.1-14.el9_2.1")),
	REDHAT(STATE("enterprise_linux:8", "Not affected", "nginx:1.14/nginx")),
	SECDB("\"1.24.0-r16\":[\"" CVE "\"],\"0\":[\"CVE-2024-3 CVE-2024-4\"]"),
};

/* Each text cut at each byte is refused or gives no more rows than the whole one; it is never
 * misread. */
START_TEST(a_text_that_is_cut_short_is_refused)
{
	size_t len = strlen(texts[_i]) - 1;

	for (size_t cut = 1; cut < len; cut++) {
		char *part = malloc(cut);
		struct error err = {""};
		struct build b;

		ck_assert_int_eq(build_init(&b), 0);
		memcpy(part, texts[_i], cut);
		ck_assert_msg(feed_read_text(&b, "cut", part, cut, &err) != 0, "%.*s", (int)cut,
		              part);
		build_fini(&b);
		free(part);
	}
}
END_TEST

static const char *const odd[] = {
	REDHAT(RELEASE("enterprise_linux:9", "")),
	REDHAT(RELEASE("enterprise_linux:9", "-")),
	REDHAT(RELEASE("enterprise_linux:9", "--")),
	REDHAT(RELEASE("enterprise_linux:9", "nginx-1.20.1-14")),
	REDHAT(RELEASE("enterprise_linux:9", "nginx-:1.20.1-14")),
	REDHAT(RELEASE("enterprise_linux:", "nginx-1:1.20.1-14")),
	REDHAT(RELEASE("enterprise_linux:12345", "nginx-1:1.20.1-14")),
	REDHAT(RELEASE("", "nginx-1:1.20.1-14")),
	REDHAT(STATE("enterprise_linux:8", "Not affected", "nginx/")),
	REDHAT(STATE("enterprise_linux:8", "", "nginx")),
	"{\"name\":\"no CVE\"," RELEASE("enterprise_linux:9", "nginx-1:1.20.1-14.el9") "}",
	"{\"distroversion\":\"edge\",\"packages\":[{\"pkg\":{\"name\":\"x\",\"secfixes\":{\"1\":["
	"\"" CVE "\"]}}}]}",
	"{\"distroversion\":\"v3.19\",\"packages\":[{\"pkg\":{\"secfixes\":{\"1\":[\"" CVE
	"\"]}}}]}",
};

START_TEST(a_record_that_says_nothing_of_a_package_adds_nothing)
{
	struct error err = {""};
	struct build b;

	ck_assert_int_eq(build_init(&b), 0);
	ck_assert_msg(feed_read_text(&b, "odd", odd[_i], strlen(odd[_i]), &err) == 0, "%s",
	              err.text);
	ck_assert_uint_eq(b.fixes.count, 0);
	build_fini(&b);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("advisory");

	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_add_loop_test(t, each_form_leads_to_its_verdict, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, a_bare_version_that_any_distribution_patches_is_possible, 0,
	                    sizeof(bare) / sizeof(bare[0]));
	tcase_add_loop_test(t, a_text_that_is_cut_short_is_refused, 0,
	                    sizeof(texts) / sizeof(texts[0]));
	tcase_add_loop_test(t, a_record_that_says_nothing_of_a_package_adds_nothing, 0,
	                    sizeof(odd) / sizeof(odd[0]));
	return suite_run("advisory", t);
}
