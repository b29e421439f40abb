/* SPDX-License-Identifier: Apache-2.0 */
/* test_kinds.c - claims about kinds of banners that scanners and matchers are known to judge wrongly: an
 * upstream version beside a bound, a revision beside the one with the fix, whose package it is, and
 * what the host's other ports tell. The truth is that of the makers' and the distributions' own
 * advisories. */
#include "fixture.h"
#include "suite.h"

#define SSH(text) "ssh.banner", "OpenSSH_" text
#define HTTP(text) "http.server", text
#define SMTP(text) "smtp.banner", "mail.example.net ESMTP " text
#define EXIM(version) SMTP("Exim " version " Mon, 30 Nov 2026 10:00:00 +0000")
#define FTP(text) "ftp.banner", text
#define DNS(text) "dns.version_bind", text
#define SQL(text) "mysql.version", text
#define REDIS(text) "redis.version", text
#define CPE(text) NULL, "cpe:2.3:" text
/* What another port of the host says. */
#define NOBODY NULL
#define DEBIAN12 "OpenSSH_9.2p1 Debian-2+deb12u3"
#define DEBIAN11 "OpenSSH_8.4p1 Debian-5+deb11u3"
#define JAMMY "OpenSSH_8.9p1 Ubuntu-3ubuntu0.10"
#define FOCAL "OpenSSH_8.2p1 Ubuntu-4ubuntu0.11"
#define NOBLE "OpenSSH_9.6p1 Ubuntu-3ubuntu13.5"

enum truth {
	IS_AFFECTED,
	IS_OPEN, /* nobody can tell: possible */
	IS_NOT   /* fixed, or never affected */
};

