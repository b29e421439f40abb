/* SPDX-License-Identifier: Apache-2.0 */
/* identify_distro.c - recognises distributions and their packages by their marks in banners. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "foreign_build.h"
#include "identify.h"

/* Words in banners and the names of the distributions that they mean, the longer words first. */
static const struct {
	const char *word;
	const char *distro;
} distro_words[] = {
	{"Red Hat Enterprise Linux", "rhel"},
	{"Raspbian", "raspbian"},
	{"Debian", "debian"},
	{"Ubuntu", "ubuntu"},
	{"Alpine", "alpine"},
	{"AlmaLinux", "almalinux"},
	{"Rocky", "rocky"},
	{"CentOS", "centos"},
	{"Fedora", "fedora"},
	{"Red Hat", "rhel"},
	{"RedHat", "rhel"},
	{"Oracle Linux", "oracle"},
	{"Amazon", "amazon"},
	{"openSUSE", "suse"},
	{"SUSE", "suse"},
	{"Gentoo", "gentoo"},
	{"Arch Linux", "arch"},
	{"FreeBSD", "freebsd"},
	{"NetBSD", "netbsd"},
	{"OpenBSD", "openbsd"},
};

/* Packages whose versions carry an epoch in Debian and Ubuntu, by source package. */
static const struct {
	const char *package;
	const char *epoch;
} epochs[] = {
	{"openssh", "1"},      {"bind9", "1"}, {"dovecot", "1"},      {"mariadb", "1"},
	{"mariadb-10.3", "1"}, {"redis", "5"}, {"mariadb-10.5", "1"}, {"mariadb-10.6", "1"},
	{"samba", "2"},        {"ntp", "1"},   {"mariadb-10.1", "1"}, {"ntpsec", ""},
	{"valkey", ""},
};

/* Releases by the version of a package that they ship, if no other release ships this version. */
static const struct {
	const char *distro, *package, *version, *release;
} releases[] = {
	{"debian", "openssh", "6.0p1", "7"},       {"debian", "openssh", "6.7p1", "8"},
	{"debian", "openssh", "7.4p1", "9"},       {"debian", "openssh", "7.9p1", "10"},
	{"debian", "openssh", "8.4p1", "11"},      {"debian", "openssh", "9.2p1", "12"},
	{"debian", "openssh", "10.0p1", "13"},     {"debian", "openssh", "10.0p2", "13"},
	{"ubuntu", "openssh", "5.9p1", "12.04"},   {"ubuntu", "openssh", "6.6.1p1", "14.04"},
	{"ubuntu", "openssh", "6.6p1", "14.04"},   {"ubuntu", "openssh", "7.2p2", "16.04"},
	{"ubuntu", "openssh", "7.6p1", "18.04"},   {"ubuntu", "openssh", "8.2p1", "20.04"},
	{"ubuntu", "openssh", "8.9p1", "22.04"},   {"ubuntu", "openssh", "9.3p1", "23.10"},
	{"ubuntu", "openssh", "9.6p1", "24.04"},   {"ubuntu", "openssh", "9.7p1", "24.10"},
	{"ubuntu", "openssh", "9.9p1", "25.04"},   {"debian", "nginx", "1.6.2", "8"},
	{"debian", "nginx", "1.10.3", "9"},        {"debian", "nginx", "1.14.2", "10"},
	{"debian", "nginx", "1.18.0", "11"},       {"debian", "nginx", "1.22.1", "12"},
	{"debian", "nginx", "1.26.3", "13"},       {"ubuntu", "nginx", "1.4.6", "14.04"},
	{"ubuntu", "nginx", "1.10.3", "16.04"},    {"ubuntu", "nginx", "1.14.0", "18.04"},
	{"ubuntu", "nginx", "1.24.0", "24.04"},    {"debian", "apache2", "2.4.10", "8"},
	{"debian", "apache2", "2.4.25", "9"},      {"debian", "apache2", "2.4.38", "10"},
	{"ubuntu", "apache2", "2.4.7", "14.04"},   {"ubuntu", "apache2", "2.4.18", "16.04"},
	{"ubuntu", "apache2", "2.4.29", "18.04"},  {"ubuntu", "apache2", "2.4.41", "20.04"},
	{"ubuntu", "apache2", "2.4.52", "22.04"},  {"ubuntu", "apache2", "2.4.58", "24.04"},
	{"debian", "bind9", "9.10.3", "9"},        {"debian", "bind9", "9.11.5", "10"},
	{"debian", "exim4", "4.92", "10"},         {"debian", "exim4", "4.94.2", "11"},
	{"debian", "exim4", "4.96", "12"},         {"debian", "exim4", "4.98.2", "13"},
	{"ubuntu", "exim4", "4.90.1", "18.04"},    {"ubuntu", "exim4", "4.93", "20.04"},
	{"ubuntu", "exim4", "4.95", "22.04"},      {"ubuntu", "exim4", "4.97", "24.04"},
	{"debian", "proftpd-dfsg", "1.3.6", "10"}, {"debian", "proftpd-dfsg", "1.3.8", "12"},
};

