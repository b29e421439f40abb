/* SPDX-License-Identifier: Apache-2.0 */
/* test_host.c - claims about what a host tells of a service, and what follows from it for a CVE. */
#include "fixture.h"
#include "splitmix.h"
#include "suite.h"

enum { SERVICES = 6 };

/* A service as the test states it. */
struct said {
	uint16_t port;
	const char *product, *version;
	const char *distro, *release, *package, *package_version; /* of its own mark */
	const char *os;
	const char *extra;  /* version_extra */
	const char *ttl;    /* NULL: not known */
	const char *header; /* of an answer of HTTP; NULL: none */
};

#define SSH12                                                                                      \
	{                                                                                          \
		22, "OpenSSH", "9.2p1", "debian", "12", "openssh", "1:9.2p1-2+deb12u3"             \
	}
#define SSH11                                                                                      \
	{                                                                                          \
		23, "OpenSSH", "8.4p1", "debian", "11", "openssh", "1:8.4p1-5+deb11u3"             \
	}
#define SSH22                                                                                      \
	{                                                                                          \
		22, "OpenSSH", "8.9p1", "ubuntu", "22.04", "openssh", "1:8.9p1-3ubuntu0.4"         \
	}
#define NGINX                                                                                      \
	{                                                                                          \
		.port = 80, .product = "nginx", .version = "1.22.1"                                \
	}

static struct vd_identity identities[SERVICES];
static struct vd_facts *facts[SERVICES];

static size_t read_services(const struct said *list, struct vd_subject *out)
{
	size_t n = 0;

	for (; n < SERVICES && list[n].port != 0; n++) {
		const struct said *s = &list[n];
		struct vd_identity *id = &identities[n];
		const struct {
			char *to;
			size_t size;
			const char *text;
		} texts[] = {
			{id->product, sizeof(id->product), s->product},
			{id->version, sizeof(id->version), s->version},
			{id->distro, sizeof(id->distro), s->distro},
			{id->distro_release, sizeof(id->distro_release), s->release},
			{id->package, sizeof(id->package), s->package},
			{id->package_version, sizeof(id->package_version), s->package_version},
			{id->os, sizeof(id->os), s->os},
			{id->version_extra, sizeof(id->version_extra), s->extra},
			{id->rule, sizeof(id->rule), "rule"},
		};

		memset(id, 0, sizeof(*id));
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			if (texts[i].text != NULL)
				snprintf(texts[i].to, texts[i].size, "%s", texts[i].text);
		id->os_confidence = s->os != NULL ? 90 : 0;
		facts[n] = vd_facts_new();
		if (s->ttl != NULL)
			vd_facts_addf(facts[n], "tcp.ttl", "%s", s->ttl);
		if (s->header != NULL)
			vd_facts_addf(facts[n], "http.header", "%s", s->header);
		out[n] = (struct vd_subject){id, facts[n], s->port, 6};
	}
	return n;
}

static void forget_services(size_t n)
{
	for (size_t i = 0; i < n; i++)
		vd_facts_free(facts[i]);
}

/* ---- what a host tells ---- */