static const struct {
	const char *host, *field, *text, *cve;
	enum truth truth;
} cases[] = {
	/* upstream versions beside the bounds of their makers' advisories */
	{NOBODY, CPE("a:f5:nginx:1.20.0"), "CVE-2021-23017", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.20.1"), "CVE-2021-23017", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:0.6.17"), "CVE-2021-23017", IS_NOT},
	{NOBODY, CPE("a:nginx:nginx:1.13.2"), "CVE-2017-7529", IS_AFFECTED},
	{NOBODY, CPE("a:nginx:nginx:1.13.3"), "CVE-2017-7529", IS_NOT},
	{NOBODY, CPE("a:nginx:nginx:0.5.5"), "CVE-2017-7529", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.14.0"), "CVE-2018-16843", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.15.5"), "CVE-2018-16843", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.14.1"), "CVE-2018-16843", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.15.6"), "CVE-2018-16843", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.9.4"), "CVE-2018-16843", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.25.2"), "CVE-2023-44487", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.25.3"), "CVE-2023-44487", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.9.4"), "CVE-2023-44487", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.26.1"), "CVE-2024-7347", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.27.0"), "CVE-2024-7347", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.26.2"), "CVE-2024-7347", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.27.1"), "CVE-2024-7347", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.5.12"), "CVE-2024-7347", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.26.2"), "CVE-2025-23419", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.27.3"), "CVE-2025-23419", IS_AFFECTED},
	{NOBODY, CPE("a:f5:nginx:1.26.3"), "CVE-2025-23419", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.27.4"), "CVE-2025-23419", IS_NOT},
	{NOBODY, CPE("a:f5:nginx:1.11.3"), "CVE-2025-23419", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.38"), "CVE-2019-0211", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.39"), "CVE-2019-0211", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.16"), "CVE-2019-0211", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.43"), "CVE-2020-11984", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.44"), "CVE-2020-11984", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.31"), "CVE-2020-11984", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.48"), "CVE-2021-40438", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.49"), "CVE-2021-40438", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.51"), "CVE-2021-44790", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.52"), "CVE-2021-44790", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.2.32"), "CVE-2017-7679", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.25"), "CVE-2017-7679", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.2.33"), "CVE-2017-7679", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.26"), "CVE-2017-7679", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.53"), "CVE-2022-31813", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.54"), "CVE-2022-31813", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.55"), "CVE-2023-25690", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.56"), "CVE-2023-25690", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.58"), "CVE-2024-27316", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.59"), "CVE-2024-27316", IS_NOT},
	{NOBODY, CPE("a:apache:http_server:2.4.59"), "CVE-2024-38475", IS_AFFECTED},
	{NOBODY, CPE("a:apache:http_server:2.4.60"), "CVE-2024-38475", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:8.7:p1"), "CVE-2021-41617", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:8.8:p1"), "CVE-2021-41617", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:6.1:p1"), "CVE-2021-41617", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:9.5:p1"), "CVE-2023-51385", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:9.6:p1"), "CVE-2023-51385", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:7.2:p2"), "CVE-2016-6210", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:7.3:p1"), "CVE-2016-6210", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:8.5:p1"), "CVE-2024-6387", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:9.7:p1"), "CVE-2024-6387", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:9.8:p1"), "CVE-2024-6387", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:8.4:p1"), "CVE-2024-6387", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:8.4:p1"), "CVE-2021-28041", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:8.5:p1"), "CVE-2021-28041", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:8.1:p1"), "CVE-2021-28041", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:9.3:p1"), "CVE-2023-38408", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:9.2:p1"), "CVE-2023-38408", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:9.3:p2"), "CVE-2023-38408", IS_NOT},
	{NOBODY, CPE("a:openbsd:openssh:8.3:p1"), "CVE-2020-15778", IS_AFFECTED},
	{NOBODY, CPE("a:openbsd:openssh:8.4:p1"), "CVE-2020-15778", IS_NOT},
	{NOBODY, CPE("a:exim:exim:4.92.1"), "CVE-2019-15846", IS_AFFECTED},
	{NOBODY, CPE("a:exim:exim:4.92.2"), "CVE-2019-15846", IS_NOT},
	{NOBODY, CPE("a:exim:exim:4.92.2"), "CVE-2019-16928", IS_AFFECTED},
	{NOBODY, CPE("a:exim:exim:4.92.3"), "CVE-2019-16928", IS_NOT},
	{NOBODY, CPE("a:exim:exim:4.91"), "CVE-2019-16928", IS_NOT},
	{NOBODY, CPE("a:exim:exim:4.90"), "CVE-2018-6789", IS_AFFECTED},
	{NOBODY, CPE("a:exim:exim:4.90.1"), "CVE-2018-6789", IS_NOT},
	{NOBODY, CPE("a:exim:exim:4.97"), "CVE-2023-51766", IS_AFFECTED},
	{NOBODY, CPE("a:exim:exim:4.97.1"), "CVE-2023-51766", IS_NOT},
	{NOBODY, CPE("a:exim:exim:4.96"), "CVE-2023-42115", IS_AFFECTED},
	{NOBODY, CPE("a:exim:exim:4.96.1"), "CVE-2023-42115", IS_NOT},
	{NOBODY, CPE("a:exim:exim:4.89"), "CVE-2017-16943", IS_AFFECTED},
	{NOBODY, CPE("a:exim:exim:4.90"), "CVE-2017-16943", IS_NOT},
	{NOBODY, CPE("a:isc:bind:9.11.18"), "CVE-2020-8616", IS_AFFECTED},
	{NOBODY, CPE("a:isc:bind:9.16.2"), "CVE-2020-8616", IS_AFFECTED},
	{NOBODY, CPE("a:isc:bind:9.11.19"), "CVE-2020-8616", IS_NOT},
	{NOBODY, CPE("a:isc:bind:9.16.3"), "CVE-2020-8616", IS_NOT},
	{NOBODY, CPE("a:isc:bind:9.10.7"), "CVE-2018-5740", IS_AFFECTED},
	{NOBODY, CPE("a:isc:bind:9.10.8"), "CVE-2018-5740", IS_NOT},
	{NOBODY, CPE("a:dovecot:dovecot:2.2.36.3"), "CVE-2019-11500", IS_AFFECTED},
	{NOBODY, CPE("a:dovecot:dovecot:2.3.7.1"), "CVE-2019-11500", IS_AFFECTED},
	{NOBODY, CPE("a:dovecot:dovecot:2.2.36.4"), "CVE-2019-11500", IS_NOT},
	{NOBODY, CPE("a:dovecot:dovecot:2.3.7.2"), "CVE-2019-11500", IS_NOT},
	{NOBODY, CPE("a:dovecot:dovecot:2.3.14"), "CVE-2021-29157", IS_AFFECTED},
	{NOBODY, CPE("a:dovecot:dovecot:2.3.15"), "CVE-2021-29157", IS_NOT},
	{NOBODY, CPE("a:dovecot:dovecot:2.3.10"), "CVE-2021-29157", IS_NOT},
	{NOBODY, CPE("a:dovecot:dovecot:2.3.4"), "CVE-2019-3814", IS_AFFECTED},
	{NOBODY, CPE("a:dovecot:dovecot:2.3.4.1"), "CVE-2019-3814", IS_NOT},
	{NOBODY, CPE("a:vsftpd_project:vsftpd:3.0.2"), "CVE-2015-1419", IS_AFFECTED},
	{NOBODY, CPE("a:vsftpd_project:vsftpd:3.0.3"), "CVE-2015-1419", IS_NOT},
	{NOBODY, CPE("a:samba:samba:4.13.16"), "CVE-2021-44142", IS_AFFECTED},
	{NOBODY, CPE("a:samba:samba:4.15.4"), "CVE-2021-44142", IS_AFFECTED},
	{NOBODY, CPE("a:samba:samba:4.13.17"), "CVE-2021-44142", IS_NOT},
	{NOBODY, CPE("a:samba:samba:4.15.5"), "CVE-2021-44142", IS_NOT},
	{NOBODY, CPE("a:samba:samba:4.10.17"), "CVE-2020-1472", IS_AFFECTED},
	{NOBODY, CPE("a:samba:samba:4.12.6"), "CVE-2020-1472", IS_AFFECTED},
	{NOBODY, CPE("a:samba:samba:4.10.18"), "CVE-2020-1472", IS_NOT},
	{NOBODY, CPE("a:samba:samba:4.12.7"), "CVE-2020-1472", IS_NOT},
	{NOBODY, CPE("a:samba:samba:4.9.7"), "CVE-2018-16860", IS_AFFECTED},
	{NOBODY, CPE("a:samba:samba:4.9.8"), "CVE-2018-16860", IS_NOT},
	{NOBODY, CPE("a:redis:redis:6.2.11"), "CVE-2023-28856", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:7.0.10"), "CVE-2023-28856", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:6.2.12"), "CVE-2023-28856", IS_NOT},
	{NOBODY, CPE("a:redis:redis:7.0.11"), "CVE-2023-28856", IS_NOT},
	{NOBODY, CPE("a:redis:redis:4.0.9"), "CVE-2018-11218", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:3.2.11"), "CVE-2018-11218", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:4.0.10"), "CVE-2018-11218", IS_NOT},
	{NOBODY, CPE("a:redis:redis:3.2.12"), "CVE-2018-11218", IS_NOT},
	{NOBODY, CPE("a:redis:redis:6.0.14"), "CVE-2021-32761", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:6.0.15"), "CVE-2021-32761", IS_NOT},
	{NOBODY, CPE("a:redis:redis:2.8.20"), "CVE-2015-4335", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:2.8.21"), "CVE-2015-4335", IS_NOT},
	{NOBODY, CPE("a:redis:redis:3.0.2"), "CVE-2015-4335", IS_NOT},
	{NOBODY, CPE("a:redis:redis:6.2.15"), "CVE-2024-31449", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:7.2.5"), "CVE-2024-31449", IS_AFFECTED},
	{NOBODY, CPE("a:redis:redis:6.2.16"), "CVE-2024-31449", IS_NOT},
	{NOBODY, CPE("a:redis:redis:7.2.6"), "CVE-2024-31449", IS_NOT},
	{NOBODY, CPE("a:memcached:memcached:1.5.13"), "CVE-2019-11596", IS_AFFECTED},
	{NOBODY, CPE("a:memcached:memcached:1.5.14"), "CVE-2019-11596", IS_NOT},
	{NOBODY, CPE("a:memcached:memcached:1.6.1"), "CVE-2020-10931", IS_AFFECTED},
	{NOBODY, CPE("a:memcached:memcached:1.6.2"), "CVE-2020-10931", IS_NOT},
	{NOBODY, CPE("a:memcached:memcached:1.5.16"), "CVE-2019-15026", IS_AFFECTED},
	{NOBODY, CPE("a:memcached:memcached:1.5.17"), "CVE-2019-15026", IS_NOT},
	{NOBODY, CPE("a:elastic:elasticsearch:1.6.0"), "CVE-2015-5531", IS_AFFECTED},
	{NOBODY, CPE("a:elastic:elasticsearch:1.6.1"), "CVE-2015-5531", IS_NOT},
	{NOBODY, CPE("a:elasticsearch:elasticsearch:1.1.1"), "CVE-2014-3120", IS_AFFECTED},
	{NOBODY, CPE("a:elasticsearch:elasticsearch:1.2.0"), "CVE-2014-3120", IS_NOT},
	{NOBODY, CPE("a:jenkins:jenkins:2.138.3"), "CVE-2018-1000861", IS_AFFECTED},
	{NOBODY, CPE("a:jenkins:jenkins:2.153"), "CVE-2018-1000861", IS_AFFECTED},
	{NOBODY, CPE("a:jenkins:jenkins:2.138.4"), "CVE-2018-1000861", IS_NOT},
	{NOBODY, CPE("a:jenkins:jenkins:2.154"), "CVE-2018-1000861", IS_NOT},
	{NOBODY, CPE("a:jenkins:jenkins:2.176.1"), "CVE-2019-10352", IS_AFFECTED},
	{NOBODY, CPE("a:jenkins:jenkins:2.185"), "CVE-2019-10352", IS_AFFECTED},
	{NOBODY, CPE("a:jenkins:jenkins:2.176.2"), "CVE-2019-10352", IS_NOT},
	{NOBODY, CPE("a:jenkins:jenkins:2.186"), "CVE-2019-10352", IS_NOT},
	{NOBODY, CPE("a:apache:tomcat:9.0.36"), "CVE-2020-13935", IS_AFFECTED},
	{NOBODY, CPE("a:apache:tomcat:8.5.56"), "CVE-2020-13935", IS_AFFECTED},
	{NOBODY, CPE("a:apache:tomcat:7.0.104"), "CVE-2020-13935", IS_AFFECTED},
	{NOBODY, CPE("a:apache:tomcat:9.0.37"), "CVE-2020-13935", IS_NOT},
	{NOBODY, CPE("a:apache:tomcat:8.5.57"), "CVE-2020-13935", IS_NOT},
	{NOBODY, CPE("a:apache:tomcat:7.0.105"), "CVE-2020-13935", IS_NOT},
	{NOBODY, CPE("a:apache:tomcat:8.5.54"), "CVE-2020-9484", IS_AFFECTED},
	{NOBODY, CPE("a:apache:tomcat:8.5.55"), "CVE-2020-9484", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:1.0.1g"), "CVE-2014-0224", IS_AFFECTED},
	{NOBODY, CPE("a:openssl:openssl:1.0.0l"), "CVE-2014-0224", IS_AFFECTED},
	{NOBODY, CPE("a:openssl:openssl:1.0.1h"), "CVE-2014-0224", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:1.0.0m"), "CVE-2014-0224", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:1.1.1m"), "CVE-2022-0778", IS_AFFECTED},
	{NOBODY, CPE("a:openssl:openssl:3.0.1"), "CVE-2022-0778", IS_AFFECTED},
	{NOBODY, CPE("a:openssl:openssl:1.0.2zc"), "CVE-2022-0778", IS_AFFECTED},
	{NOBODY, CPE("a:openssl:openssl:1.1.1n"), "CVE-2022-0778", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:3.0.2"), "CVE-2022-0778", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:1.0.2zd"), "CVE-2022-0778", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:3.0.6"), "CVE-2022-3602", IS_AFFECTED},
	{NOBODY, CPE("a:openssl:openssl:3.0.7"), "CVE-2022-3602", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:1.1.1q"), "CVE-2022-3602", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:1.1.1j"), "CVE-2021-3449", IS_AFFECTED},
	{NOBODY, CPE("a:openssl:openssl:1.1.1k"), "CVE-2021-3449", IS_NOT},
	{NOBODY, CPE("a:openssl:openssl:1.1.0l"), "CVE-2021-3449", IS_NOT},
	{NOBODY, CPE("a:php:php:7.3.10"), "CVE-2019-11043", IS_AFFECTED},
	{NOBODY, CPE("a:php:php:7.2.23"), "CVE-2019-11043", IS_AFFECTED},
	{NOBODY, CPE("a:php:php:7.3.11"), "CVE-2019-11043", IS_NOT},
	{NOBODY, CPE("a:php:php:7.2.24"), "CVE-2019-11043", IS_NOT},
	{NOBODY, CPE("a:php:php:7.1.26"), "CVE-2019-9641", IS_AFFECTED},
	{NOBODY, CPE("a:php:php:7.1.27"), "CVE-2019-9641", IS_NOT},
	{NOBODY, CPE("a:dropbear_ssh_project:dropbear_ssh:2016.73"), "CVE-2016-7406", IS_AFFECTED},
	{NOBODY, CPE("a:dropbear_ssh_project:dropbear_ssh:2016.74"), "CVE-2016-7406", IS_NOT},
	{NOBODY, CPE("a:dropbear_ssh_project:dropbear_ssh:2017.74"), "CVE-2017-9078", IS_AFFECTED},
	{NOBODY, CPE("a:dropbear_ssh_project:dropbear_ssh:2017.75"), "CVE-2017-9078", IS_NOT},
	{NOBODY, CPE("a:dropbear_ssh_project:dropbear_ssh:2018.76"), "CVE-2018-15599", IS_AFFECTED},
	{NOBODY, CPE("a:dropbear_ssh_project:dropbear_ssh:2019.77"), "CVE-2018-15599", IS_NOT},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.34"), "CVE-2014-2323", IS_AFFECTED},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.35"), "CVE-2014-2323", IS_NOT},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.49"), "CVE-2018-19052", IS_AFFECTED},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.50"), "CVE-2018-19052", IS_NOT},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.63"), "CVE-2022-22707", IS_AFFECTED},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.64"), "CVE-2022-22707", IS_NOT},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.45"), "CVE-2022-22707", IS_NOT},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.65"), "CVE-2022-37797", IS_AFFECTED},
	{NOBODY, CPE("a:lighttpd:lighttpd:1.4.67"), "CVE-2022-37797", IS_NOT},
	{NOBODY, CPE("a:thekelleys:dnsmasq:2.77"), "CVE-2017-14491", IS_AFFECTED},
	{NOBODY, CPE("a:thekelleys:dnsmasq:2.78"), "CVE-2017-14491", IS_NOT},
	{NOBODY, CPE("a:thekelleys:dnsmasq:2.84"), "CVE-2021-3448", IS_AFFECTED},
	{NOBODY, CPE("a:thekelleys:dnsmasq:2.85"), "CVE-2021-3448", IS_NOT},
	{NOBODY, CPE("a:thekelleys:dnsmasq:2.89"), "CVE-2023-28450", IS_AFFECTED},
	{NOBODY, CPE("a:thekelleys:dnsmasq:2.90"), "CVE-2023-28450", IS_NOT},
	{NOBODY, CPE("a:squid-cache:squid:4.10"), "CVE-2020-11945", IS_AFFECTED},
	{NOBODY, CPE("a:squid-cache:squid:5.0.1"), "CVE-2020-11945", IS_AFFECTED},
	{NOBODY, CPE("a:squid-cache:squid:4.11"), "CVE-2020-11945", IS_NOT},
	{NOBODY, CPE("a:squid-cache:squid:5.0.2"), "CVE-2020-11945", IS_NOT},
	{NOBODY, CPE("a:haproxy:haproxy:2.0.24"), "CVE-2021-40346", IS_AFFECTED},
	{NOBODY, CPE("a:haproxy:haproxy:2.4.3"), "CVE-2021-40346", IS_AFFECTED},
	{NOBODY, CPE("a:haproxy:haproxy:2.0.25"), "CVE-2021-40346", IS_NOT},
	{NOBODY, CPE("a:haproxy:haproxy:2.4.4"), "CVE-2021-40346", IS_NOT},
	{NOBODY, CPE("a:haproxy:haproxy:2.0.5"), "CVE-2019-18277", IS_AFFECTED},
	{NOBODY, CPE("a:haproxy:haproxy:2.0.6"), "CVE-2019-18277", IS_NOT},
	{NOBODY, CPE("a:haproxy:haproxy:1.9.0"), "CVE-2020-11100", IS_AFFECTED},
	{NOBODY, CPE("a:haproxy:haproxy:2.1.4"), "CVE-2020-11100", IS_NOT},
	{NOBODY, CPE("o:fortinet:fortios:6.0.4"), "CVE-2018-13379", IS_AFFECTED},
	{NOBODY, CPE("o:fortinet:fortios:5.6.7"), "CVE-2018-13379", IS_AFFECTED},
	{NOBODY, CPE("o:fortinet:fortios:6.0.5"), "CVE-2018-13379", IS_NOT},
	{NOBODY, CPE("o:fortinet:fortios:5.6.8"), "CVE-2018-13379", IS_NOT},
	{NOBODY, CPE("o:fortinet:fortios:7.2.2"), "CVE-2022-42475", IS_AFFECTED},
	{NOBODY, CPE("o:fortinet:fortios:7.2.3"), "CVE-2022-42475", IS_NOT},
	{NOBODY, CPE("o:mikrotik:routeros:6.41.2"), "CVE-2018-7445", IS_AFFECTED},
	{NOBODY, CPE("o:mikrotik:routeros:6.41.3"), "CVE-2018-7445", IS_NOT},
	{NOBODY, CPE("a:atlassian:confluence_server:7.18.0"), "CVE-2022-26134", IS_AFFECTED},
	{NOBODY, CPE("a:atlassian:confluence_server:7.4.16"), "CVE-2022-26134", IS_AFFECTED},
	{NOBODY, CPE("a:atlassian:confluence_server:7.18.1"), "CVE-2022-26134", IS_NOT},
	{NOBODY, CPE("a:atlassian:confluence_server:7.4.17"), "CVE-2022-26134", IS_NOT},
	{NOBODY, CPE("a:atlassian:confluence:7.4.10"), "CVE-2021-26084", IS_AFFECTED},
	{NOBODY, CPE("a:atlassian:confluence:7.4.11"), "CVE-2021-26084", IS_NOT},
	/* an application, a system and a device of one name are one product */
	{NOBODY, CPE("a:fortinet:fortios:6.0.4"), "CVE-2018-13379", IS_AFFECTED},
	{NOBODY, CPE("a:fortinet:fortios:6.0.5"), "CVE-2018-13379", IS_NOT},
	{NOBODY, CPE("a:mikrotik:routeros:6.41.2"), "CVE-2018-7445", IS_AFFECTED},
	{NOBODY, CPE("a:mikrotik:routeros:6.41.3"), "CVE-2018-7445", IS_NOT},
	/* Debian: the revision before the fix, and the one with it */
	{NOBODY, SSH("9.2p1 Debian-2"), "CVE-2023-38408", IS_AFFECTED},
	{NOBODY, SSH("9.2p1 Debian-2+deb12u1"), "CVE-2023-38408", IS_NOT},
	{NOBODY, SSH("9.2p1 Debian-2+deb12u4"), "CVE-2025-26465", IS_AFFECTED},
	{NOBODY, SSH("9.2p1 Debian-2+deb12u5"), "CVE-2025-26465", IS_NOT},
	{NOBODY, SSH("9.2p1 Debian-2+deb12u5"), "CVE-2025-32728", IS_AFFECTED},
	{NOBODY, SSH("9.2p1 Debian-2+deb12u6"), "CVE-2025-32728", IS_NOT},
	{NOBODY, SSH("8.4p1 Debian-5+deb11u1"), "CVE-2023-38408", IS_AFFECTED},
	{NOBODY, SSH("8.4p1 Debian-5+deb11u2"), "CVE-2023-38408", IS_NOT},
	{NOBODY, SSH("8.4p1 Debian-5+deb11u2"), "CVE-2021-41617", IS_AFFECTED},
	{NOBODY, SSH("8.4p1 Raspbian-5+deb11u3"), "CVE-2021-41617", IS_NOT},
	{NOBODY, DNS("9.18.16-1~deb12u1-Debian"), "CVE-2023-3341", IS_AFFECTED},
	{NOBODY, DNS("9.18.24-1-Debian"), "CVE-2023-3341", IS_NOT},
	/* no mark of a release: sid had it, too */
	{NOBODY, DNS("9.18.24-1-Debian"), "CVE-2024-0760", IS_OPEN},
	{NOBODY, DNS("9.18.24-1~deb12u1-Debian"), "CVE-2024-0760", IS_AFFECTED},
	{NOBODY, DNS("9.18.28-1~deb12u2-Debian"), "CVE-2024-0760", IS_NOT},
	{NOBODY, DNS("9.16.42-1~deb11u1-Debian"), "CVE-2023-3341", IS_AFFECTED},
	{NOBODY, DNS("9.16.44-1~deb11u1-Debian"), "CVE-2023-3341", IS_NOT},
	{NOBODY, SQL("5.5.5-10.11.6-MariaDB-0+deb12u1"), "CVE-2024-21096", IS_AFFECTED},
	{NOBODY, SQL("5.5.5-10.11.9-MariaDB-0+deb12u1"), "CVE-2024-21096", IS_NOT},
	/* Ubuntu: the release is that of the upstream version, not the number behind "ubuntu" */
	{NOBODY, SSH("8.9p1 Ubuntu-3ubuntu0.1"), "CVE-2023-38408", IS_AFFECTED},
	{NOBODY, SSH("8.9p1 Ubuntu-3ubuntu0.3"), "CVE-2023-38408", IS_NOT},
	{NOBODY, SSH("8.9p1 Ubuntu-3ubuntu0.7"), "CVE-2024-6387", IS_AFFECTED},
	{NOBODY, SSH("8.9p1 Ubuntu-3ubuntu0.10"), "CVE-2024-6387", IS_NOT},
	{NOBODY, SSH("8.9p1 Ubuntu-3"), "CVE-2021-41617", IS_NOT},
	{NOBODY, SSH("8.2p1 Ubuntu-4ubuntu0.1"), "CVE-2021-28041", IS_AFFECTED},
	{NOBODY, SSH("8.2p1 Ubuntu-4ubuntu0.2"), "CVE-2021-28041", IS_NOT},
	{NOBODY, SSH("8.2p1 Ubuntu-4ubuntu0.9"), "CVE-2023-48795", IS_AFFECTED},
	{NOBODY, SSH("8.2p1 Ubuntu-4ubuntu0.10"), "CVE-2023-48795", IS_NOT},
	{NOBODY, SSH("8.2p1 Ubuntu-4ubuntu0.5"), "CVE-2024-6387", IS_NOT},
	{NOBODY, SSH("7.6p1 Ubuntu-4"), "CVE-2018-15473", IS_AFFECTED},
	{NOBODY, SSH("7.6p1 Ubuntu-4ubuntu0.1"), "CVE-2018-15473", IS_NOT},
	{NOBODY, SSH("7.6p1 Ubuntu-4ubuntu0.2"), "CVE-2019-6111", IS_AFFECTED},
	{NOBODY, SSH("7.6p1 Ubuntu-4ubuntu0.3"), "CVE-2019-6111", IS_NOT},
	{NOBODY, SSH("9.6p1 Ubuntu-3ubuntu13"), "CVE-2024-6387", IS_AFFECTED},
	{NOBODY, SSH("9.6p1 Ubuntu-3ubuntu13.3"), "CVE-2024-6387", IS_NOT},
	{NOBODY, SSH("9.6p1 Ubuntu-3ubuntu13.11"), "CVE-2024-6387", IS_NOT},
	{NOBODY, SSH("9.6p1 Ubuntu-3ubuntu13.7"), "CVE-2025-26465", IS_AFFECTED},
	{NOBODY, SSH("9.6p1 Ubuntu-3ubuntu13.8"), "CVE-2025-26465", IS_NOT},
	{NOBODY, DNS("9.18.12-0ubuntu0.22.04.2-Ubuntu"), "CVE-2023-3341", IS_AFFECTED},
	{NOBODY, DNS("9.18.12-0ubuntu0.22.04.3-Ubuntu"), "CVE-2023-3341", IS_NOT},
	/* the package is 9.11.3+dfsg, which its server does not say */
	{NOBODY, DNS("9.11.3-1ubuntu1.11-Ubuntu"), "CVE-2020-8616", IS_AFFECTED},
	{NOBODY, DNS("9.11.3-1ubuntu1.12-Ubuntu"), "CVE-2020-8616", IS_NOT},
	{NOBODY, DNS("9.16.1-Ubuntu"), "CVE-2020-8616", IS_OPEN},
	/* RHEL and its rebuilds show no revision: within a version nobody can tell, beyond it one can */
	{NOBODY, HTTP("Apache/2.4.53 (AlmaLinux)"), "CVE-2023-31122", IS_AFFECTED},
	{NOBODY, HTTP("Apache/2.4.57 (AlmaLinux)"), "CVE-2023-31122", IS_OPEN},
	{NOBODY, HTTP("Apache/2.4.62 (AlmaLinux)"), "CVE-2023-31122", IS_NOT},
	{NOBODY, HTTP("Apache/2.4.57 (Rocky Linux)"), "CVE-2024-38476", IS_OPEN},
	{NOBODY, HTTP("Apache/2.4.37 (Red Hat Enterprise Linux)"), "CVE-2021-40438", IS_OPEN},
	{NOBODY, HTTP("Apache/2.4.37 (rocky)"), "CVE-2021-41773", IS_NOT},
	{NOBODY, HTTP("Apache/2.4.6 (CentOS)"), "CVE-2021-40438", IS_OPEN},
	{NOBODY, HTTP("Apache/2.4.6 (CentOS)"), "CVE-2021-41773", IS_NOT},
	{NOBODY, DNS("9.11.36-RedHat-9.11.36-8.el8_8.1"), "CVE-2020-8616", IS_NOT},
	{NOBODY, SSH("8.0"), "CVE-2023-48795", IS_OPEN},
	{NOBODY, SSH("7.4"), "CVE-2023-38408", IS_OPEN},
	/* a build of the makers is none of the distribution, a fork none of its parent */
	{NOBODY, SQL("5.5.5-10.11.6-MariaDB-1:10.11.6+maria~deb12"), "CVE-2023-22084", IS_NOT},
	{NOBODY, SQL("5.5.5-10.11.5-MariaDB-1:10.11.5+maria~deb12"), "CVE-2023-22084", IS_AFFECTED},
	{NOBODY, SQL("5.5.5-10.6.15-MariaDB-1:10.6.15+maria~ubu2204"), "CVE-2023-22084",
         IS_AFFECTED},
	{NOBODY, SQL("5.5.5-10.6.16-MariaDB-1:10.6.16+maria~ubu2204"), "CVE-2023-22084", IS_NOT},
	{NOBODY, HTTP("openresty/1.19.9.1"), "CVE-2021-23017", IS_OPEN},
	{NOBODY, "redis.fork", "KeyDB/6.3.4", "CVE-2025-49844", IS_NOT},
	{NOBODY, SSH("for_Windows_8.1"), "CVE-2023-48795", IS_OPEN},
	/* a component is judged by its own version */
	{NOBODY, HTTP("Apache/2.4.60 (Unix) OpenSSL/1.1.1m"), "CVE-2022-0778", IS_AFFECTED},
	{NOBODY, HTTP("Apache/2.4.60 (Unix) OpenSSL/1.1.1n"), "CVE-2022-0778", IS_NOT},
	{NOBODY, HTTP("Apache/2.4.60 (Unix) PHP/7.3.10"), "CVE-2019-11043", IS_AFFECTED},
	{NOBODY, HTTP("Apache/2.4.60 (Unix) PHP/7.3.11"), "CVE-2019-11043", IS_NOT},
	{NOBODY, HTTP("Apache PHP/7.3.10"), "CVE-2021-40438", IS_NOT},
	/* without a version there is no list */
	{NOBODY, HTTP("nginx"), "CVE-2023-44487", IS_NOT},
	{NOBODY, HTTP("Apache"), "CVE-2021-41773", IS_NOT},
	{NOBODY, SMTP("Postfix"), "CVE-2023-51764", IS_NOT},
	{NOBODY, FTP("(vsFTPd)"), "CVE-2011-2523", IS_NOT},
	/* a name of the distribution alone */
	{NOBODY, HTTP("nginx/1.18.0 (Ubuntu)"), "CVE-2025-23419", IS_OPEN},
	{NOBODY, HTTP("nginx/1.14.0 (Ubuntu)"), "CVE-2018-16843", IS_OPEN},
	{NOBODY, HTTP("nginx/1.14.0 (Ubuntu)"), "CVE-2017-7529", IS_NOT},
	{NOBODY, HTTP("nginx/1.22.1"), "CVE-2025-23419", IS_OPEN},
	{NOBODY, HTTP("nginx/1.22.1"), "CVE-2021-23017", IS_NOT},
	{NOBODY, EXIM("4.96"), "CVE-2023-51766", IS_OPEN},
	{NOBODY, EXIM("4.97.1"), "CVE-2023-51766", IS_NOT},
	/* half a version, and a bound in Apple's own numbers */
	{NOBODY, HTTP("CUPS/2.4 IPP/2.1"), "CVE-2022-26691", IS_OPEN},
	{NOBODY, HTTP("CUPS/2.3 IPP/2.1"), "CVE-2022-26691", IS_OPEN},
	{NOBODY, REDIS("7.0.15"), "CVE-2025-49844", IS_OPEN},
	{NOBODY, REDIS("7.0.10"), "CVE-2023-28856", IS_AFFECTED},
	/* the host knows more than the port: Debian 12 */
	{DEBIAN12, HTTP("nginx/1.22.1"), "CVE-2025-23419", IS_OPEN},
	{DEBIAN12, HTTP("nginx/1.22.1"), "CVE-2024-7347", IS_OPEN},
	{DEBIAN12, HTTP("nginx/1.22.1"), "CVE-2023-44487", IS_OPEN},
	{DEBIAN12, HTTP("nginx/1.22.1"), "CVE-2022-41741", IS_NOT},
	{DEBIAN12, HTTP("nginx/1.22.1"), "CVE-2021-3618", IS_NOT},
	{DEBIAN12, EXIM("4.96"), "CVE-2023-42115", IS_OPEN},
	{DEBIAN12, EXIM("4.96"), "CVE-2023-51766", IS_OPEN},
	{DEBIAN12, REDIS("7.0.15"), "CVE-2024-31449", IS_OPEN},
	{DEBIAN12, FTP("ProFTPD 1.3.8 Server (x) [192.0.2.1]"), "CVE-2023-48795", IS_OPEN},
	{DEBIAN12, HTTP("Apache/2.4.60 (Unix)"), "CVE-2021-41773", IS_NOT},
	/* a version that Debian 12 does not ship is judged by itself */
	{DEBIAN12, HTTP("nginx/1.20.0"), "CVE-2021-23017", IS_AFFECTED},
	{DEBIAN12, HTTP("nginx/1.25.2"), "CVE-2023-44487", IS_AFFECTED},
	{DEBIAN12, SQL("5.5.5-10.11.5-MariaDB-1:10.11.5+maria~deb12"), "CVE-2023-22084",
         IS_AFFECTED},
	/* Debian 11 */
	{DEBIAN11, HTTP("nginx/1.18.0"), "CVE-2021-23017", IS_NOT},
	{DEBIAN11, HTTP("nginx/1.18.0"), "CVE-2024-7347", IS_OPEN},
	{DEBIAN11, HTTP("nginx/1.18.0"), "CVE-2022-41741", IS_OPEN},
	{DEBIAN11, HTTP("nginx/1.18.0"), "CVE-2018-16843", IS_NOT},
	{DEBIAN11, EXIM("4.94.2"), "CVE-2021-38371", IS_OPEN},
	/* Ubuntu: 1.18.0 is 20.04's and 22.04's, and only the first ever had CVE-2021-23017 */
	{NOBODY, HTTP("nginx/1.18.0 (Ubuntu)"), "CVE-2021-23017", IS_OPEN},
	{JAMMY, HTTP("nginx/1.18.0 (Ubuntu)"), "CVE-2021-23017", IS_NOT},
	{FOCAL, HTTP("nginx/1.18.0 (Ubuntu)"), "CVE-2021-23017", IS_OPEN},
	{JAMMY, HTTP("nginx/1.18.0"), "CVE-2021-23017", IS_NOT},
	{FOCAL, HTTP("nginx/1.18.0"), "CVE-2021-23017", IS_OPEN},
	{JAMMY, HTTP("nginx/1.18.0 (Ubuntu)"), "CVE-2025-23419", IS_OPEN},
	{NOBLE, HTTP("nginx/1.24.0 (Ubuntu)"), "CVE-2021-3618", IS_NOT},
	{NOBLE, HTTP("nginx/1.24.0"), "CVE-2023-44487", IS_NOT},
	{JAMMY, HTTP("nginx/1.18.0"), "CVE-2023-44487", IS_NOT},
	{FOCAL, HTTP("Apache/2.4.41 (Ubuntu)"), "CVE-2020-11984", IS_OPEN},
	{JAMMY, HTTP("Apache/2.4.41 (Unix)"), "CVE-2020-11984", IS_OPEN},
	{JAMMY, HTTP("Apache/2.4.43 (Unix)"), "CVE-2020-11984", IS_AFFECTED},
};

