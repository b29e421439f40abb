/* SPDX-License-Identifier: Apache-2.0 */
/* test_identify.c - claims about identities, with the bundled rules. */
#include <stdlib.h>
#include <string.h>

#include "identify.h"
#include "printable.h"
#include "suite.h"

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

/* NULL: not compared. */
static const struct {
	const char *field, *text;
	const char *version, *cpe, *distro, *release, *package, *package_version;
} banners[] = {
	{"ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3", "9.2p1",
         "cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*", "debian", "12", "openssh",
         "1:9.2p1-2+deb12u3"},
	{"ssh.banner", "OpenSSH_8.2p1 Ubuntu-4ubuntu0.5", "8.2p1",
         "cpe:2.3:a:openbsd:openssh:8.2:p1:*:*:*:*:*:*", "ubuntu", "20.04", "openssh",
         "1:8.2p1-4ubuntu0.5"},
	{"ssh.banner", "OpenSSH_5.1p1 Debian-8ubuntu1", "5.1p1", NULL, "ubuntu", "", "openssh",
         "1:5.1p1-8ubuntu1"},
	{"ssh.banner", "OpenSSH_9.2p1 Raspbian-2+deb12u2", "9.2p1", NULL, "raspbian", "12",
         "openssh", "1:9.2p1-2+deb12u2"},
	{"ssh.banner", "OpenSSH_9.3 FreeBSD-20230719", "9.3",
         "cpe:2.3:a:openbsd:openssh:9.3:*:*:*:*:*:*:*", "freebsd", NULL, NULL, ""},
	{"ssh.banner", "OpenSSH_9.7 FreeBSD-openssh-portable-9.7.p1_1,1", "9.7", NULL, "freebsd",
         "", "openssh-portable", "9.7.p1_1,1"},
	{"ssh.banner", "OpenSSH_9.7 FreeBSD-openssh-portable", "9.7", NULL, "freebsd", "", NULL,
         ""},
	{"ssh.banner", "OpenSSH_8.4p1", "8.4p1", NULL, "", "", "", ""},
	{"ssh.banner", "OpenSSH_6.1_hpn13v11", "6.1", "cpe:2.3:a:openbsd:openssh:6.1:*:*:*:*:*:*:*",
         "", "", "", ""},
	{"ssh.banner", "OpenSSH_8.4p1 Debian-5", "8.4p1", NULL, "debian", "11", "openssh",
         "1:8.4p1-5"},
	{"mysql.version", "5.5.5-10.11.6-MariaDB-0+deb12u1", "10.11.6",
         "cpe:2.3:a:mariadb:mariadb:10.11.6:*:*:*:*:*:*:*", "debian", "12", "mariadb",
         "1:10.11.6-0+deb12u1"},
	{"mysql.version", "5.5.5-10.5.23-MariaDB-0+deb11u1", "10.5.23", NULL, "debian", "11",
         "mariadb-10.5", "1:10.5.23-0+deb11u1"},
	{"mysql.version", "5.5.5-10.6.12-MariaDB-1:10.6.12+maria~deb11", "10.6.12", NULL, "", "",
         "", ""},
	{"dns.version_bind", "9.18.24-1-Debian", "9.18.24",
         "cpe:2.3:a:isc:bind:9.18.24:*:*:*:*:*:*:*", "debian", NULL, "bind9", "1:9.18.24-1"},
	{"dns.version_bind", "9.16.44-Debian", "9.16.44", NULL, "debian", NULL, "bind9", ""},
	{"dns.version_bind", "9.18.12-0ubuntu0.22.04.3-Ubuntu", "9.18.12", NULL, "ubuntu", "22.04",
         "bind9", "1:9.18.12-0ubuntu0.22.04.3"},
	{"http.server", "nginx/1.18.0 (Ubuntu)", "1.18.0",
         "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*", "ubuntu", "", "nginx", ""},
	{"http.server", "Apache/2.4.57 (Debian)", "2.4.57",
         "cpe:2.3:a:apache:http_server:2.4.57:*:*:*:*:*:*:*", "debian", "", "apache2", ""},
	{"http.server", "Apache/2.4.6 (Red Hat Enterprise Linux) OpenSSL/1.0.2k-fips", "2.4.6",
         NULL, "rhel", "7", NULL, ""},
	{"ssh.banner", "OpenSSH_9.6p1 Ubuntu-3ubuntu13.10", "9.6p1", NULL, "ubuntu", "24.04",
         "openssh", "1:9.6p1-3ubuntu13.10"},
	{"http.server", "CUPS/2.4 IPP/2.1", "2.4", NULL, "", "", "", ""},
	{"smtp.banner", "mail.example.net ESMTP Exim 4.90_1 Ubuntu Sun, 22 Nov 2026 10:00:00 +0000",
         "4.90.1", "cpe:2.3:a:exim:exim:4.90.1:*:*:*:*:*:*:*", "ubuntu", "18.04", "exim4", ""},
	{"ftp.banner", "(vsFTPd 3.0.3)", "3.0.3", NULL, "", "", "", ""},
};

