/* SPDX-License-Identifier: Apache-2.0 */
/* os.c - hints about the operating system and the device that no rule is needed for. */
#include <stdlib.h>
#include <string.h>

#include "identify.h"

static const struct {
	const char *distro, *os, *cpe; /* "%s" takes the release, or "*" */
} distro_os[] = {
	{"debian", "Debian Linux", "cpe:2.3:o:debian:debian_linux:%s:*:*:*:*:*:*:*"},
	{"ubuntu", "Ubuntu Linux", "cpe:2.3:o:canonical:ubuntu_linux:%s:*:*:*:*:*:*:*"},
	{"raspbian", "Raspbian", "cpe:2.3:o:raspberrypi:raspberry_pi_os:%s:*:*:*:*:*:*:*"},
	{"alpine", "Alpine Linux", "cpe:2.3:o:alpinelinux:alpine_linux:%s:*:*:*:*:*:*:*"},
	{"rhel", "Red Hat Enterprise Linux", "cpe:2.3:o:redhat:enterprise_linux:%s:*:*:*:*:*:*:*"},
	{"centos", "CentOS", "cpe:2.3:o:centos:centos:%s:*:*:*:*:*:*:*"},
	{"fedora", "Fedora", "cpe:2.3:o:fedoraproject:fedora:%s:*:*:*:*:*:*:*"},
	{"rocky", "Rocky Linux", "cpe:2.3:o:rockylinux:rocky_linux:%s:*:*:*:*:*:*:*"},
	{"almalinux", "AlmaLinux", "cpe:2.3:o:almalinux:almalinux:%s:*:*:*:*:*:*:*"},
	{"freebsd", "FreeBSD", "cpe:2.3:o:freebsd:freebsd:%s:*:*:*:*:*:*:*"},
	{"netbsd", "NetBSD", "cpe:2.3:o:netbsd:netbsd:%s:*:*:*:*:*:*:*"},
	{"openbsd", "OpenBSD", "cpe:2.3:o:openbsd:openbsd:%s:*:*:*:*:*:*:*"},
	{"suse", "SUSE Linux", "cpe:2.3:o:suse:linux:%s:*:*:*:*:*:*:*"},
};

enum { DISTRO_CONFIDENCE = 85, WORD_CONFIDENCE = 70 };

static void set_os(struct vd_identity *id, const char *os, const char *cpe, uint8_t confidence)
{
	identify_text(id->os, sizeof(id->os), os, strlen(os));
	identify_text(id->os_cpe, sizeof(id->os_cpe), cpe, strlen(cpe));
	id->os_confidence = confidence;
}

static void from_distro(struct vd_identity *id)
{
	for (size_t i = 0; i < sizeof(distro_os) / sizeof(distro_os[0]); i++) {
		const char *percent = strstr(distro_os[i].cpe, "%s");
		char cpe[VD_CPE_LEN];

		if (strcmp(distro_os[i].distro, id->distro) != 0)
			continue;
		snprintf(cpe, sizeof(cpe), "%.*s%s%s", (int)(percent - distro_os[i].cpe),
			 distro_os[i].cpe, id->distro_release[0] != '\0' ? id->distro_release : "*",
			 percent + 2);
		set_os(id, distro_os[i].os, cpe, DISTRO_CONFIDENCE);
		snprintf(id->os_version, sizeof(id->os_version), "%s", id->distro_release);
		return;
	}
}

