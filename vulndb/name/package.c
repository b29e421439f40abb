/* SPDX-License-Identifier: Apache-2.0 */
/* package.c - strips the version from the end of a package's name. */
#include "package.h"

#include <string.h>

size_t package_family(const char *package)
{
	size_t n = strlen(package);

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
