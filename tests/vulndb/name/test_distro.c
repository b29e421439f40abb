/* SPDX-License-Identifier: Apache-2.0 */
/* test_distro.c - claims about banners: which package answers, and what its distribution says about
 * a CVE. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "vulndb.h"
#include "suite.h"

enum { CAP = 1024 };

static struct vulndb *db;
static struct vd_scratch *scratch;

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

static const struct {
	const char *service, *bytes;
	const char *distro, *release, *package_version;
	const char *cve;
	uint8_t kind; /* 0 = none */
} banners[] = {
	{"ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n", "debian", "12", "1:9.2p1-2+deb12u2",
         "CVE-2024-6387", VD_AFFECTED},
	{"ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "debian", "12", "1:9.2p1-2+deb12u3",
         "CVE-2024-6387", VD_FIXED},
	{"ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n", "debian", "12", "1:9.2p1-2+deb12u10",
         "CVE-2024-6387", VD_FIXED},
	{"ssh", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6\r\n", "ubuntu", "22.04",
         "1:8.9p1-3ubuntu0.6", "CVE-2024-6387", VD_AFFECTED},
	{"ssh", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10\r\n", "ubuntu", "22.04",
         "1:8.9p1-3ubuntu0.10", "CVE-2024-6387", VD_FIXED},
	{"ssh", "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13.11\r\n", "ubuntu", "24.04",
         "1:9.6p1-3ubuntu13.11", "CVE-2024-6387", VD_FIXED},
	{"ssh", "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n", "ubuntu", "24.04",
         "1:9.6p1-3ubuntu13", "CVE-2024-6387", VD_AFFECTED},
	{"ssh", "SSH-2.0-OpenSSH_8.2p1 Ubuntu-4ubuntu0.5\r\n", "ubuntu", "20.04",
         "1:8.2p1-4ubuntu0.5", "CVE-2024-6387", 0},
	/* A FIPS build sorts above every fix of the archive, which says nothing about it. */
	{"ssh", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.1+Fips1\r\n", "ubuntu", "22.04", "",
         "CVE-2024-6387", VD_POSSIBLE},
	/* The banner of RHEL and its rebuilds names no revision. */
	{"ssh", "SSH-2.0-OpenSSH_8.7\r\n", "", "", "", "CVE-2024-6387", VD_POSSIBLE},
	{"ssh", "SSH-2.0-OpenSSH_9.7\r\n", "", "", "", "CVE-2024-6387", VD_POSSIBLE},
	{"ssh", "SSH-2.0-OpenSSH_8.4p1 Raspbian-5+deb11u1\r\n", "raspbian", "11",
         "1:8.4p1-5+deb11u1", "CVE-2024-6387", 0},
	{"http", "HTTP/1.1 200 OK\r\nServer: Apache/2.4.49 (Debian)\r\n\r\n", "debian", "", "",
         "CVE-2021-41773", VD_POSSIBLE},
	{"http", "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0 (Ubuntu)\r\n\r\n", "ubuntu", NULL, "",
         "CVE-2021-23017", VD_POSSIBLE},
};

static uint8_t kind_of(const struct vd_identity *id, const char *cve)
{
	static struct vd_hit hits[CAP];
	size_t n = vulndb_match(db, scratch, id, hits, CAP);

	for (size_t i = 0; i < n && i < CAP; i++) {
		struct vd_verdict v;

		vulndb_verdict(db, id, &hits[i], &v);
		if (strcmp(v.cve, cve) == 0)
			return v.kind;
	}
	return 0;
}

START_TEST(a_banner_names_its_package_and_its_verdict)
{
	const char *bytes = banners[_i].bytes;
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;
	uint8_t kind;

	ck_assert_ptr_nonnull(vd_decode(banners[_i].service, bytes, strlen(bytes), facts));
	ck_assert_msg(vulndb_identify(db, scratch, facts, &id) == 1, "%s", bytes);
	ck_assert_str_eq(id.distro, banners[_i].distro);
	if (banners[_i].release != NULL)
		ck_assert_str_eq(id.distro_release, banners[_i].release);
	ck_assert_str_eq(id.package_version, banners[_i].package_version);
	kind = kind_of(&id, banners[_i].cve);
	ck_assert_msg(kind == banners[_i].kind, "%s: %s is %s", bytes, banners[_i].cve,
	              vd_kind_name(kind));
	vd_facts_free(facts);
}
END_TEST

/* Editions that the version itself shows. */
static const struct {
	const char *cpe, *what;
	bool more; /* has hits at all */
} editions[] = {
	{"cpe:2.3:a:jenkins:jenkins:2.414.1", "long-term", true},
	{"cpe:2.3:a:jenkins:jenkins:2.414", "weekly", true},
	{"cpe:2.3:a:isc:bind:9.11.3-s1", "preview", true},
};

START_TEST(a_version_tells_its_edition)
{
	static struct vd_hit hits[CAP];
	struct vd_identity id;
	struct error err;
	size_t n;

	ck_assert_int_eq(vd_identity_from_cpe(editions[_i].cpe, &id, &err), 0);
	n = vulndb_match(db, scratch, &id, hits, CAP);
	ck_assert_msg((n > 0) == editions[_i].more, "%s: %zu", editions[_i].what, n);
	for (size_t i = 0; i < n && i < CAP; i++) {
		struct vd_verdict v;

		vulndb_verdict(db, &id, &hits[i], &v);
		ck_assert_msg(strcmp(v.why, "the edition it needs is not known") != 0, "%s: %s",
		              editions[_i].cpe, v.cve);
	}
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("distro");

	tcase_add_checked_fixture(t, open_bundle, close_bundle);
	tcase_add_loop_test(t, a_banner_names_its_package_and_its_verdict, 0,
	                    sizeof(banners) / sizeof(banners[0]));
	tcase_add_loop_test(t, a_version_tells_its_edition, 0,
	                    sizeof(editions) / sizeof(editions[0]));
	return suite_run("distro", t);
}
