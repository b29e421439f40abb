/* SPDX-License-Identifier: Apache-2.0 */
/* os.c - finds the operating system and the device by hints that need no rule. */
#include <string.h>

#include "identify.h"
#include "os_stack.h"
#include "printable.h"

static const struct {
	const char *distro, *os, *cpe; /* the release, or "*", is appended to @cpe */
} distro_os[] = {
	{"debian", "Debian Linux", "cpe:2.3:o:debian:debian_linux:"},
	{"ubuntu", "Ubuntu Linux", "cpe:2.3:o:canonical:ubuntu_linux:"},
	{"raspbian", "Raspbian", "cpe:2.3:o:raspberrypi:raspberry_pi_os:"},
	{"alpine", "Alpine Linux", "cpe:2.3:o:alpinelinux:alpine_linux:"},
	{"rhel", "Red Hat Enterprise Linux", "cpe:2.3:o:redhat:enterprise_linux:"},
	{"centos", "CentOS", "cpe:2.3:o:centos:centos:"},
	{"fedora", "Fedora", "cpe:2.3:o:fedoraproject:fedora:"},
	{"rocky", "Rocky Linux", "cpe:2.3:o:rockylinux:rocky_linux:"},
	{"almalinux", "AlmaLinux", "cpe:2.3:o:almalinux:almalinux:"},
	{"freebsd", "FreeBSD", "cpe:2.3:o:freebsd:freebsd:"},
	{"netbsd", "NetBSD", "cpe:2.3:o:netbsd:netbsd:"},
	{"openbsd", "OpenBSD", "cpe:2.3:o:openbsd:openbsd:"},
	{"suse", "SUSE Linux", "cpe:2.3:o:suse:linux:"},
};

enum { DISTRO_CONFIDENCE = 85, WORD_CONFIDENCE = 70 };

static void set_os(struct vd_identity *id, const char *os, const char *cpe, uint8_t confidence)
{
	printable_text(id->os, sizeof(id->os), os, strlen(os));
	printable_text(id->os_cpe, sizeof(id->os_cpe), cpe, strlen(cpe));
	id->os_confidence = confidence;
}

void identify_os_distro(struct vd_identity *id, const char *distro, const char *release)
{
	for (size_t i = 0; i < sizeof(distro_os) / sizeof(distro_os[0]); i++) {
		char cpe[VD_CPE_LEN];

		if (strcmp(distro_os[i].distro, distro) != 0)
			continue;
		/* @cpe has room for the longest name of the table and the longest release. */
		stpcpy(stpcpy(stpcpy(cpe, distro_os[i].cpe), release[0] != '\0' ? release : "*"),
		       ":*:*:*:*:*:*:*");
		set_os(id, distro_os[i].os, cpe, DISTRO_CONFIDENCE);
		strcpy(id->os_version, release);
		return;
	}
}

/* A word that is a hint, wherever it stands in a fact. */
struct word {
	const char *word, *says, *cpe;
};

enum { WORDS_MAX = 8 };

struct words {
	const char *field;
	struct word list[WORDS_MAX];
};

