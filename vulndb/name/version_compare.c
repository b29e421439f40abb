/* SPDX-License-Identifier: Apache-2.0 */
/* version_compare.c - the public function that compares upstream versions. */
#include <string.h>

#include "version.h"
#include "vulndb.h"

int vd_version_compare(const char *a, const char *b)
{
	struct version x, y;

	version_parse(a, strlen(a), &x);
	version_parse(b, strlen(b), &y);
	return version_cmp(&x, &y);
}