static const struct {
	const char *why;
	struct said services[SERVICES];
	size_t of;        /* which service is asked about */
	const char *told; /* "port distribution release"; "" = nothing */
} hosts[] = {
	{"a package's mark beside a bare banner", {SSH12, NGINX}, 1, "22 debian 12"},
	{"nobody tells of himself", {SSH12, NGINX}, 0, ""},
	{"nothing is known", {NGINX}, 0, ""},
	{"of several that tell it, the lowest port is named",
         {{222, "OpenSSH", "9.2p1", "debian", "12", "openssh", "1:9.2p1-2"}, SSH12, NGINX},
         2,
         "22 debian 12"},
	{"two releases", {SSH12, SSH11, NGINX}, 2, ""},
	{"two distributions", {SSH12, {25, "Exim", "4.95", "ubuntu"}, NGINX}, 2, ""},
	{"the name of the same one without a release",
         {SSH12, {25, "Exim", "4.96", "debian"}, NGINX},
         2,
         "22 debian 12"},
	{"a name of a distribution is no mark of a package",
         {{8080, "Apache", "2.4.71", "debian", "12", "apache2"}, NGINX},
         1,
         ""},
	{"but it is where packages show no revision",
         {{8080, "Apache", "2.4.62", "almalinux", "9", "httpd"}, NGINX},
         1,
         "8080 almalinux 9"},
	{"a Windows", {SSH12, {3389, .product = "RDP", .os = "Windows"}, NGINX}, 2, ""},
	{"the service is Windows' own",
         {SSH12, {80, .product = "nginx", .version = "1.22.1", .extra = "(Win64)"}},
         1,
         ""},
	{"Samba calls itself a Windows",
         {SSH12, {445, .product = "Samba", .os = "Windows 6.1"}, NGINX},
         2,
         "22 debian 12"},
	{"a FreeBSD", {SSH12, {21, "ftpd", "1", .os = "FreeBSD"}, NGINX}, 2, ""},
	{"a package that its maker built",
         {SSH12, {3306, "MariaDB", "10.6.12", .extra = "+maria~deb12"}, NGINX},
         2,
         ""},
	{"the service is a package that its maker built",
         {SSH12, {3306, "MariaDB", "10.11.19", .extra = "1:10.11.19+maria~deb12"}},
         1,
         ""},
	{"the answer passed a proxy",
         {SSH12, {80, "nginx", "1.22.1", .header = "Via: 1.1 varnish"}},
         1,
         ""},
	{"or a cache", {SSH12, {80, "nginx", "1.22.1", .header = "x-cache: MISS"}}, 1, ""},
	{"another header does not matter",
         {SSH12, {80, "nginx", "1.22.1", .header = "Vary: Via"}},
         1,
         "22 debian 12"},
	{"what passed a proxy tells nothing",
         {{80, "Apache", "2.4.62", "almalinux", "9", "httpd", .header = "Via: 1.1 x"},
          {443, "nginx", "1.22.1"}},
         1,
         ""},
	{"and contradicts nothing",
         {SSH12, {81, "Apache", "2.4.52", "ubuntu", .header = "Via: 1.1 x"}, NGINX},
         2,
         "22 debian 12"},
	{"the same number of hops",
         {{22, "OpenSSH", "9.2p1", "debian", "12", "openssh", "1:9.2p1-2", .ttl = "64"},
          {80, "nginx", "1.22.1", .ttl = "64"}},
         1,
         "22 debian 12"},
	{"another number of hops: another machine",
         {{22, "OpenSSH", "9.2p1", "debian", "12", "openssh", "1:9.2p1-2", .ttl = "64"},
          {80, "nginx", "1.22.1", .ttl = "63"}},
         1,
         ""},
	{"the other machine contradicts nothing",
         {{22, "OpenSSH", "9.2p1", "debian", "12", "openssh", "1:9.2p1-2", .ttl = "64"},
          {81, "Apache", "2.4.52", "ubuntu", "22.04", "apache2", .ttl = "63"},
          {80, "nginx", "1.22.1", .ttl = "64"}},
         2,
         "22 debian 12"},
	{"a banner with a mark of its own", {SSH22, SSH12}, 0, ""},
	{"a banner without a version", {SSH12, {80, "nginx", ""}}, 1, ""},
	{"a name without a release",
         {SSH22, {80, "nginx", "1.18.0", "ubuntu", "", "nginx"}},
         1,
         "22 ubuntu 22.04"},
	{"a name of another distribution",
         {SSH22, {80, "nginx", "1.18.0", "debian", "", "nginx"}},
         1,
         ""},
};

static void expect_hint(const struct vd_hint *h, const char *told, const char *why)
{
	char text[64] = "";

	if (h->distro[0] != '\0')
		snprintf(text, sizeof(text), "%u %s %s", h->port, h->distro, h->release);
	ck_assert_msg(strcmp(text, told) == 0, "%s: \"%s\", not \"%s\"", why, text, told);
}

START_TEST(a_host_tells_what_nothing_contradicts)
{
	struct vd_subject services[SERVICES];
	struct vd_hint hints[SERVICES];
	size_t n = read_services(hosts[_i].services, services);

	vd_host_hints(services, n, hints);
	expect_hint(&hints[hosts[_i].of], hosts[_i].told, hosts[_i].why);
	forget_services(n);
}
END_TEST

