/* SPDX-License-Identifier: Apache-2.0 */
/* test_identify.c - claims about who answers, with the bundled rules. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "identify.h"

static void *blob;
static size_t blob_len;
static struct rules *rules;
static struct rules_scratch *scratch;

static void identify(const char *field, const char *text, struct vd_identity *id)
{
	struct vd_facts *facts = vd_facts_new();

	vd_facts_add(facts, field, text, strlen(text));
	rules_identify(rules, scratch, facts, id);
	vd_facts_free(facts);
}

/* NULL: not looked at. */
static const struct {
	const char *field, *text;
	const char *version, *cpe, *distro, *release, *package, *package_version;
} banners[] = {
	{"ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3", "9.2p1",
	 "cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*", "debian", "12", "openssh", "1:9.2p1-2+deb12u3"},
	{"ssh.banner", "OpenSSH_8.2p1 Ubuntu-4ubuntu0.5", "8.2p1",
	 "cpe:2.3:a:openbsd:openssh:8.2:p1:*:*:*:*:*:*", "ubuntu", "20.04", "openssh",
	 "1:8.2p1-4ubuntu0.5"},
	{"ssh.banner", "OpenSSH_5.1p1 Debian-8ubuntu1", "5.1p1", NULL, "ubuntu", "", "openssh",
	 "1:5.1p1-8ubuntu1"},
	{"ssh.banner", "OpenSSH_9.2p1 Raspbian-2+deb12u2", "9.2p1", NULL, "raspbian", "12", "openssh",
	 "1:9.2p1-2+deb12u2"},
	{"ssh.banner", "OpenSSH_9.3 FreeBSD-20230719", "9.3",
	 "cpe:2.3:a:openbsd:openssh:9.3:*:*:*:*:*:*:*", "freebsd", NULL, NULL, ""},
	{"ssh.banner", "OpenSSH_8.4p1", "8.4p1", NULL, "", "", "", ""},
	{"ssh.banner", "OpenSSH_8.4p1 Debian-5", "8.4p1", NULL, "debian", "11", "openssh", "1:8.4p1-5"},
	{"mysql.version", "5.5.5-10.11.6-MariaDB-0+deb12u1", "10.11.6",
	 "cpe:2.3:a:mariadb:mariadb:10.11.6:*:*:*:*:*:*:*", "debian", "12", "mariadb",
	 "1:10.11.6-0+deb12u1"},
	{"mysql.version", "5.5.5-10.5.23-MariaDB-0+deb11u1", "10.5.23", NULL, "debian", "11",
	 "mariadb-10.5", "1:10.5.23-0+deb11u1"},
	{"mysql.version", "5.5.5-10.6.12-MariaDB-1:10.6.12+maria~deb11", "10.6.12", NULL, "debian", "11", "",
	 ""},
	{"dns.version_bind", "9.18.24-1-Debian", "9.18.24", "cpe:2.3:a:isc:bind:9.18.24:*:*:*:*:*:*:*",
	 "debian", NULL, "bind9", "1:9.18.24-1"},
	{"dns.version_bind", "9.16.44-Debian", "9.16.44", NULL, "debian", NULL, "bind9", ""},
	{"dns.version_bind", "9.18.12-0ubuntu0.22.04.3-Ubuntu", "9.18.12", NULL, "ubuntu", "22.04", "bind9",
	 "1:9.18.12-0ubuntu0.22.04.3"},
	{"http.server", "nginx/1.18.0 (Ubuntu)", "1.18.0", "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*",
	 "ubuntu", "", "nginx", ""},
	{"http.server", "Apache/2.4.57 (Debian)", "2.4.57",
	 "cpe:2.3:a:apache:http_server:2.4.57:*:*:*:*:*:*:*", "debian", "", "apache2", ""},
	{"http.server", "Apache/2.4.6 (Red Hat Enterprise Linux) OpenSSL/1.0.2k-fips", "2.4.6", NULL, "rhel",
	 "", NULL, ""},
	{"http.server", "CUPS/2.4 IPP/2.1", "2.4", NULL, "", "", "", ""},
	{"smtp.banner", "mail.example.net ESMTP Exim 4.90_1 Ubuntu Sun, 22 Nov 2026 10:00:00 +0000", "4.90.1",
	 "cpe:2.3:a:exim:exim:4.90.1:*:*:*:*:*:*:*", "ubuntu", "18.04", "exim4", ""},
	{"ftp.banner", "(vsFTPd 3.0.3)", "3.0.3", NULL, "", "", "", ""},
};

