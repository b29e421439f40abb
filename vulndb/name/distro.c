/* SPDX-License-Identifier: Apache-2.0 */
/* distro.c - recognises distributions, their releases and packages by name. */
#include "distro.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "foreign_build.h"
#include "release.h"

struct release {
	const char *distro, *release, *codename;
};

static const struct release releases[] = {
	{"debian", "8", "jessie"},     {"debian", "9", "stretch"},
	{"debian", "10", "buster"},    {"debian", "11", "bullseye"},
	{"debian", "12", "bookworm"},  {"debian", "13", "trixie"},
	{"debian", "14", "forky"},     {"debian", "sid", "sid"},
	{"ubuntu", "14.04", "trusty"}, {"ubuntu", "16.04", "xenial"},
	{"ubuntu", "18.04", "bionic"}, {"ubuntu", "20.04", "focal"},
	{"ubuntu", "22.04", "jammy"},  {"ubuntu", "23.10", "mantic"},
	{"ubuntu", "24.04", "noble"},  {"ubuntu", "24.10", "oracular"},
	{"ubuntu", "25.04", "plucky"}, {"ubuntu", "25.10", "questing"},
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
	{"SUSE", "suse"},     {"openSUSE", "opensuse"}, {"Amazon Linux", "amazon"},
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
	const char *end = release_end(distro, release);

	return end == NULL || strncmp(now, end, strlen(end)) <= 0;
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

bool distro_confirms_open(const char *distro)
{
	return strcmp(distro, "ubuntu") != 0;
}

bool distro_has_sold_fixes(const char *distro)
{
	return strcmp(distro, "rhel") == 0;
}

const char *distro_with_data(size_t i)
{
	static const char *const distros[] = {"debian", "ubuntu", "rhel",   "almalinux", "rocky",
	                                      "alpine", "suse",   "amazon", "freebsd"};

	return i < sizeof(distros) / sizeof(distros[0]) ? distros[i] : NULL;
}

const char *distro_common_release(const char *distro)
{
	return strcmp(distro, "freebsd") == 0 ? "ports" : NULL;
}

bool distro_follows_makers(const char *distro)
{
	return strcmp(distro, "freebsd") == 0;
}

const char *distro_source(const char *distro)
{
	static const struct spelling rebuilds[] = {
		{"raspbian", "debian"},
		{"centos", "rhel"},
		{"oracle", "rhel"},
		{"opensuse", "suse"},
	};

	for (size_t i = 0; i < sizeof(rebuilds) / sizeof(rebuilds[0]); i++)
		if (strcmp(rebuilds[i].text, distro) == 0)
			return rebuilds[i].distro;
	return distro;
}

bool distro_from_red_hat(const char *product, char release[16])
{
	static const char name[] = "enterprise_linux:";
	size_t n;

	/* The extended supports (rhel_eus and others) get fixes in versions of their own. */
	if (strncmp(product, name, sizeof(name) - 1) != 0)
		return false;
	product += sizeof(name) - 1;
	n = strspn(product, "0123456789");
	if (n == 0 || n > 2 || (product[n] != '\0' && product[n] != ':'))
		return false;
	snprintf(release, 16, "%.*s", (int)n, product);
	return true;
}

/* Read all of "15", "15 SP6", "16.0" or "15 SP6-LTSS", into "15.6" and the like. */
static bool read_suse_number(const char *text, char release[16])
{
	size_t major = strspn(text, "0123456789"), minor = 0;
	const char *rest = text + major;

	if (rest[0] == '.')
		rest += 1;
	else if (strncmp(rest, " SP", 3) == 0)
		rest += 3;
	if (rest > text + major)
		minor = strspn(rest, "0123456789");
	if (major == 0 || major > 2 || minor > 2 || (minor == 0 && rest > text + major))
		return false;
	if (rest[minor] != '\0' && strcmp(rest + minor, "-LTSS") != 0)
		return false;
	snprintf(release, 16, "%.*s%s%.*s", (int)major, text, minor > 0 ? "." : "", (int)minor,
	         rest);
	return true;
}

bool distro_from_suse(const char *product, char release[16])
{
	static const char leap[] = "openSUSE", suse[] = "SUSE",
			  server[] = "Linux Enterprise Server ",
			  module[] = "Linux Enterprise Module for ";
	char number[16];

	if (strncmp(product, leap, sizeof(leap) - 1) == 0) {
		product += sizeof(leap) - 1;
		if ((*product != ' ' && *product != ':') || strncmp(product + 1, "Leap ", 5) != 0 ||
		    strchr(product, '-') != NULL || !read_suse_number(product + 6, number))
			return false;
		snprintf(release, 16, "leap-%.10s", number);
		return true;
	}
	if (strncmp(product, suse, sizeof(suse) - 1) != 0 ||
	    (product[sizeof(suse) - 1] != ' ' && product[sizeof(suse) - 1] != ':'))
		return false;
	product += sizeof(suse);
	if (strncmp(product, server, sizeof(server) - 1) == 0)
		return read_suse_number(product + sizeof(server) - 1, release);
	if (strncmp(product, module, sizeof(module) - 1) != 0)
		return false;
	/* "Module for Python 3 15 SP6" is one of 15 SP6. */
	for (product = strchr(product, ' '); product != NULL; product = strchr(product + 1, ' '))
		if (read_suse_number(product + 1, release))
			return true;
	return false;
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
	if (strncmp(ecosystem, "Red Hat:", 8) == 0) {
		snprintf(distro, 16, "rhel");
		return distro_from_red_hat(colon + 1, release);
	}
	if (distro_from_suse(ecosystem, release)) {
		snprintf(distro, 16, "suse");
		return true;
	}
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
	/* Ubuntu's FIPS builds are another archive, whose versions sort above all of this one. */
	if (strcasestr(revision, "fips") != NULL)
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
	struct foreign_build maker;

	/* It names the distribution but does not come from it. */
	if (foreign_build(id->version_extra, &maker))
		return;
	if (id->distro[0] == '\0') {
		if (distro == NULL)
			distro = spelled_in(id->os, &rest);
		if (distro == NULL)
			return;
		snprintf(id->distro, sizeof(id->distro), "%s", distro);
	}
	/* What stands behind FreeBSD's name is the date of a server of its own, or a port's version, which
	 * identify_distro() has taken. */
	if (strcmp(id->distro, "freebsd") == 0)
		return;
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