/* Each host in 50 random orders. */
START_TEST(the_order_of_the_services_does_not_matter)
{
	struct vd_subject services[SERVICES], mixed[SERVICES];
	struct vd_hint hints[SERVICES], again[SERVICES];
	size_t n = read_services(hosts[_i].services, services), at[SERVICES];
	uint64_t state = (uint64_t)_i;

	vd_host_hints(services, n, hints);
	for (unsigned round = 0; round < 50; round++) {
		for (size_t i = 0; i < n; i++) {
			size_t k = splitmix(&state) % (i + 1);

			at[i] = at[k];
			at[k] = i;
		}
		for (size_t i = 0; i < n; i++)
			mixed[i] = services[at[i]];
		vd_host_hints(mixed, n, again);
		for (size_t i = 0; i < n; i++)
			ck_assert_mem_eq(&again[i], &hints[at[i]], sizeof(again[i]));
	}
	forget_services(n);
}
END_TEST

START_TEST(a_host_with_very_many_services_tells_nothing)
{
	static struct vd_subject many[VD_HOST_SERVICES + 1];
	static struct vd_hint hints[VD_HOST_SERVICES + 1];
	const struct said two[SERVICES] = {SSH12, NGINX};
	size_t n = read_services(two, many);

	for (size_t i = n; i < VD_HOST_SERVICES + 1; i++) {
		many[i] = many[1];
		many[i].port = (uint16_t)(1000 + i);
	}
	vd_host_hints(many, VD_HOST_SERVICES, hints);
	expect_hint(&hints[1], "22 debian 12", "256 services");
	vd_host_hints(many, VD_HOST_SERVICES + 1, hints);
	expect_hint(&hints[1], "", "257 services");
	vd_host_hints(many, 0, hints);
	forget_services(n);
}
END_TEST

/* ---- what follows ---- */

/* NVD's ranges: every version of nginx up to 1.27, of OpenSSH up to 9.9. */
#define NVD(id) "M\tv\ta:f5:nginx:*\t\t1.27.0\nN\t\nO\t\nC\t" id "\t31\t75\t\n"
#define FIX(id, release, fixed, flags) "F\t" id "\t" release "\tnginx\t\t" fixed "\t" flags "\n"

static const char facts_text[] =
	"#sonde-facts/1\nD\t2026-01-01\nP\ta:f5:nginx\tnginx\n"
	"P\ta:openssl:openssl\topenssl\n" NVD("CVE-2024-0001") NVD("CVE-2024-0002")
		NVD("CVE-2024-0003") NVD("CVE-2024-0004") NVD("CVE-2024-0005") NVD("CVE-2024-0006")
			NVD("CVE-2024-0007") NVD("CVE-2024-0008") NVD("CVE-2024-0009")
	/* later upstream; within the revisions; first revision; earlier upstream */
	FIX("CVE-2024-0001", "debian\t12", "1.24.0-1", "0")
		FIX("CVE-2024-0002", "debian\t12", "1.22.1-9+deb12u2", "0")
			FIX("CVE-2024-0003", "debian\t12", "1.22.1-3", "0")
				FIX("CVE-2024-0004", "debian\t12", "1.20.0-1", "0")
	/* known for another release only; said never to be; open; open and unimportant */
	FIX("CVE-2024-0005", "debian\t11", "1.18.0-6.1+deb11u1", "0")
		FIX("CVE-2024-0006", "debian\t12", "", "4")
			FIX("CVE-2024-0007", "debian\t12", "", "1")
				FIX("CVE-2024-0008", "debian\t12", "", "3")
	/* Ubuntu, whose open rows are no confirmation */
	FIX("CVE-2024-0001", "ubuntu\t22.04", "1.20.0-1ubuntu1", "0")
		FIX("CVE-2024-0002", "ubuntu\t22.04", "1.18.0-6ubuntu14.4", "0")
			FIX("CVE-2024-0003", "ubuntu\t22.04", "1.18.0-6ubuntu2", "0")
				FIX("CVE-2024-0006", "ubuntu\t22.04", "", "4")
					FIX("CVE-2024-0007", "ubuntu\t22.04", "", "1")
	/* An RPM distribution: no revision is known to be the first. */
	FIX("CVE-2024-0001", "almalinux\t9", "1:1.24.0-1.el9", "0")
		FIX("CVE-2024-0002", "almalinux\t9", "1:1.20.1-14.el9_2.1", "0")
			FIX("CVE-2024-0003", "almalinux\t9", "1:1.20.1-1.el9", "0")
				FIX("CVE-2024-0004", "almalinux\t9", "1:1.18.0-1.el9", "0")
	/* Fixes that only buyers get are missing here. */
	FIX("CVE-2024-0001", "rhel\t9", "1:1.24.0-1.el9", "0");