#define same(is, expected)                                                                             \
	do {                                                                                           \
		if ((expected) != NULL)                                                                \
			ck_assert_str_eq(is, expected);                                                \
	} while (0)

START_TEST(banners_name_product_and_package)
{
	struct vd_identity id;

	identify(banners[_i].field, banners[_i].text, &id);
	ck_assert_str_ne(id.product, "");
	same(id.version, banners[_i].version);
	same(id.cpe[0], banners[_i].cpe);
	same(id.distro, banners[_i].distro);
	same(id.distro_release, banners[_i].release);
	same(id.package, banners[_i].package);
	same(id.package_version, banners[_i].package_version);
	ck_assert_str_eq(id.match_field, banners[_i].field);
	ck_assert_uint_le(id.match_offset + id.match_len, strlen(banners[_i].text));
	ck_assert_uint_gt(id.match_len, 0);
	ck_assert_str_ne(id.rule, "");
}
END_TEST

START_TEST(facts_of_one_service_add_up)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_addf(facts, "http.status", "200");
	vd_facts_addf(facts, "http.powered_by", "PHP/8.1.2");
	vd_facts_addf(facts, "http.server", "nginx/1.18.0 (Ubuntu)");
	ck_assert(rules_identify(rules, scratch, facts, &id));
	ck_assert_str_eq(id.service, "http");
	ck_assert_str_eq(id.service_source, "banner");
	ck_assert_uint_ge(id.cpe_count, 2);
	ck_assert_str_eq(id.os, "Ubuntu Linux");
	vd_facts_free(facts);
}
END_TEST

START_TEST(unknown_text_names_the_service_alone)
{
	struct vd_identity id;

	identify("ssh.banner", "Nobody-0.0", &id);
	ck_assert_str_eq(id.product, "");
	ck_assert_str_eq(id.service, "ssh");
	ck_assert_uint_eq(id.confidence, 0);
	ck_assert_uint_eq(id.cpe_count, 0);
}
END_TEST

START_TEST(syn_acks_hint_at_the_system_with_low_confidence)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_addf(facts, "tcp.ttl", "118");
	vd_facts_addf(facts, "tcp.window", "64240");
	ck_assert(!rules_identify(rules, scratch, facts, &id));
	ck_assert_str_eq(id.os, "Windows");
	ck_assert_uint_le(id.os_confidence, 50);
	vd_facts_free(facts);
}
END_TEST

START_TEST(texts_are_made_safe)
{
	char out[8];

	identify_text(out, sizeof(out), "  a\x01" "b ", 6);
	ck_assert_str_eq(out, "a b");
	identify_text(out, sizeof(out), "\xff\xc3\xa4", 3);
	ck_assert_str_eq(out, "?\xc3\xa4");
	identify_text(out, sizeof(out), "12345\xe2\x82\xac", 8);
	ck_assert_str_eq(out, "12345");
}
END_TEST

static bool load(void)
{
	struct rule_set *set = rule_set_new();
	struct vd_error err = {""};
	bool good = rules_read_dir(set, SONDE_SOURCE_ROOT "/vulndb/rules", &err) == 0 &&
		    rules_serialise(set, true, &blob, &blob_len, &err) == 0 &&
		    rules_open(blob, blob_len, &rules, &err) == 0;

	if (!good)
		fprintf(stderr, "%s\n", err.text);
	rule_set_free(set);
	scratch = good ? rules_scratch_new(rules) : NULL;
	return good;
}

int main(void)
{
	Suite *s = suite_create("identify");
	TCase *tc = tcase_create("core");
	SRunner *r;
	int failed;

	if (!load())
		return EXIT_FAILURE;
	tcase_add_loop_test(tc, banners_name_product_and_package, 0, sizeof(banners) / sizeof(banners[0]));
	tcase_add_test(tc, facts_of_one_service_add_up);
	tcase_add_test(tc, unknown_text_names_the_service_alone);
	tcase_add_test(tc, syn_acks_hint_at_the_system_with_low_confidence);
	tcase_add_test(tc, texts_are_made_safe);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	rules_scratch_free(scratch);
	rules_close(rules);
	free(blob);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
