/* SPDX-License-Identifier: Apache-2.0 */
/* version_package.c - compares a product's version with the upstream part of a package's. */
#include <string.h>

#include "ascii.h"
#include "version.h"

/* The length of a version without a dash, and without FreeBSD's revision and epoch: "1.24.0_12,3". */
static size_t freebsd_len(const char *p)
{
	static const char marks[] = ",_";
	size_t len = strlen(p);

	for (size_t i = 0; marks[i] != '\0'; i++) {
		size_t n = len;

		while (n > 0 && ascii_is_digit(p[n - 1]))
			n--;
		if (n > 1 && n < len && p[n - 1] == marks[i])
			len = n - 1;
	}
	return len;
}

/* The length of the upstream part at @p: without the revision, and without what a distribution
 * appends to an archive that it has repacked. */
static size_t upstream_len(const char *p)
{
	static const char *const repacked[] = {"+", "~dfsg", ".dfsg", "~ds"};
	const char *dash = strrchr(p, '-');
	size_t len = dash != NULL ? (size_t)(dash - p) : freebsd_len(p);

	for (size_t i = 0; i < sizeof(repacked) / sizeof(repacked[0]); i++) {
		const char *at = strstr(p, repacked[i]);

		if (at != NULL && at > p && (size_t)(at - p) < len)
			len = (size_t)(at - p);
	}
	return len;
}

void version_parse_package(const char *package, struct version *out)
{
	const char *really = strstr(package, "+really");
	size_t epoch = 0;

	package += package[0] == '>'; /* as version_freebsd_cmp() has it */
	while (ascii_is_digit(package[epoch]))
		epoch++;
	if (package[epoch] == ':')
		package += epoch + 1;
	/* "2.4+really2.3": a version that was taken back */
	if (really != NULL)
		package = really + strlen("+really");
	version_parse(package, upstream_len(package), out);
}

int version_stated_cmp(const struct version *version, const char *package)
{
	struct version upstream;
	int d;

	version_parse_package(package, &upstream);
	d = strcmp(version->base, upstream.base);
	if (d != 0 || !version_has_update(version))
		return d;
	return strcmp(version->update, upstream.update);
}

int version_package_cmp(const char *version, const char *package)
{
	struct version stated;

	version_parse(version, strlen(version), &stated);
	return version_stated_cmp(&stated, package);
}
