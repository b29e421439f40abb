/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_version.c - hostile bytes as two versions: every order is antisymmetric. */
#include <stdlib.h>
#include <string.h>

#include "version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int upstream_cmp(const char *a, const char *b)
{
	struct version x, y;

	version_parse(a, strlen(a), &x);
	version_parse(b, strlen(b), &y);
	return version_cmp(&x, &y);
}

static int sign(int d)
{
	return (d > 0) - (d < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const version_order orders[] = {upstream_cmp, version_dpkg_cmp, version_rpm_cmp,
	                                       version_apk_cmp, version_freebsd_cmp};
	char *text = strndup((const char *)data, size), *other;

	if (text == NULL)
		return 0;
	other = strchr(text, '\n');
	if (other != NULL)
		*other++ = '\0';
	else
		other = text + strlen(text) / 2;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (sign(orders[i](text, other)) != -sign(orders[i](other, text)))
			abort();
	free(text);
	return 0;
}