/* The letters with which distro_words[] begin. */
#define LETTER(c) (1U << ((c) - 'a'))
static const uint32_t BEGINNINGS = LETTER('r') | LETTER('d') | LETTER('u') | LETTER('a') |
                                   LETTER('c') | LETTER('f') | LETTER('o') | LETTER('s') |
                                   LETTER('g') | LETTER('n');

static bool same_start(const char *text, const char *word)
{
	return strncasecmp(text, word, strlen(word)) == 0;
}

/* The name of the distribution that a word at the beginning of @text means, or NULL; *@len: the
 * length of the word. */
static const char *distro_at(const char *text, size_t *len)
{
	/* No word begins with another letter. Most calls end here. */
	unsigned letter = ((unsigned char)*text | 0x20U) - 'a';

	if (letter >= 26 || (BEGINNINGS >> letter & 1) == 0)
		return NULL;
	for (size_t i = 0; i < sizeof(distro_words) / sizeof(distro_words[0]); i++) {
		if (!same_start(text, distro_words[i].word))
			continue;
		*len = strlen(distro_words[i].word);
		return distro_words[i].distro;
	}
	return NULL;
}

static void set(char *out, size_t size, const char *text, size_t len)
{
	if (len >= size)
		len = size - 1;
	memmove(out, text, len);
	out[len] = '\0';
}

static size_t revision_len(const char *text)
{
	size_t len = 0;

	while (isalnum((unsigned char)text[len]) ||
	       (text[len] != '\0' && strchr(".+~-", text[len]) != NULL))
		len++;
	while (len > 0 && text[len - 1] == '-')
		len--;
	return len;
}

/* Find the distribution and the revision in @text. The revision follows the distribution's word in
 * "Debian-2+deb12u3"; it precedes the word in "1-Debian" and "0ubuntu0.22.04.3-Ubuntu". */
static void read_signature(const char *text, struct vd_identity *id, char *revision, size_t size)
{
	for (const char *at = text; *at != '\0'; at++) {
		size_t len = 0;
		const char *distro =
			at > text && isalnum((unsigned char)at[-1]) ? NULL : distro_at(at, &len);

		if (distro == NULL)
			continue;
		set(id->distro, sizeof(id->distro), distro, strlen(distro));
		if (at[len] == '-')
			set(revision, size, at + len + 1, revision_len(at + len + 1));
		else if (at > text && at[-1] == '-')
			set(revision, size, text, (size_t)(at - text) - 1);
		return;
	}
	/* "0+deb12u1", "0ubuntu0.22.04.1": a revision that names its distribution itself */
	if (strstr(text, "ubuntu") != NULL || strstr(text, "+deb") != NULL ||
	    strstr(text, "~deb") != NULL || strstr(text, "+rpt") != NULL ||
	    strstr(text, "+rpi") != NULL)
		set(revision, size, text, revision_len(text));
}

/* Set the distribution that the revision itself names: the word beside it in the banner may be
 * wrong. */
static void correct_distro(const char *revision, struct vd_identity *id)
{
	if (strstr(revision, "ubuntu") != NULL)
		strcpy(id->distro, "ubuntu");
	else if (strstr(revision, "+rpt") != NULL || strstr(revision, "+rpi") != NULL)
		strcpy(id->distro, "raspbian");
	else if (id->distro[0] == '\0' && strstr(revision, "deb") != NULL)
		strcpy(id->distro, "debian");
}

/* Set the release that a revision names: "2+deb12u3" is release 12, "0ubuntu0.22.04.3" and
 * "1ubuntu3~22.04.1" are 22.04. */
static void release_of_revision(const char *revision, struct vd_identity *id)
{
	const char *deb = strstr(revision, "deb");
	size_t len;

	if (deb != NULL && isdigit((unsigned char)deb[3])) {
		len = strspn(deb + 3, "0123456789");
		set(id->distro_release, sizeof(id->distro_release), deb + 3, len);
		return;
	}
	for (const char *at = strstr(revision, "ubuntu"); at != NULL && *at != '\0'; at++)
		if (isdigit((unsigned char)at[0]) && isdigit((unsigned char)at[1]) &&
		    at[2] == '.' && (at[3] == '0' || at[3] == '1') &&
		    isdigit((unsigned char)at[4]) && !isdigit((unsigned char)at[-1])) {
			set(id->distro_release, sizeof(id->distro_release), at, 5);
			return;
		}
}

static bool is_version(const char *shipped, const char *version)
{
	size_t len = strlen(shipped);

	return strncmp(shipped, version, len) == 0 && !isalnum((unsigned char)version[len]) &&
	       (version[len] != '.' || !isdigit((unsigned char)version[len + 1]));
}