enum { CASES = sizeof(cases) / sizeof(cases[0]), OWN_CASES = 200 };

static void open_bundle(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &fixture_db, &err) == 0, "%s", err.text);
	fixture_scratch = vd_scratch_new(fixture_db);
	ck_assert_ptr_nonnull(fixture_scratch);
}

static struct vd_identity identify(const char *field, const char *text)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_add(facts, field, text, strlen(text));
	ck_assert_int_ge(vulndb_identify(fixture_db, fixture_scratch, facts, &id), 0);
	vd_facts_free(facts);
	return id;
}

/* What is said of the CVE of case @i. */
static struct vd_verdict judge(size_t i)
{
	struct vd_identity id, teller;

	if (cases[i].field == NULL) {
		id = fixture_identity(cases[i].text);
		return fixture_verdict(&id, cases[i].cve);
	}
	id = identify(cases[i].field, cases[i].text);
	if (cases[i].host != NULL) {
		const struct vd_subject services[] = {{&teller, NULL, 22, 6}, {&id, NULL, 80, 6}};
		struct vd_hint hints[2];

		teller = identify("ssh.banner", cases[i].host);
		vd_host_hints(services, 2, hints);
		ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &id, &hints[1]), 0);
	}
	return fixture_verdict(&id, cases[i].cve);
}