#define TELLS12 "22/tcp tells debian:bookworm"
#define TELLS22 "22/tcp tells ubuntu:jammy"
#define TELLS9 "22/tcp tells almalinux:9"

static const struct {
	const char *distro, *release, *version, *cve;
	uint8_t kind, confidence;
	const char *fixed_by, *why;
} verdicts[] = {
	{"debian", "12", "1.22.1", "CVE-2024-0001", VD_AFFECTED, 60,
         "debian:bookworm nginx 1.24.0-1", TELLS12},
	{"debian", "12", "1.22.1", "CVE-2024-0002", VD_POSSIBLE, 40,
         "debian:bookworm nginx 1.22.1-9+deb12u2", "the package's revision is not known; " TELLS12},
	{"debian", "12", "1.22.1", "CVE-2024-0003", VD_FIXED, 60, "debian:bookworm nginx 1.22.1-3",
         TELLS12},
	{"debian", "12", "1.22.1", "CVE-2024-0004", VD_FIXED, 60, "debian:bookworm nginx 1.20.0-1",
         TELLS12},
	{"debian", "12", "1.22.1", "CVE-2024-0005", VD_FIXED, 60,
         "debian:bookworm nginx is not affected", "not affected in this release; " TELLS12},
	{"debian", "12", "1.22.1", "CVE-2024-0006", VD_FIXED, 60,
         "debian:bookworm nginx is not affected", "not affected in this release; " TELLS12},
	{"debian", "12", "1.22.1", "CVE-2024-0007", VD_POSSIBLE, 40, "",
         "the distribution's data knows no fix; " TELLS12},
	{"debian", "12", "1.22.1", "CVE-2024-0008", VD_POSSIBLE, 30, "",
         "the distribution calls it unimportant; " TELLS12},
	/* after the snapshot */
	{"debian", "12", "1.22.1", "CVE-2024-0009", VD_POSSIBLE, 30, "",
         "the distribution's data does not name it; " TELLS12},
	{"ubuntu", "22.04", "1.18.0", "CVE-2024-0001", VD_AFFECTED, 60,
         "ubuntu:jammy nginx 1.20.0-1ubuntu1", TELLS22},
	{"ubuntu", "22.04", "1.18.0", "CVE-2024-0002", VD_POSSIBLE, 40,
         "ubuntu:jammy nginx 1.18.0-6ubuntu14.4", "the package's revision is not known; " TELLS22},
	{"ubuntu", "22.04", "1.18.0", "CVE-2024-0003", VD_FIXED, 60,
         "ubuntu:jammy nginx 1.18.0-6ubuntu2", TELLS22},
	/* Ubuntu's data does not list all: what it leaves out is unknown. */
	{"ubuntu", "22.04", "1.18.0", "CVE-2024-0005", VD_POSSIBLE, 30, "",
         "the distribution's data does not name it; " TELLS22},
	{"ubuntu", "22.04", "1.18.0", "CVE-2024-0006", VD_FIXED, 60,
         "ubuntu:jammy nginx is not affected", "not affected in this release; " TELLS22},
	{"ubuntu", "22.04", "1.18.0", "CVE-2024-0007", VD_POSSIBLE, 30, "",
         "the distribution has neither fixed nor confirmed it; " TELLS22},
	{"almalinux", "9", "1.20.1", "CVE-2024-0001", VD_AFFECTED, 60,
         "almalinux:9 nginx 1:1.24.0-1.el9", TELLS9},
	{"almalinux", "9", "1.20.1", "CVE-2024-0002", VD_POSSIBLE, 40,
         "almalinux:9 nginx 1:1.20.1-14.el9_2.1", "the package's revision is not known; " TELLS9},
	{"almalinux", "9", "1.20.1", "CVE-2024-0003", VD_POSSIBLE, 40,
         "almalinux:9 nginx 1:1.20.1-1.el9", "the package's revision is not known; " TELLS9},
	{"almalinux", "9", "1.20.1", "CVE-2024-0004", VD_FIXED, 60,
         "almalinux:9 nginx 1:1.18.0-1.el9", TELLS9},
	{"rhel", "9", "1.20.1", "CVE-2024-0001", VD_POSSIBLE, 40, "rhel:9 nginx 1:1.24.0-1.el9",
         "the package's revision is not known; 22/tcp tells rhel:9"},
};

