/* SPDX-License-Identifier: Apache-2.0 */
/* foreign_build.c - recognises the packages that others build for a distribution. */
#include "foreign_build.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "distro.h"

/* Marks that makers and private archives write into the versions of their packages. Each maker's
 * page about its repositories shows them. All begin with a sign of SIGNS. */
#define SIGNS "+~."
static const char *const marks[] = {
	"+maria",           /* mariadb.org */
	".pgdg",            /* apt.postgresql.org */
	".sury",            /* deb.sury.org: PHP, Apache */
	".gbp",             /* the same, from a snapshot: "1+0~20230901.37+debian12~1.gbpb3f2a3" */
	"~dotdeb",          /* dotdeb.org */
	"~ppa",             /* launchpad.net */
	"+ppa",    ".remi", /* rpms.remirepo.net */
	".ius",             /* ius.io */
};

static bool is_mark(const char *at)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strncmp(at, marks[i], strlen(marks[i])) == 0)
			return true;
	return false;
}

/* Whether the name of a release stands at @at, where a maker puts it: "~bookworm", ".jammy". */
static bool take_codename(const char *at, struct foreign_build *out)
{
	static const char *const distros[] = {"debian", "ubuntu"};
	char word[16];
	size_t n = 0;

	while (n + 1 < sizeof(word) && ascii_is_alpha(at[1 + n]))
		n++;
	if (n < 5 || *at == '+')
		return false;
	memcpy(word, at + 1, n);
	word[n] = '\0';
	for (size_t i = 0; i < sizeof(distros) / sizeof(distros[0]); i++) {
		const char *release = distro_release_of(distros[i], word);

		if (release == NULL)
			continue;
		snprintf(out->distro, sizeof(out->distro), "%s", distros[i]);
		snprintf(out->release, sizeof(out->release), "%s", release);
		return true;
	}
	return false;
}

/* Take the number behind @mark as the release of @distro: digits, with a point in Ubuntu's. */
static bool take_number(const char *version, const char *mark, const char *distro,
                        struct foreign_build *out)
{
	const char *at = strstr(version, mark);
	size_t n = 0;

	if (at == NULL)
		return false;
	at += strlen(mark);
	n = strspn(at, "0123456789");
	if (n == 0 || n > 3)
		return false;
	if (distro[0] == 'u' && (n != 2 || at[2] != '.' || strspn(at + 3, "0123456789") < 2))
		return false;
	snprintf(out->distro, sizeof(out->distro), "%s", distro);
	snprintf(out->release, sizeof(out->release), "%.*s", (int)(distro[0] == 'u' ? 5 : n), at);
	return true;
}

/* PGDG writes Debian 12 as "pgdg120" or "pgdg12", Debian 9 as "pgdg90", Ubuntu as "pgdg22.04". */
static bool take_pgdg(const char *version, struct foreign_build *out)
{
	size_t len;

	if (take_number(version, "pgdg", "ubuntu", out))
		return true;
	if (!take_number(version, "pgdg", "debian", out))
		return false;
	len = strlen(out->release);
	if (len == 3 || (len == 2 && out->release[0] != '1' && out->release[1] == '0'))
		out->release[len - 1] = '\0';
	return true;
}

/* MariaDB writes Ubuntu 22.04 as "~ubu2204". */
static bool take_ubu(const char *version, struct foreign_build *out)
{
	const char *at = strstr(version, "~ubu");

	if (at == NULL || strspn(at + 4, "0123456789") != 4)
		return false;
	snprintf(out->distro, sizeof(out->distro), "ubuntu");
	snprintf(out->release, sizeof(out->release), "%.2s.%.2s", at + 4, at + 6);
	return true;
}

static void find_target(const char *version, struct foreign_build *out)
{
	static const struct {
		const char *mark, *distro;
	} targets[] = {
		{"+debian", "debian"}, {"+deb", "debian"},     {"~deb", "debian"},
		{"+ubuntu", "ubuntu"}, {"~ubuntu.", "ubuntu"}, {"~ubuntu", "ubuntu"},
	};

	if (take_pgdg(version, out) || take_ubu(version, out))
		return;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (take_number(version, targets[i].mark, targets[i].distro, out))
			return;
}

bool foreign_build(const char *version, struct foreign_build *out)
{
	struct foreign_build found = {"", ""};
	bool foreign = false;

	for (const char *at = strpbrk(version, SIGNS); at != NULL; at = strpbrk(at + 1, SIGNS))
		foreign = take_codename(at, &found) || foreign || is_mark(at);
	if (!foreign)
		return false;
	if (found.distro[0] == '\0')
		find_target(version, &found);
	*out = found;
	return true;
}