static bool holds(enum truth truth, uint8_t kind)
{
	return truth == IS_AFFECTED ? kind == VD_AFFECTED
	       : truth == IS_OPEN   ? kind == VD_POSSIBLE
	                            : kind == 0 || kind == VD_FIXED;
}

START_TEST(a_case_has_its_true_verdict)
{
	struct vd_verdict v = judge((size_t)_i);

	ck_assert_msg(holds(cases[_i].truth, v.kind), "%s beside %s: %s is \"%s\" (%s; %s; %s)",
	              cases[_i].text, cases[_i].host != NULL ? cases[_i].host : "nothing",
	              cases[_i].cve, vd_kind_name(v.kind), v.range, v.fixed_by, v.why);
}
END_TEST

/* The figures that count: what alarms without a cause, what soothes without one, what is missed. */
START_TEST(no_case_is_falsely_affected_or_falsely_fixed)
{
	unsigned alarms = 0, comforts = 0, vulnerable = 0, found = 0;

	for (size_t i = 0; i < CASES; i++) {
		uint8_t kind = judge(i).kind;

		alarms += kind == VD_AFFECTED && cases[i].truth != IS_AFFECTED;
		comforts += (kind == VD_FIXED || kind == 0) && cases[i].truth != IS_NOT;
		vulnerable += cases[i].truth == IS_AFFECTED;
		found += cases[i].truth == IS_AFFECTED &&
		         (kind == VD_AFFECTED || kind == VD_POSSIBLE);
	}
	printf("%u cases: falsely affected %u, falsely fixed %u, %u of %u vulnerable ones found\n",
	       (unsigned)CASES, alarms, comforts, found, vulnerable);
	ck_assert_uint_ge(CASES, OWN_CASES);
	ck_assert_uint_eq(alarms, 0);
	ck_assert_uint_eq(comforts, 0);
	ck_assert_uint_ge(found * 100, vulnerable * 99);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("kinds");

	tcase_add_checked_fixture(t, open_bundle, fixture_close);
	tcase_add_loop_test(t, a_case_has_its_true_verdict, 0, CASES);
	tcase_add_test(t, no_case_is_falsely_affected_or_falsely_fixed);
	return suite_run("kinds", t);
}
