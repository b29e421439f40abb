/* SPDX-License-Identifier: Apache-2.0 */
/* distro.c - recognises distributions, their releases and packages by name. */
#include "distro.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct release {
	const char *distro, *release, *codename;
	const char *until; /* the end of its support with fixes for everybody; NULL: none yet */
};

/* Debian: the end of LTS. Ubuntu: the end of the standard support. */
static const struct release releases[] = {
	{"debian", "8", "jessie", "2020-06-30"},
	{"debian", "9", "stretch", "2022-06-30"},
	{"debian", "10", "buster", "2024-06-30"},
	{"debian", "11", "bullseye", "2026-08-31"},
	{"debian", "12", "bookworm", "2028-06-30"},
	{"debian", "13", "trixie", "2030-06-30"},
	{"debian", "14", "forky", NULL},
	{"debian", "sid", "sid", NULL},
	{"ubuntu", "14.04", "trusty", "2019-04-25"},
	{"ubuntu", "16.04", "xenial", "2021-04-30"},
	{"ubuntu", "18.04", "bionic", "2023-05-31"},
	{"ubuntu", "20.04", "focal", "2025-05-31"},
	{"ubuntu", "22.04", "jammy", "2027-04-30"},
	{"ubuntu", "24.04", "noble", "2029-04-30"},
};

/* How banners and feeds spell a distribution. */
struct spelling {
	const char *text, *distro;
};

static const struct spelling spellings[] = {
	{"Debian", "debian"}, {"Raspbian", "raspbian"}, {"Ubuntu", "ubuntu"},
	{"Alpine", "alpine"}, {"Rocky", "rocky"},       {"AlmaLinux", "almalinux"},
	{"Red Hat", "rhel"},  {"RHEL", "rhel"},         {"CentOS", "centos"},
	{"Fedora", "fedora"}, {"FreeBSD", "freebsd"},   {"Oracle Linux", "oracle"},
	{"SUSE", "suse"},     {"openSUSE", "opensuse"},
};

const char *distro_release_of(const char *distro, const char *name)
{
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		if (strcmp(releases[i].distro, distro) == 0 &&
		    (strcmp(releases[i].codename, name) == 0 ||
		     strcmp(releases[i].release, name) == 0))
			return releases[i].release;
	return NULL;
}

bool distro_is_supported(const char *distro, const char *release, const char *now)
{
	if (strcmp(distro, "raspbian") == 0)
		distro = "debian";
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		if (strcmp(releases[i].distro, distro) == 0 &&
		    strcmp(releases[i].release, release) == 0 && releases[i].until != NULL)
			return strncmp(now, releases[i].until, strlen(releases[i].until)) <= 0;
	return true;
}

bool distro_is_known(const char *distro)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		if (strcmp(spellings[i].distro, distro) == 0)
			return true;
	return false;
}

const char *distro_codename(const char *distro, const char *release)
{
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		if (strcmp(releases[i].distro, distro) == 0 &&
		    strcmp(releases[i].release, release) == 0)
			return releases[i].codename;
	return release;
}

bool distro_tracks_all(const char *distro)
{
	return strcmp(distro, "debian") == 0;
}

bool distro_from_ecosystem(const char *ecosystem, char distro[16], char release[16])
{
	static const struct spelling ecosystems[] = {
		{"Debian", "debian"},     {"Ubuntu", "ubuntu"},       {"Alpine", "alpine"},
		{"Rocky Linux", "rocky"}, {"AlmaLinux", "almalinux"},
	};
	const char *colon = strchr(ecosystem, ':');

	if (colon == NULL)
		return false;
	for (size_t i = 0; i < sizeof(ecosystems) / sizeof(ecosystems[0]); i++) {
		const char *name = ecosystems[i].text;
		size_t n;

		if (strlen(name) != (size_t)(colon - ecosystem) ||
		    strncmp(ecosystem, name, strlen(name)) != 0)
			continue;
		colon += colon[1] == 'v' ? 2 : 1;
		n = strcspn(colon, ":");
		/* A release begins with a digit. "Ubuntu:Pro:..." is left out: most machines do not
		 * use that archive. */
		if (n == 0 || n > 15 || !isdigit((unsigned char)colon[0]))
			return false;
		snprintf(distro, 16, "%s", ecosystems[i].distro);
		snprintf(release, 16, "%.*s", (int)n, colon);
		return true;
	}
	return false;
}

static const char *spelled_in(const char *text, const char **rest)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		const char *at = strcasestr(text, spellings[i].text);

		if (at == NULL)
			continue;
		*rest = at + strlen(spellings[i].text);
		return spellings[i].distro;
	}
	return NULL;
}

/* The Debian release that a package revision names: "+deb12u3", "~deb11u1", "~bpo12+1". */
static void release_of_revision(const char *revision, char release[16])
{
	static const char *const marks[] = {"+deb", "~deb", "~bpo"};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *at = strstr(revision, marks[i]);

		if (at == NULL)
			continue;
		for (at += 4; isdigit((unsigned char)at[n]) && n < 3; n++)
			release[n] = at[n];
		release[n] = '\0';
		return;
	}
}

static bool is_revision(char c)
{
	return isalnum((unsigned char)c) || strchr("+~.:", c) != NULL;
}

/* Store the revision at the beginning of @rest, "-2+deb12u3". It stands behind the distribution's
 * name; revision_in_front() passes one that stands before the name ("9.18.24-1-Debian"). */
static void take_revision(struct vd_identity *id, const char *rest)
{
	char revision[48] = "";
	size_t n = 0;

	if (rest[0] != '-' || !isdigit((unsigned char)rest[1]))
		return;
	for (rest++; n < sizeof(revision) - 1 && rest[n] != '\0' && is_revision(rest[n]); n++)
		revision[n] = rest[n];
	revision[n] = '\0';
	/* The packages that MariaDB builds name the distribution but do not come from it. */
	if (strstr(id->version_extra, "+maria") != NULL)
		return;
	snprintf(id->package_version, sizeof(id->package_version), "%.36s-%.26s", id->version,
	         revision);
	if (id->distro_release[0] == '\0')
		release_of_revision(revision, id->distro_release);
}

/* Store a revision that stands before the distribution's name: "1-Debian". */
static void revision_in_front(struct vd_identity *id)
{
	const char *end = strstr(id->version_extra, "-Debian");
	char revision[64];

	if (end == NULL || !isdigit((unsigned char)id->version_extra[0]))
		return;
	snprintf(revision, sizeof(revision), "-%.*s", (int)(end - id->version_extra),
	         id->version_extra);
	take_revision(id, revision);
}

void distro_recognise(struct vd_identity *id)
{
	const char *rest = "", *distro = spelled_in(id->version_extra, &rest);

	if (id->distro[0] == '\0') {
		if (distro == NULL)
			distro = spelled_in(id->os, &rest);
		if (distro == NULL || strstr(id->version_extra, "+maria") != NULL)
			return;
		snprintf(id->distro, sizeof(id->distro), "%s", distro);
	}
	if (id->package_version[0] == '\0')
		take_revision(id, rest);
	if (id->package_version[0] == '\0')
		revision_in_front(id);
	if (id->distro_release[0] == '\0' && id->package_version[0] != '\0')
		release_of_revision(id->package_version, id->distro_release);
}

bool distro_is_hinted(const struct vd_identity *id)
{
	if (id->distro[0] == '\0')
		return id->version_extra[0] != '\0' || id->os[0] != '\0';
	if (id->package_version[0] == '\0')
		return id->version_extra[0] != '\0';
	return id->distro_release[0] == '\0';
}