/* The end of life is that of whoever maintains what answers. */
static const struct {
	const char *field, *text, *eol;
} ends[] = {
	{"http.server", "nginx/1.14.2", "2024-06-30"}, /* Debian 10 ships it */
	{"http.server", "nginx/1.22.1", "2032-05-31"}, /* and AlmaLinux 9 */
	{"http.server", "nginx/1.23.1", "2023-05-23"}, /* nobody does: the makers' date */
	{"http.server", "nginx/1.18.0 (Ubuntu)", ""},  /* two releases ship it */
	{"mysql.version", "5.5.5-10.5.23-MariaDB-0+deb11u1", "2026-08-31"},
	{"mysql.version", "5.5.5-10.5.23-MariaDB-1:10.5.23+maria~deb11", "2025-06-24"},
	{"http.server", "Apache/2.2.15 (CentOS)", ""},
	{"redis.version", "7.0.15", "2028-06-30"},
	{"redis.version", "5.0.1", "2022-04-27"},
	/* makers that publish no date, and a distribution that does */
	{"ssh.banner", "OpenSSH_7.9p1 Debian-10", "2024-06-30"},
	{"ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3", "2028-06-30"},
	{"ssh.banner", "OpenSSH_7.9p1", ""},
};

#define same(is, expected)                                                                         \
	do {                                                                                       \
		if ((expected) != NULL)                                                            \
			ck_assert_str_eq(is, expected);                                            \
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

START_TEST(a_maintained_package_is_not_at_its_end)
{
	struct vd_identity id;

	identify(ends[_i].field, ends[_i].text, &id);
	ck_assert_msg(strcmp(id.eol, ends[_i].eol) == 0, "%s: %s", ends[_i].text, id.eol);
}
END_TEST

START_TEST(facts_of_one_service_add_up)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_addf(facts, "http.status", "200");
	vd_facts_addf(facts, "http.powered_by", "PHP/8.1.2");
	vd_facts_addf(facts, "http.server", "nginx/1.18.0 (Ubuntu)");
	ck_assert_int_eq(rules_identify(rules, scratch, facts, &id), 1);
	ck_assert_str_eq(id.service, "http");
	ck_assert_str_eq(id.service_source, "banner");
	ck_assert_uint_ge(id.cpe_count, 2);
	ck_assert_str_eq(id.os, "Ubuntu Linux");
	vd_facts_free(facts);
}
END_TEST

/* A weak sign makes a guess, unless a rule finds a version or a CPE name. */
static const struct {
	const char *field, *text, *guess, *source;
} guesses[] = {
	{"socks.version", "5", "socks5", "guess"},
	{"socks.version", "5", "ftp", "banner"},
	{"ftp.banner", "box ready", "ftp", "guess"},
	{"ftp.banner", "ProFTPD 1.3.5 Server (x) [192.0.2.1]", "ftp", "banner"},
	{"ssl.version", "TLSv1.3", "ftp", "tls"},
};

START_TEST(a_weak_sign_is_a_guess)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_addf(facts, "guess.service", "%s", guesses[_i].guess);
	vd_facts_addf(facts, guesses[_i].field, "%s", guesses[_i].text);
	rules_identify(rules, scratch, facts, &id);
	ck_assert_str_eq(id.service_source, guesses[_i].source);
	if (strcmp(guesses[_i].source, "guess") == 0)
		ck_assert_uint_le(id.confidence, 30);
	vd_facts_free(facts);
}
END_TEST

