/* SPDX-License-Identifier: Apache-2.0 */
/* test_known.c - claims about well-known CVEs in what servers say of themselves. The truth is that
 * of the makers' and the distributions' own advisories. */
#include "fixture.h"
#include "suite.h"

#define SSH(text) "ssh.banner", text
#define HTTP(text) "http.server", text
#define SMTP(text) "smtp.banner", "mail.example.net ESMTP " text
#define FTP(text) "ftp.banner", text
#define DNS(text) "dns.version_bind", text
#define SQL(text) "mysql.version", text
#define CPE(text) NULL, "cpe:2.3:" text

static const struct {
	const char *field, *text, *cve;
	uint8_t kind; /* 0 = not among the verdicts */
} known[] = {
	/* httpd */
	{HTTP("Apache/2.4.49 (Unix)"), "CVE-2021-41773", VD_AFFECTED},
	{HTTP("Apache/2.4.49 (Unix)"), "CVE-2021-42013", VD_AFFECTED},
	{HTTP("Apache/2.4.50 (Unix)"), "CVE-2021-41773", 0},
	{HTTP("Apache/2.4.50 (Unix)"), "CVE-2021-42013", VD_AFFECTED},
	{HTTP("Apache/2.4.51 (Unix)"), "CVE-2021-42013", 0},
	{HTTP("Apache/2.4.48 (Unix)"), "CVE-2021-41773", 0},
	/* OpenSSH */
	{SSH("OpenSSH_9.2p1 Debian-2+deb12u1"), "CVE-2023-48795", VD_AFFECTED},
	{SSH("OpenSSH_9.2p1 Debian-2+deb12u2"), "CVE-2023-48795", VD_FIXED},
	{SSH("OpenSSH_9.2p1 Debian-2+deb12u2"), "CVE-2024-6387", VD_AFFECTED},
	{SSH("OpenSSH_9.2p1 Debian-2+deb12u10"), "CVE-2024-6387", VD_FIXED},
	{SSH("OpenSSH_8.9p1 Ubuntu-3ubuntu0.4"), "CVE-2023-48795", VD_AFFECTED},
	{SSH("OpenSSH_8.9p1 Ubuntu-3ubuntu0.5"), "CVE-2023-48795", VD_FIXED},
	{SSH("OpenSSH_8.4p1 Debian-5+deb11u3"), "CVE-2024-6387", 0},
	{SSH("OpenSSH_9.5"), "CVE-2023-48795", VD_AFFECTED},
	{SSH("OpenSSH_9.8"), "CVE-2023-48795", 0},
	{SSH("OpenSSH_9.9"), "CVE-2024-6387", 0},
	{SSH("OpenSSH_8.7"), "CVE-2024-6387", VD_POSSIBLE},
	{SSH("OpenSSH_8.7"), "CVE-2023-48795", VD_POSSIBLE},
	{SSH("OpenSSH_7.7"), "CVE-2018-15473", VD_AFFECTED},
	{SSH("OpenSSH_7.8"), "CVE-2018-15473", 0},
	{SSH("OpenSSH_for_Windows_7.7"), "CVE-2018-15473", VD_POSSIBLE},
	/* Exim */
	{SMTP("Exim 4.90 Mon, 30 Nov 2026 10:00:00 +0000"), "CVE-2019-10149", VD_AFFECTED},
	{SMTP("Exim 4.86 Mon, 30 Nov 2026 10:00:00 +0000"), "CVE-2019-10149", 0},
	{SMTP("Exim 4.92 Mon, 30 Nov 2026 10:00:00 +0000"), "CVE-2019-10149", 0},
	{SMTP("Exim 4.90_1 Ubuntu Mon, 30 Nov 2026 10:00:00 +0000"), "CVE-2019-10149", VD_POSSIBLE},
	{SMTP("Exim 4.96 Mon, 30 Nov 2026 10:00:00 +0000"), "CVE-2023-42115", VD_POSSIBLE},
	{SMTP("Exim 4.99 Mon, 30 Nov 2026 10:00:00 +0000"), "CVE-2023-42115", 0},
	/* FTP */
	{FTP("(vsFTPd 2.3.4)"), "CVE-2011-2523", VD_AFFECTED},
	{FTP("(vsFTPd 2.3.5)"), "CVE-2011-2523", 0},
	{FTP("(vsFTPd 3.0.3)"), "CVE-2011-2523", 0},
	{FTP("ProFTPD 1.3.5 Server (x) [192.0.2.1]"), "CVE-2015-3306", VD_AFFECTED},
	{FTP("ProFTPD 1.3.4 Server (x) [192.0.2.1]"), "CVE-2015-3306", 0},
	{FTP("MikroTik 6.42 FTP server (MikroTik 6.42) ready"), "CVE-2018-14847", VD_AFFECTED},
	{FTP("MikroTik 6.43 FTP server (MikroTik 6.43) ready"), "CVE-2018-14847", 0},
	/* nginx */
	{HTTP("nginx/1.20.0"), "CVE-2021-23017", VD_AFFECTED},
	{HTTP("nginx/1.20.2"), "CVE-2021-23017", 0},
	{HTTP("nginx/1.22.1"), "CVE-2023-44487", VD_POSSIBLE},
	{HTTP("nginx/1.18.0 (Ubuntu)"), "CVE-2021-23017", VD_POSSIBLE},
	/* DNS */
	{DNS("9.9.3-P2"), "CVE-2015-5477", VD_AFFECTED},
	{DNS("9.18.49-1~deb12u3-Debian"), "CVE-2023-50387", 0},
	{DNS("9.18.19-1~deb12u1-Debian"), "CVE-2023-50387", VD_AFFECTED},
	{DNS("9.16.23-RH"), "CVE-2023-3341", VD_POSSIBLE},
	{DNS("dnsmasq-2.82"), "CVE-2020-25681", VD_AFFECTED},
	{DNS("dnsmasq-2.83"), "CVE-2020-25681", 0},
	/* Tomcat, Jenkins, Grafana, ActiveMQ, Elasticsearch, IIS, Dropbear, PHP */
	{CPE("a:apache:tomcat:9.0.30"), "CVE-2020-1938", VD_AFFECTED},
	{CPE("a:apache:tomcat:9.0.31"), "CVE-2020-1938", 0},
	{CPE("a:jenkins:jenkins:2.441"), "CVE-2024-23897", VD_AFFECTED},
	{CPE("a:jenkins:jenkins:2.442"), "CVE-2024-23897", 0},
	{CPE("a:jenkins:jenkins:2.426.2"), "CVE-2024-23897", VD_AFFECTED},
	{CPE("a:jenkins:jenkins:2.426.3"), "CVE-2024-23897", 0},
	{CPE("a:grafana:grafana:8.2.0"), "CVE-2021-43798", VD_AFFECTED},
	{CPE("a:grafana:grafana:8.3.1"), "CVE-2021-43798", 0},
	{CPE("a:apache:activemq:5.15.9"), "CVE-2023-46604", VD_AFFECTED},
	{CPE("a:apache:activemq:5.15.16"), "CVE-2023-46604", 0},
	{CPE("a:elastic:elasticsearch:1.4.2"), "CVE-2015-1427", VD_AFFECTED},
	{CPE("a:elastic:elasticsearch:1.4.3"), "CVE-2015-1427", 0},
	{CPE("o:fortinet:fortios:7.0.6"), "CVE-2022-40684", VD_AFFECTED},
	{CPE("o:fortinet:fortios:7.0.7"), "CVE-2022-40684", 0},
	{HTTP("Microsoft-IIS/6.0"), "CVE-2017-7269", VD_AFFECTED},
	{HTTP("Microsoft-IIS/7.5"), "CVE-2017-7269", 0},
	{SSH("dropbear_2015.71"), "CVE-2016-7406", VD_AFFECTED},
	{SSH("dropbear_2016.74"), "CVE-2016-7406", 0},
	{HTTP("Apache/2.4.58 (Win64) OpenSSL/3.1.3 PHP/8.1.28"), "CVE-2024-4577", VD_AFFECTED},
	{HTTP("Apache/2.4.58 (Win64) OpenSSL/3.1.3 PHP/8.1.29"), "CVE-2024-4577", 0},
	{HTTP("Apache/2.4.58 (Unix) OpenSSL/1.0.1f"), "CVE-2014-0160", VD_AFFECTED},
	/* Redis and MariaDB */
	{"redis.version", "7.0.15", "CVE-2024-31449", VD_POSSIBLE},
	{"redis.fork", "Valkey/7.2.5", "CVE-2024-31449", VD_AFFECTED},
	{SQL("5.5.5-10.11.4-MariaDB-1~deb12u1"), "CVE-2023-22084", VD_AFFECTED},
	{SQL("5.5.5-10.11.6-MariaDB-0+deb12u1"), "CVE-2023-22084", 0},
	{SQL("5.5.5-10.5.21-MariaDB-0+deb11u1"), "CVE-2023-22084", VD_AFFECTED},
	{SQL("5.5.5-10.5.23-MariaDB-0+deb11u1"), "CVE-2023-22084", 0},
	{SQL("5.5.5-10.5.21-MariaDB-1:10.5.21+maria~deb11"), "CVE-2023-22084", VD_AFFECTED},
	{SQL("5.5.5-10.5.23-MariaDB-1:10.5.23+maria~deb11"), "CVE-2023-22084", 0},
};

static void open_bundle(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &fixture_db, &err) == 0, "%s", err.text);
	fixture_scratch = vd_scratch_new(fixture_db);
	ck_assert_ptr_nonnull(fixture_scratch);
}

START_TEST(a_known_cve_has_its_known_verdict)
{
	struct vd_facts *facts = vd_facts_new();
	const char *text = known[_i].text;
	struct vd_identity id;
	struct vd_verdict v;

	if (known[_i].field == NULL) {
		id = fixture_identity(text);
	} else {
		vd_facts_add(facts, known[_i].field, text, strlen(text));
		ck_assert_int_eq(vulndb_identify(fixture_db, fixture_scratch, facts, &id), 1);
	}
	v = fixture_verdict(&id, known[_i].cve);
	ck_assert_msg(v.kind == known[_i].kind, "%s: %s is \"%s\" (%s; %s; %s)", text,
	              known[_i].cve, vd_kind_name(v.kind), v.range, v.fixed_by, v.why);
	vd_facts_free(facts);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("known");

	tcase_add_checked_fixture(t, open_bundle, fixture_close);
	tcase_add_loop_test(t, a_known_cve_has_its_known_verdict, 0,
	                    sizeof(known) / sizeof(known[0]));
	return suite_run("known", t);
}