static void open_facts(void)
{
	const char *texts[] = {facts_text};

	fixture_begin();
	fixture_build(texts, 1);
}

static void open_bundle(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &fixture_db, &err) == 0, "%s", err.text);
	fixture_scratch = vd_scratch_new(fixture_db);
	ck_assert_ptr_nonnull(fixture_scratch);
}

static struct vd_identity nginx(const char *version)
{
	char cpe[128];
	struct vd_identity id;

	snprintf(cpe, sizeof(cpe), "cpe:2.3:a:f5:nginx:%s:*:*:*:*:*:*:*", version);
	id = fixture_identity(cpe);
	strcpy(id.rule, "nginx");
	return id;
}

static struct vd_hint hint_of(const char *distro, const char *release)
{
	struct vd_hint h = {.port = 22, .transport = 6};

	snprintf(h.distro, sizeof(h.distro), "%s", distro);
	snprintf(h.release, sizeof(h.release), "%s", release);
	return h;
}

START_TEST(what_the_release_did_decides)
{
	const struct vd_hint h = hint_of(verdicts[_i].distro, verdicts[_i].release);
	struct vd_identity id = nginx(verdicts[_i].version);
	struct vd_verdict v;

	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &h), 0);
	ck_assert_str_eq(id.hint.distro, verdicts[_i].distro);
	v = fixture_verdict(&id, verdicts[_i].cve);
	ck_assert_msg(v.kind == verdicts[_i].kind, "%s %s is %s (%s)", verdicts[_i].distro,
	              verdicts[_i].cve, vd_kind_name(v.kind), v.why);
	ck_assert_str_eq(v.fixed_by, verdicts[_i].fixed_by);
	ck_assert_str_eq(v.why, verdicts[_i].why);
	ck_assert_uint_eq(v.confidence, verdicts[_i].confidence);
}
END_TEST

/* A hint counts only for the version that the release ships; otherwise the banner is judged as one
 * without any. */
START_TEST(a_version_that_the_release_does_not_ship_is_judged_without_it)
{
	static const char *const versions[] = {"1.20.0", "1.23.0", "1.22.0", "1.25.1"};
	const struct vd_hint h = hint_of("debian", "12");
	struct vd_identity id = nginx(versions[_i]), bare = id;
	struct vd_verdict v, without;

	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &h), 0);
	ck_assert_str_eq(id.hint.distro, "");
	ck_assert_uint_eq(id.hint.port, 0);
	v = fixture_verdict(&id, "CVE-2024-0002");
	without = fixture_verdict(&bare, "CVE-2024-0002");
	ck_assert_mem_eq(&v, &without, sizeof(v));
}
END_TEST

START_TEST(a_hint_that_goes_leaves_no_trace)
{
	const struct vd_hint h = hint_of("debian", "12"), none = {{0}};
	struct vd_identity id = nginx("1.22.1"), before = id;
	struct vd_verdict v;

	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &h), 0);
	ck_assert_uint_eq(fixture_verdict(&id, "CVE-2024-0005").kind, VD_FIXED);
	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &none), 0);
	ck_assert_mem_eq(&id, &before, sizeof(id));
	v = fixture_verdict(&id, "CVE-2024-0005");
	ck_assert_uint_ne(v.kind, VD_FIXED);
	ck_assert_ptr_null(strstr(v.why, "tells"));
}
END_TEST