/* One fact per row: no rule, port or second fact helps. */
static const struct {
	const char *field, *text;
	const char *os, *device;  /* NULL: not compared */
	unsigned int least, most; /* confidence of the system */
} witnesses[] = {
	/* the suffix of a banner */
	{"ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3", "Debian Linux", NULL, 80, 90},
	{"http.server", "Apache/2.4.57 (Win64)", "Windows", NULL, 65, 95},
	{"http.server", "Apache/1.3.31 (Unix) (Conectiva/Linux)", "Conectiva", NULL, 65, 95},
	{"http.server", "Apache/1.3.29 (Unix) Debian GNU/Linux", "Debian Linux", NULL, 65, 95},
	/* certificates */
	{"ssl.issuer", "CN=support,O=Fortinet,C=US", "FortiOS", "firewall", 65, 90},
	{"ssl.subject", "CN=iDRAC-1A2B3C4,OU=Remote Access Group,O=Dell Inc.", NULL,
         "management-controller", 0, 0},
	{"ssl.subject", "CN=synology,O=Synology Inc.,C=TW", "DiskStation Manager", "nas", 65, 90},
	{"ssl.cn", "HP-LaserJet-4250", NULL, "printer", 0, 0},
	{"smb.os", "Windows 10.0.20348", "Windows", NULL, 65, 95}, /* SMB */
	{"smb.lanman", "Samba 4.17.12-Debian", "Debian Linux", NULL, 80, 90},
	/* SNMP */
	{"snmp.sysdescr", "Linux gw 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2", "Linux", NULL, 65,
         95},
	{"snmp.sysdescr",
         "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11", "IOS", NULL,
         65, 98},
	{"snmp.sysdescr", "HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD149", NULL, "printer",
         0, 0},
	{"snmp.enterprise", "14988", "RouterOS", "router", 60, 70},
	{"snmp.enterprise", "2636", "Junos", "router", 55, 65},
};

START_TEST(each_witness_names_system_and_device_by_itself)
{
	struct vd_identity id;

	identify(witnesses[_i].field, witnesses[_i].text, &id);
	same(id.os, witnesses[_i].os);
	same(id.device, witnesses[_i].device);
	if (witnesses[_i].os != NULL) {
		ck_assert_uint_ge(id.os_confidence, witnesses[_i].least);
		ck_assert_uint_le(id.os_confidence, witnesses[_i].most);
	}
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

/* SYN-ACKs as the systems send them in answer to a SYN with MSS, SACK, timestamps and window
 * scale. */
static const struct {
	const char *ttl, *window, *mss, *options; /* NULL: no such fact */
	const char *field, *text;                 /* what the service says besides */
	const char *os;
	unsigned int least, most; /* confidence */
} stacks[] = {
	{"57", "65160", "1460", "MSTNW", NULL, NULL, "Linux", 70, 70},
	{"64", "28960", "1460", "MSTNW", NULL, NULL, "Linux", 70, 70},
	{"60", "65535", "1460", "MSTNW", NULL, NULL, "Linux", 65, 65},
	{"64", "64240", "1460", "MNNSNW", NULL, NULL, "Linux", 55, 60},
	{"64", "64240", "1460", NULL, NULL, NULL, "Linux", 50, 50},
	{"121", "65535", "1460", "MNWNNS", NULL, NULL, "Windows", 65, 65},
	{"128", "8192", "1460", "MNWST", NULL, NULL, "Windows", 65, 65},
	{"118", "64240", NULL, NULL, NULL, NULL, "Windows", 50, 50},
	{"55", "65535", "1460", "MNWST", NULL, NULL, "FreeBSD", 60, 60},
	{"64", "65535", "1460", "MNWNNTS", NULL, NULL, "macOS or iOS", 60, 60},
	{"52", "16384", "1460", "MNNSNWNN", NULL, NULL, "OpenBSD", 60, 60},
	{"250", "4128", "536", "M", NULL, NULL, "Cisco IOS", 60, 60},
	{"255", "5840", "1460", "M", NULL, NULL, "embedded system", 35, 35},
	{"64", "5000", NULL, "MW", NULL, NULL, "Linux or Unix", 25, 25},
	/* banner and TCP stack agree, or contradict each other */
	{"64", "65160", "1460", "MSTNW", "ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3",
         "Debian Linux", 91, 97},
	{"128", "65535", "1460", "MNWNNS", "ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3",
         "Debian Linux", 60, 75},
	{"64", "65160", "1460", "MSTNW", "redis.os", "Windows", "Windows", 53, 53},
	{"64", "65160", "1460", "MSTNW", "redis.os", "Linux 6.1.0 x86_64", "Linux", 77, 77},
};

START_TEST(stacks_are_weighed_with_what_the_banner_says)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_addf(facts, "tcp.ttl", "%s", stacks[_i].ttl);
	vd_facts_addf(facts, "tcp.window", "%s", stacks[_i].window);
	if (stacks[_i].mss != NULL)
		vd_facts_addf(facts, "tcp.mss", "%s", stacks[_i].mss);
	if (stacks[_i].options != NULL)
		vd_facts_addf(facts, "tcp.options", "%s", stacks[_i].options);
	if (stacks[_i].field != NULL)
		vd_facts_addf(facts, stacks[_i].field, "%s", stacks[_i].text);
	rules_identify(rules, scratch, facts, &id);
	ck_assert_str_eq(id.os, stacks[_i].os);
	ck_assert_uint_ge(id.os_confidence, stacks[_i].least);
	ck_assert_uint_le(id.os_confidence, stacks[_i].most);
	if (strcmp(id.os, "Cisco IOS") == 0)
		ck_assert_str_eq(id.device, "router");
	vd_facts_free(facts);
}
END_TEST

