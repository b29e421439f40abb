/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_version.c - hostile bytes as two versions: every order is antisymmetric. */
#include <stdlib.h>
#include <string.h>

#include "version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sign(int d)
{
	return (d > 0) - (d < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const version_order orders[] = {version_dpkg_cmp, version_rpm_cmp, version_apk_cmp};
	char *text = strndup((const char *)data, size), *other;
	struct version v;

	if (text == NULL)
		return 0;
	version_parse(text, strlen(text), &v);
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
