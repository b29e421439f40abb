/* SPDX-License-Identifier: Apache-2.0 */
/* package.c - strips the version from the end of a package's name. */
#include "package.h"

#include <string.h>

#include "ascii.h"

/* The length of a name without "-server" behind a number: FreeBSD's "mysql80-server". */
static size_t without_server(const char *package)
{
	static const char server[] = "-server";
	size_t n = strlen(package), len = sizeof(server) - 1;

	if (n <= len || strcmp(package + n - len, server) != 0 ||
	    !ascii_is_digit(package[n - len - 1]))
		return n;
	return n - len;
}

size_t package_family(const char *package)
{
	size_t n = without_server(package);

	while (n > 1 && ((package[n - 1] >= '0' && package[n - 1] <= '9') || package[n - 1] == '.'))
		n--;
	while (n > 1 && package[n - 1] == '-')
		n--;
	return n;
}

bool package_has_branch(const char *package, const char *version)
{
	const char *branch = package + package_family(package);
	size_t len;

	branch += strspn(branch, "-");
	len = strlen(branch);
	return len > 0 && strncmp(version, branch, len) == 0 &&
	       (version[len] < '0' || version[len] > '9');
}

bool package_has_packed_branch(const char *package, const char *version)
{
	size_t at = package_family(package), end = without_server(package);

	if (at == end)
		return false;
	for (; at < end; version++) {
		if (*version == '.')
			continue;
		if (*version == '\0' || *version != package[at])
			return false;
		at++;
	}
	return !ascii_is_digit(*version);
}