/* The answers to an identity are remembered: those with a hint apart from those without. */
START_TEST(answers_with_and_without_a_hint_are_told_apart)
{
	const struct vd_hint twelve = hint_of("debian", "12"), alma = hint_of("almalinux", "9");
	struct vd_identity id = nginx("1.22.1"), other = id, bare = id;

	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &twelve), 0);
	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &other, &alma), 0);
	ck_assert_str_eq(other.hint.distro, "almalinux");
	for (int round = 0; round < 3; round++) {
		ck_assert_uint_eq(fixture_verdict(&id, "CVE-2024-0006").kind, VD_FIXED);
		ck_assert_uint_eq(fixture_verdict(&other, "CVE-2024-0006").kind, VD_POSSIBLE);
		ck_assert_uint_ne(fixture_verdict(&bare, "CVE-2024-0006").kind, VD_FIXED);
	}
}
END_TEST

/* An own mark of a package is surer than what another port tells. */
START_TEST(a_package_s_own_mark_counts_before_the_hint)
{
	const struct vd_hint h = hint_of("debian", "12");
	struct vd_identity id = nginx("1.22.1");
	struct vd_verdict v;

	strcpy(id.distro, "debian");
	strcpy(id.distro_release, "12");
	strcpy(id.package, "nginx");
	strcpy(id.package_version, "1.22.1-9+deb12u3");
	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &h), 0);
	ck_assert_str_eq(id.hint.distro, "");
	v = fixture_verdict(&id, "CVE-2024-0002");
	ck_assert_uint_eq(v.kind, VD_FIXED);
	ck_assert_uint_eq(v.confidence, 90);
}
END_TEST

/* The makers of nginx left 1.22 in 2023, Debian 12 is maintained until 2028. */
START_TEST(a_package_of_a_maintained_release_is_not_at_the_end_of_its_life)
{
	const int64_t in_2026 = INT64_C(1796000000000000), in_2029 = INT64_C(1880000000000000);
	const struct vd_hint h = hint_of("debian", "12"), none = {{0}};
	struct vd_identity id = nginx("1.22.1");
	struct vd_subject service = {&id, NULL, 80, 6};
	struct vd_exposure out[VD_EXPOSURES_MAX];
	size_t bare;

	strcpy(id.service, "http");
	strcpy(id.eol, "2023-05-23");
	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &none), 0);
	bare = vulndb_expose(fixture_db, &service, in_2026, out);
	ck_assert_uint_gt(bare, 0);
	ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &h), 0);
	ck_assert_uint_lt(vulndb_expose(fixture_db, &service, in_2026, out), bare);
	ck_assert_uint_eq(vulndb_expose(fixture_db, &service, in_2029, out), bare);
}
END_TEST

int main(void)
{
	TCase *hints = tcase_create("hints"), *t = tcase_create("verdicts");
	TCase *bundle = tcase_create("bundle");

	tcase_add_loop_test(hints, a_host_tells_what_nothing_contradicts, 0,
	                    sizeof(hosts) / sizeof(hosts[0]));
	tcase_add_loop_test(hints, the_order_of_the_services_does_not_matter, 0,
	                    sizeof(hosts) / sizeof(hosts[0]));
	tcase_add_test(hints, a_host_with_very_many_services_tells_nothing);
	tcase_add_checked_fixture(t, open_facts, fixture_end);
	tcase_add_loop_test(t, what_the_release_did_decides, 0,
	                    sizeof(verdicts) / sizeof(verdicts[0]));
	tcase_add_loop_test(t, a_version_that_the_release_does_not_ship_is_judged_without_it, 0, 4);
	tcase_add_test(t, a_hint_that_goes_leaves_no_trace);
	tcase_add_test(t, answers_with_and_without_a_hint_are_told_apart);
	tcase_add_test(t, a_package_s_own_mark_counts_before_the_hint);
	tcase_add_checked_fixture(bundle, open_bundle, fixture_close);
	tcase_add_test(bundle, a_package_of_a_maintained_release_is_not_at_the_end_of_its_life);
	return suite_run("host", hints, t, bundle);
}
