/* SPDX-License-Identifier: Apache-2.0 */
/* release.c - looks up what the releases of distributions ship, and how long they are maintained. */
#include "release.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "package.h"
#include "version.h"

/* A row of data/releases.tsv, sorted by package. */
struct shipped {
	const char *package, *distro, *release, *version;
};

static const struct shipped shipped[] = {
#include "releases_tsv.inc"
};

enum { SHIPPED = sizeof(shipped) / sizeof(shipped[0]) };

/* The end of the time in which everybody gets fixes, without what is sold beyond. Sources:
 * wiki.debian.org/LTS, ubuntu.com/about/release-cycle, access.redhat.com/support/policy,
 * wiki.almalinux.org, wiki.rockylinux.org, centos.org, alpinelinux.org/releases. */
static const struct {
	const char *distro, *release, *end;
} ends[] = {
	{"debian", "7", "2018-05-31"},     {"debian", "8", "2020-06-30"},
	{"debian", "9", "2022-06-30"},     {"debian", "10", "2024-06-30"},
	{"debian", "11", "2026-08-31"},    {"debian", "12", "2028-06-30"},
	{"debian", "13", "2030-06-30"},    {"ubuntu", "12.04", "2017-04-28"},
	{"ubuntu", "14.04", "2019-04-25"}, {"ubuntu", "16.04", "2021-04-30"},
	{"ubuntu", "18.04", "2023-05-31"}, {"ubuntu", "20.04", "2025-05-31"},
	{"ubuntu", "22.04", "2027-04-30"}, {"ubuntu", "23.10", "2024-07-11"},
	{"ubuntu", "24.04", "2029-04-30"}, {"ubuntu", "24.10", "2025-07-10"},
	{"ubuntu", "25.04", "2026-01-15"}, {"ubuntu", "25.10", "2026-07-31"},
	{"ubuntu", "26.04", "2031-04-30"}, {"rhel", "6", "2020-11-30"},
	{"rhel", "7", "2024-06-30"},       {"rhel", "8", "2029-05-31"},
	{"rhel", "9", "2032-05-31"},       {"rhel", "10", "2035-05-31"},
	{"centos", "6", "2020-11-30"},     {"centos", "7", "2024-06-30"},
	{"centos", "8", "2021-12-31"},     {"almalinux", "8", "2029-03-01"},
	{"almalinux", "9", "2032-05-31"},  {"almalinux", "10", "2035-05-31"},
	{"rocky", "8", "2029-05-31"},      {"rocky", "9", "2032-05-31"},
	{"alpine", "3.18", "2025-05-09"},  {"alpine", "3.19", "2025-11-01"},
	{"alpine", "3.20", "2026-04-01"},  {"alpine", "3.21", "2026-11-01"},
	{"alpine", "3.22", "2027-05-01"},
};

/* The index of the first row of a package, or of the row that would stand behind it. */
static size_t first_of(const char *package)
{
	size_t lo = 0, hi = SHIPPED;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(shipped[mid].package, package) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_of(size_t i, const char *package)
{
	return i < SHIPPED && strcmp(shipped[i].package, package) == 0;
}

/* Raspbian's releases are those of Debian. */
static const char *source_of(const char *distro)
{
	return strcmp(distro, "raspbian") == 0 ? "debian" : distro;
}

bool release_ships(const char *distro, const char *release, const char *package,
                   const char *version)
{
	distro = source_of(distro);
	for (size_t i = first_of(package); is_of(i, package); i++)
		if (strcmp(shipped[i].distro, distro) == 0 &&
		    strcmp(shipped[i].release, release) == 0 &&
		    version_package_cmp(version, shipped[i].version) == 0)
			return true;
	return false;
}

bool release_extends(const char *package, const char *version)
{
	size_t len = strlen(version);

	for (size_t i = first_of(package); len > 0 && is_of(i, package); i++)
		if (strncmp(shipped[i].version, version, len) == 0 &&
		    shipped[i].version[len] == '.')
			return true;
	return false;
}

/* The length of the first two numbers of a version: of "2.4" in "2.4.62". */
static size_t branch_len(const char *version)
{
	size_t n = strspn(version, "0123456789");

	return version[n] == '.' ? n + 1 + strspn(version + n + 1, "0123456789") : n;
}

bool release_has_branches(const char *distro, const char *release, const char *package)
{
	const char *first = NULL;

	distro = source_of(distro);
	for (size_t i = first_of(package); is_of(i, package); i++) {
		const struct shipped *s = &shipped[i];
		size_t len = branch_len(s->version);

		if (strcmp(s->distro, distro) != 0 || strcmp(s->release, release) != 0)
			continue;
		if (first == NULL)
			first = s->version;
		else if (branch_len(first) != len || strncmp(first, s->version, len) != 0)
			return true;
	}
	return false;
}

const char *release_with(const char *distro, const char *package, const char *version)
{
	const char *found = NULL;

	distro = source_of(distro);
	for (size_t i = first_of(package); is_of(i, package); i++) {
		const struct shipped *s = &shipped[i];

		if (strcmp(s->distro, distro) != 0 || version_package_cmp(version, s->version) != 0)
			continue;
		if (found != NULL && strcmp(found, s->release) != 0)
			return NULL;
		found = s->release;
	}
	return found;
}

const char *release_end(const char *distro, const char *release)
{
	distro = source_of(distro);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(ends[i].distro, distro) == 0 && strcmp(ends[i].release, release) == 0)
			return ends[i].end;
	return NULL;
}

/* Whether a release that ships @listed maintains @version, too: the same one, or of PostgreSQL one of the
 * same number, because releases stay with a number and take all that follow in it. */
static bool maintains(const char *package, const char *listed, const char *version)
{
	size_t len = strspn(listed, "0123456789");

	if (version_package_cmp(version, listed) == 0)
		return true;
	return strcmp(package, "postgresql") == 0 && len > 1 && version[len] == '.' &&
	       strncmp(version, listed, len) == 0;
}

const char *release_last_end(const char *package, const char *version)
{
	const char *last = NULL;
	char family[64];

	snprintf(family, sizeof(family), "%.*s", (int)package_family(package), package);
	if (!is_of(first_of(package), package))
		package = family;
	for (size_t i = first_of(package); is_of(i, package); i++) {
		const char *end;

		if (!maintains(package, shipped[i].version, version))
			continue;
		end = release_end(shipped[i].distro, shipped[i].release);
		if (end != NULL && (last == NULL || strcmp(end, last) > 0))
			last = end;
	}
	return last;
}
