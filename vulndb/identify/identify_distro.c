/* SPDX-License-Identifier: Apache-2.0 */
/* identify_distro.c - recognises distributions and their packages by their marks in banners. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "foreign_build.h"
#include "identify.h"
#include "release.h"

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
 * "1ubuntu3~22.04.1" are 22.04. "3ubuntu13.10" names none: it is the 13th change, and its 10th
 * update. */
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
		    (strncmp(at + 2, ".04", 3) == 0 || strncmp(at + 2, ".10", 3) == 0) &&
		    !isdigit((unsigned char)at[5]) && (at[-1] == '.' || at[-1] == '~')) {
			set(id->distro_release, sizeof(id->distro_release), at, 5);
			return;
		}
}

static void release_of_version(struct vd_identity *id)
{
	const char *release = release_with(id->distro, id->package, id->version);

	if (release != NULL)
		strcpy(id->distro_release, release);
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

/* Take the port that a server of FreeBSD names: "FreeBSD-openssh-portable-9.7.p1_1,1". The server of the
 * system itself names a date, "FreeBSD-20240806": it has no package. */
static void take_port(struct vd_identity *id)
{
	const char *port = strstr(id->version_extra, "FreeBSD-"), *version;
	size_t len;

	if (port == NULL || !isalpha((unsigned char)port[8]))
		return;
	port += 8;
	len = strcspn(port, " \t");
	version = memrchr(port, '-', len);
	if (version == NULL || !isdigit((unsigned char)version[1]) ||
	    (size_t)(version - port) >= sizeof(id->package) ||
	    len - (size_t)(version + 1 - port) >= sizeof(id->package_version))
		return;
	set(id->package, sizeof(id->package), port, (size_t)(version - port));
	set(id->package_version, sizeof(id->package_version), version + 1,
	    len - (size_t)(version + 1 - port));
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

/* Fill in the distribution and the package. */
static void find_package(struct vd_identity *id)
{
	char revision[sizeof(id->version_extra)] = "";
	const char *known;
	size_t len;

	known = distro_at(id->distro, &len);
	if (known != NULL)
		strcpy(id->distro, known);
	lower(id->distro);
	known = id->distro[0] == '\0' ? distro_at(id->os, &len) : NULL;
	if (known != NULL)
		strcpy(id->distro, known);
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
	if (strcmp(id->distro, "freebsd") == 0)
		take_port(id);
	if (!has_dpkg(id->distro))
		return;
	name_mariadb(id);
	/* Ubuntu's FIPS builds are another archive, whose versions sort above all of this one. */
	if (strcasestr(revision, "fips") != NULL)
		return;
	if (revision[0] != '\0' && isdigit((unsigned char)revision[0]) && id->package[0] != '\0')
		join_version(id, revision);
}

/* A package is at the end of its life when its distribution leaves it, and not when its makers do.
 * Without a release nobody can say when it ends; without a sign of a distribution, the one that
 * maintains this version longest counts. @package: the name that it would have. */
static void set_eol(struct vd_identity *id, const char *package)
{
	const char *end;

	if (id->distro[0] == '\0') {
		end = id->version[0] != '\0' ? release_last_end(package, id->version) : NULL;
		if (end != NULL && id->eol[0] != '\0' && strcmp(end, id->eol) > 0)
			strcpy(id->eol, end);
		return;
	}
	if (package[0] == '\0' && id->eol[0] == '\0')
		return;
	end = release_end(id->distro, id->distro_release);
	strcpy(id->eol, end != NULL ? end : "");
}

void identify_distro(struct vd_identity *id)
{
	char package[sizeof(id->package)];

	strcpy(package, id->package);
	name_exim(id);
	if (take_foreign(id))
		return;
	find_package(id);
	set_eol(id, package);
}