/* Words that stand in the banners of many products; the more specific ones first. */
static const struct words os_words[] = {
	{"http.server",
         {
		 {"(Win32)", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
		 {"(Win64)", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
		 {"Microsoft-IIS", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
		 {"Microsoft-HTTPAPI", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
		 {"(FreeBSD)", "FreeBSD", "cpe:2.3:o:freebsd:freebsd:*:*:*:*:*:*:*:*"},
	 }},
	{"smb.os",
         {
		 {"Windows", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	 }},
	{"redis.os",
         {
		 {"Linux", "Linux", "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*"},
		 {"Windows", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
	 }},
	{"snmp.sysdescr",
         {
		 {"Linux ", "Linux", "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*"},
		 {"Windows", "Windows", "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"},
		 {"Cisco IOS", "Cisco IOS", "cpe:2.3:o:cisco:ios:*:*:*:*:*:*:*:*"},
		 {"RouterOS", "RouterOS", "cpe:2.3:o:mikrotik:routeros:*:*:*:*:*:*:*:*"},
		 {"JUNOS", "Junos", "cpe:2.3:o:juniper:junos:*:*:*:*:*:*:*:*"},
		 {"FreeBSD", "FreeBSD", "cpe:2.3:o:freebsd:freebsd:*:*:*:*:*:*:*:*"},
	 }},
	{"ntp.version",
         {
		 {"Linux", "Linux", "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*"},
	 }},
	{"smb.lanman",
         {
		 {"Samba", "Linux or Unix", ""},
	 }},
	{"ssl.issuer",
         {
		 {"Fortinet", "FortiOS", "cpe:2.3:o:fortinet:fortios:*:*:*:*:*:*:*:*"},
		 {"Palo Alto Networks", "PAN-OS",
                  "cpe:2.3:o:paloaltonetworks:pan-os:*:*:*:*:*:*:*:*"},
	 }},
	{"ssl.subject",
         {
		 {"RouterOS", "RouterOS", "cpe:2.3:o:mikrotik:routeros:*:*:*:*:*:*:*:*"},
		 {"Synology", "DiskStation Manager",
                  "cpe:2.3:o:synology:diskstation_manager:*:*:*:*:*:*:*:*"},
		 {"QNAP", "QTS", "cpe:2.3:o:qnap:qts:*:*:*:*:*:*:*:*"},
	 }},
};

static const struct words device_words[] = {
	{"ssl.subject",
         {
		 {"iLO", "management-controller", NULL},
		 {"iDRAC", "management-controller", NULL},
		 {"SonicWALL", "firewall", NULL},
		 {"MikroTik", "router", NULL},
		 {"Synology", "nas", NULL},
		 {"QNAP", "nas", NULL},
	 }},
	{"ssl.issuer",
         {
		 {"Fortinet", "firewall", NULL},
		 {"FortiGate", "firewall", NULL},
	 }},
	{"ssl.org",
         {
		 {"Ubiquiti", "network", NULL},
		 {"Hikvision", "camera", NULL},
		 {"Axis Communications", "camera", NULL},
	 }},
	{"ssl.cn",
         {
		 {"HP-", "printer", NULL},
	 }},
	{"snmp.sysdescr",
         {
		 {"JETDIRECT", "printer", NULL},
		 {"LaserJet", "printer", NULL},
		 {"Printer", "printer", NULL},
		 {"Cisco IOS", "router", NULL},
		 {"RouterOS", "router", NULL},
		 {"Switch", "switch", NULL},
		 {"Juniper", "router", NULL},
		 {"APC ", "ups", NULL},
	 }},
	{"ftp.banner",
         {
		 {"Printer", "printer", NULL},
	 }},
	{"telnet.banner",
         {
		 {"router", "router", NULL},
	 }},
	{"http.title",
         {
		 {"Printer", "printer", NULL},
	 }},
	{"http.www_authenticate",
         {
		 {"camera", "camera", NULL},
	 }},
};

typedef char *find_fn(const char *text, const char *word);

/* Find the first word of @table that stands in its fact. */
static const struct word *find_word(const struct words *table, size_t count,
                                    const struct vd_facts *facts, find_fn *find)
{
	for (size_t i = 0; i < count; i++) {
		const struct vd_fact *fact = vd_facts_get(facts, table[i].field);

		for (size_t j = 0; fact != NULL && j < WORDS_MAX && table[i].list[j].word != NULL;
		     j++)
			if (find(fact->value, table[i].list[j].word) != NULL)
				return &table[i].list[j];
	}
	return NULL;
}

static char *find_exact(const char *text, const char *word)
{
	return strstr(text, word);
}

static char *find_any_case(const char *text, const char *word)
{
	return strcasestr(text, word);
}

static void from_words(const struct vd_facts *facts, struct vd_identity *id)
{
	const struct word *word =
		find_word(os_words, sizeof(os_words) / sizeof(os_words[0]), facts, find_exact);

	if (word != NULL)
		set_os(id, word->says, word->cpe, WORD_CONFIDENCE);
}

static void device_from_words(const struct vd_facts *facts, struct vd_identity *id)
{
	const struct word *word = find_word(
		device_words, sizeof(device_words) / sizeof(device_words[0]), facts, find_any_case);

	if (word != NULL)
		snprintf(id->device, sizeof(id->device), "%s", word->says);
}

static uint8_t limited(int confidence)
{
	return (uint8_t)(confidence < 1 ? 1 : confidence > 97 ? 97 : confidence);
}

static void take_guess(struct vd_identity *id, const struct os_guess *guess, uint8_t confidence)
{
	set_os(id, guess->os, guess->cpe, confidence);
	id->os_version[0] = '\0';
	if (id->device[0] == '\0')
		strcpy(id->device, guess->device);
}

/*
 * Weigh the system that the banner shows against the one that the TCP stack shows. The one with the
 * higher confidence wins. If both agree, a tenth of the stack's confidence is added. If they
 * contradict each other (a proxy, a load balancer, a forged banner), a quarter of the loser's
 * confidence is subtracted.
 */
static void weigh_stack(const struct vd_facts *facts, struct vd_identity *id)
{
	enum os_family by_banner = os_family_of(id->os), by_stack;
	struct os_guess guess;
	int banner = id->os_confidence;

	if (!os_from_stack(facts, &guess))
		return;
	by_stack = os_family_of(guess.os);
	if (id->os[0] == '\0')
		take_guess(id, &guess, guess.confidence);
	else if (by_banner == OS_ANY || by_stack == OS_ANY)
		return;
	else if (by_banner == by_stack)
		id->os_confidence = limited(banner + guess.confidence / 10);
	else if (guess.confidence > banner)
		take_guess(id, &guess, limited(guess.confidence - banner / 4));
	else
		id->os_confidence = limited(banner - guess.confidence / 4);
}

static void borrow_os(const struct lent_system *lent, struct vd_identity *id)
{
	memcpy(id->os, lent->os, sizeof(id->os));
	memcpy(id->os_version, lent->os_version, sizeof(id->os_version));
	memcpy(id->os_cpe, lent->os_cpe, sizeof(id->os_cpe));
	id->os_confidence = lent->os_confidence;
}

void identify_os(const struct vd_facts *facts, const struct lent_system *lent,
                 struct vd_identity *id)
{
	/* A rule that knows no more than the kernel must not hide the distribution. */
	if (id->distro[0] != '\0' &&
	    (id->os[0] == '\0' || strcmp(id->os, "Linux") == 0 || strcmp(id->os, "Unix") == 0))
		identify_os_distro(id, id->distro, id->distro_release);
	if (id->os[0] == '\0')
		from_words(facts, id);
	if (id->os[0] == '\0' && lent != NULL && lent->os[0] != '\0')
		borrow_os(lent, id);
	weigh_stack(facts, id);
	if (id->device[0] == '\0')
		device_from_words(facts, id);
	if (id->device[0] == '\0' && lent != NULL)
		memcpy(id->device, lent->device, sizeof(id->device));
}

static bool has_field(const struct words *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].field, name) == 0)
			return true;
	return false;
}

bool identify_os_reads(const char *name)
{
	return strncmp(name, "tcp.", 4) == 0 ||
	       has_field(os_words, sizeof(os_words) / sizeof(os_words[0]), name) ||
	       has_field(device_words, sizeof(device_words) / sizeof(device_words[0]), name);
}