/* Words that stand in banners of many products; the more telling ones first. */
static const struct {
	const char *field, *word, *os, *cpe;
} os_words[] = {
	{"http.server", "(Win32)", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	{"http.server", "(Win64)", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	{"http.server", "Microsoft-IIS", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	{"http.server", "Microsoft-HTTPAPI", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	{"http.server", "(FreeBSD)", "FreeBSD", "cpe:2.3:o:freebsd:freebsd:*:*:*:*:*:*:*:*"},
	{"smb.os", "Windows", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	{"redis.os", "Linux", "Linux", "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*"},
	{"redis.os", "Windows", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	{"snmp.sysdescr", "Linux ", "Linux", "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*"},
	{"snmp.sysdescr", "Windows", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	{"snmp.sysdescr", "Cisco IOS", "Cisco IOS", "cpe:2.3:o:cisco:ios:*:*:*:*:*:*:*:*"},
	{"snmp.sysdescr", "RouterOS", "RouterOS", "cpe:2.3:o:mikrotik:routeros:*:*:*:*:*:*:*:*"},
	{"snmp.sysdescr", "JUNOS", "Junos", "cpe:2.3:o:juniper:junos:*:*:*:*:*:*:*:*"},
	{"snmp.sysdescr", "FreeBSD", "FreeBSD", "cpe:2.3:o:freebsd:freebsd:*:*:*:*:*:*:*:*"},
	{"ntp.version", "Linux", "Linux", "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*"},
	{"smb.lanman", "Samba", "Linux or Unix", ""},
};

static void from_words(const struct vd_facts *facts, struct vd_identity *id)
{
	const struct vd_fact *fact = NULL;

	for (size_t i = 0; i < sizeof(os_words) / sizeof(os_words[0]); i++) {
		/* The table is sorted by field: one look at the facts for each. */
		if (i == 0 || strcmp(os_words[i].field, os_words[i - 1].field) != 0)
			fact = vd_facts_get(facts, os_words[i].field);
		if (fact == NULL || strstr(fact->value, os_words[i].word) == NULL)
			continue;
		set_os(id, os_words[i].os, os_words[i].cpe, WORD_CONFIDENCE);
		return;
	}
}

static const struct {
	const char *field, *word, *device;
} device_words[] = {
	{"ssl.subject", "iLO", "management"},	     {"ssl.subject", "iDRAC", "management"},
	{"ssl.issuer", "Fortinet", "firewall"},	     {"ssl.issuer", "FortiGate", "firewall"},
	{"ssl.subject", "SonicWALL", "firewall"},    {"ssl.subject", "MikroTik", "router"},
	{"ssl.subject", "Synology", "nas"},	     {"ssl.subject", "QNAP", "nas"},
	{"ssl.org", "Ubiquiti", "network"},	     {"ssl.cn", "HP-", "printer"},
	{"ssl.org", "Hikvision", "camera"},	     {"ssl.org", "Axis Communications", "camera"},
	{"snmp.sysdescr", "JETDIRECT", "printer"},   {"snmp.sysdescr", "LaserJet", "printer"},
	{"snmp.sysdescr", "Printer", "printer"},     {"snmp.sysdescr", "Cisco IOS", "router"},
	{"snmp.sysdescr", "RouterOS", "router"},     {"snmp.sysdescr", "Switch", "switch"},
	{"snmp.sysdescr", "Juniper", "router"},	     {"snmp.sysdescr", "APC ", "ups"},
	{"ftp.banner", "Printer", "printer"},	     {"telnet.banner", "router", "router"},
	{"http.title", "Printer", "printer"},	     {"http.www_authenticate", "camera", "camera"},
};

static void device_from_words(const struct vd_facts *facts, struct vd_identity *id)
{
	const struct vd_fact *fact = NULL;

	for (size_t i = 0; i < sizeof(device_words) / sizeof(device_words[0]); i++) {
		if (i == 0 || strcmp(device_words[i].field, device_words[i - 1].field) != 0)
			fact = vd_facts_get(facts, device_words[i].field);
		if (fact == NULL || strcasestr(fact->value, device_words[i].word) == NULL)
			continue;
		snprintf(id->device, sizeof(id->device), "%s", device_words[i].device);
		return;
	}
}

static long number(const struct vd_facts *facts, const char *name)
{
	const struct vd_fact *fact = vd_facts_get(facts, name);

	return fact != NULL ? strtol(fact->value, NULL, 10) : -1;
}

/* The TTL that a packet began with: systems use 64, 128 or 255, and paths are rarely longer than 32. */
static long initial_ttl(long ttl)
{
	if (ttl <= 0)
		return -1;
	return ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

/*
 * What the SYN-ACK shows. The TTL tells families apart; a window that is a multiple of the segment size
 * is Linux's way, 65535 that of BSD and macOS, 64240 and 8192 are both seen with Windows. All of it is
 * easily changed, so the confidence stays low.
 */
static void from_syn_ack(const struct vd_facts *facts, struct vd_identity *id)
{
	long ttl = initial_ttl(number(facts, "tcp.ttl")), window = number(facts, "tcp.window");
	long mss = number(facts, "tcp.mss");

	if (ttl == 128)
		set_os(id, "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*",
		       window == 8192 || window == 64240 || window == 65535 ? 50 : 40);
	else if (ttl == 64 && window == 65535)
		set_os(id, "BSD or macOS", "", 30);
	else if (ttl == 64 && mss > 0 && window > 0 && (window % mss == 0 || window == 65160 ||
							 window == 64240 || window == 28960))
		set_os(id, "Linux", "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*", 50);
	else if (ttl == 64)
		set_os(id, "Linux or Unix", "", 25);
	else if (ttl == 255)
		set_os(id, "network device or Solaris", "", 20);
}

void identify_os(const struct vd_facts *facts, struct vd_identity *id)
{
	if (id->os[0] == '\0' && id->distro[0] != '\0')
		from_distro(id);
	if (id->os[0] == '\0')
		from_words(facts, id);
	if (id->os[0] == '\0')
		from_syn_ack(facts, id);
	if (id->device[0] == '\0')
		device_from_words(facts, id);
}