static void release_of_version(struct vd_identity *id)
{
	const char *distro = strcmp(id->distro, "raspbian") == 0 ? "debian" : id->distro;

	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		if (releases[i].version[0] == id->version[0] &&
		    strcmp(releases[i].package, id->package) == 0 &&
		    strcmp(releases[i].distro, distro) == 0 &&
		    is_version(releases[i].version, id->version)) {
			strcpy(id->distro_release, releases[i].release);
			return;
		}
}

/* Exim writes an underscore before the third number of its version: make it a dot, as everybody
 * else has it. */
static void name_exim(struct vd_identity *id)
{
	char *texts[] = {id->version, id->cpe[0]};

	if (strcmp(id->product, "Exim") != 0)
		return;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (char *at = texts[i]; *at != '\0'; at++)
			if (*at == '_' && at > texts[i] && isdigit((unsigned char)at[-1]) &&
			    isdigit((unsigned char)at[1]))
				*at = '.';
}

/* Until Debian 12 and Ubuntu 24.04, the name of MariaDB's source package contained the first two
 * numbers of its version: "mariadb-10.5". */
static void name_mariadb(struct vd_identity *id)
{
	char series[8] = "";

	if (strcmp(id->package, "mariadb") != 0 || strncmp(id->version, "10.", 3) != 0)
		return;
	set(series, sizeof(series), id->version, 3 + strspn(id->version + 3, "0123456789"));
	if (strcmp(series, "10.11") != 0 && strlen(series) == 4)
		snprintf(id->package, sizeof(id->package), "mariadb-%s", series);
}

static const char *epoch_of(const char *package)
{
	for (size_t i = 0; i < sizeof(epochs) / sizeof(epochs[0]); i++)
		if (epochs[i].package[0] == package[0] && strcmp(epochs[i].package, package) == 0)
			return epochs[i].epoch;
	return "";
}

/* Set the package's version to EPOCH:UPSTREAM-REVISION, the form that dpkg compares. */
static void join_version(struct vd_identity *id, const char *revision)
{
	const char *epoch = epoch_of(id->package);
	char full[sizeof(id->package_version) * 3];

	if (strchr(revision, ':') != NULL)
		epoch = "";
	if (same_start(revision, id->version) && strchr(revision, '-') != NULL &&
	    revision[strlen(id->version)] != '\0')
		snprintf(full, sizeof(full), "%s%s%s", epoch, *epoch != '\0' ? ":" : "", revision);
	else if (strchr(revision, ':') != NULL)
		snprintf(full, sizeof(full), "%s", revision);
	else
		snprintf(full, sizeof(full), "%s%s%s-%s", epoch, *epoch != '\0' ? ":" : "",
		         id->version, revision);
	if (strlen(full) < sizeof(id->package_version))
		strcpy(id->package_version, full);
}

static void lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)tolower((unsigned char)*text);
}

static bool has_dpkg(const char *distro)
{
	return strcmp(distro, "debian") == 0 || strcmp(distro, "ubuntu") == 0 ||
	       strcmp(distro, "raspbian") == 0;
}

/* A package that another maker built for a distribution does not follow its fixes: keep the
 * operating system that it was built for, and no package. */
static bool take_foreign(struct vd_identity *id)
{
	struct foreign_build maker;

	if (!foreign_build(id->version_extra, &maker) &&
	    !foreign_build(id->package_version, &maker))
		return false;
	if (maker.distro[0] != '\0')
		identify_os_distro(id, maker.distro, maker.release);
	else if (id->distro[0] != '\0' && id->os[0] == '\0')
		identify_os_distro(id, id->distro, "");
	id->distro[0] = id->package[0] = id->package_version[0] = '\0';
	return true;
}

void identify_distro(struct vd_identity *id)
{
	char revision[sizeof(id->version_extra)] = "";
	const char *known;
	size_t len;

	name_exim(id);
	known = distro_at(id->distro, &len);
	if (known != NULL)
		strcpy(id->distro, known);
	lower(id->distro);
	known = id->distro[0] == '\0' ? distro_at(id->os, &len) : NULL;
	if (known != NULL)
		strcpy(id->distro, known);
	if (take_foreign(id))
		return;
	read_signature(id->version_extra, id, revision, sizeof(revision));
	if (id->package_version[0] != '\0')
		read_signature(id->package_version, id, revision, sizeof(revision));
	if (id->package_version[0] != '\0' && revision[0] == '\0')
		strcpy(revision, id->package_version);
	id->package_version[0] = '\0';
	correct_distro(revision, id);
	if (id->distro[0] == '\0' || id->version[0] == '\0') {
		id->package[0] = id->distro[0] != '\0' ? id->package[0] : '\0';
		return;
	}
	release_of_revision(revision, id);
	if (id->distro_release[0] == '\0')
		release_of_version(id);
	if (!has_dpkg(id->distro))
		return;
	name_mariadb(id);
	if (revision[0] != '\0' && isdigit((unsigned char)revision[0]) && id->package[0] != '\0')
		join_version(id, revision);
}