START_TEST(the_surer_witness_names_the_system)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id = {.os = "Windows", .os_version = "10", .os_confidence = 40};

	vd_facts_addf(facts, "tcp.ttl", "64");
	vd_facts_addf(facts, "tcp.window", "65160");
	vd_facts_addf(facts, "tcp.mss", "1460");
	vd_facts_addf(facts, "tcp.options", "MSTNW");
	identify_os(facts, NULL, &id);
	ck_assert_str_eq(id.os, "Linux");
	ck_assert_str_eq(id.os_version, "");
	ck_assert_uint_eq(id.os_confidence, 60);
	vd_facts_free(facts);
}
END_TEST

START_TEST(a_distribution_is_not_hidden_by_its_kernel)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id = {
		.os = "Linux", .os_confidence = 80, .distro = "ubuntu", .distro_release = "22.04"};

	identify_os(facts, NULL, &id);
	ck_assert_str_eq(id.os, "Ubuntu Linux");
	ck_assert_str_eq(id.os_version, "22.04");
	vd_facts_free(facts);
}
END_TEST

START_TEST(syn_acks_hint_at_the_system_with_low_confidence)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_addf(facts, "tcp.ttl", "118");
	vd_facts_addf(facts, "tcp.window", "64240");
	ck_assert_int_eq(rules_identify(rules, scratch, facts, &id), 0);
	ck_assert_str_eq(id.os, "Windows");
	ck_assert_uint_le(id.os_confidence, 50);
	vd_facts_free(facts);
}
END_TEST

START_TEST(texts_are_made_safe)
{
	char out[8];

	printable_text(out, sizeof(out),
	               "  a\x01"
	               "b ",
	               6);
	ck_assert_str_eq(out, "a b");
	printable_text(out, sizeof(out), "\xff\xc3\xa4", 3);
	ck_assert_str_eq(out, "?\xc3\xa4");
	printable_text(out, sizeof(out), "12345\xe2\x82\xac", 8);
	ck_assert_str_eq(out, "12345");
}
END_TEST

static bool load(void)
{
	struct rule_set *set = rule_set_new();
	struct error err = {""};
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
	TCase *tc = tcase_create("core");
	int ret;

	if (!load())
		return EXIT_FAILURE;
	tcase_add_loop_test(tc, banners_name_product_and_package, 0,
	                    sizeof(banners) / sizeof(banners[0]));
	tcase_add_loop_test(tc, a_maintained_package_is_not_at_its_end, 0,
	                    sizeof(ends) / sizeof(ends[0]));
	tcase_add_test(tc, facts_of_one_service_add_up);
	tcase_add_loop_test(tc, a_weak_sign_is_a_guess, 0, sizeof(guesses) / sizeof(guesses[0]));
	tcase_add_loop_test(tc, each_witness_names_system_and_device_by_itself, 0,
	                    sizeof(witnesses) / sizeof(witnesses[0]));
	tcase_add_test(tc, unknown_text_names_the_service_alone);
	tcase_add_loop_test(tc, stacks_are_weighed_with_what_the_banner_says, 0,
	                    sizeof(stacks) / sizeof(stacks[0]));
	tcase_add_test(tc, the_surer_witness_names_the_system);
	tcase_add_test(tc, a_distribution_is_not_hidden_by_its_kernel);
	tcase_add_test(tc, syn_acks_hint_at_the_system_with_low_confidence);
	tcase_add_test(tc, texts_are_made_safe);
	ret = suite_run("identify", tc);
	rules_scratch_free(scratch);
	rules_close(rules);
	free(blob);
	return ret;
}
