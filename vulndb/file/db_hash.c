/* SPDX-License-Identifier: Apache-2.0 */
/* db_hash.c - the hashes by which names are looked up. */
#include "db_hash.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

uint64_t db_name_hash(const char *name)
{
	return XXH3_64bits(name, strlen(name));
}

uint64_t db_family_hash(const char *distro, const char *family, size_t family_len)
{
	char key[160];
	int n = snprintf(key, sizeof(key), "%.20s/%.*s", distro,
	                 (int)(family_len < 128 ? family_len : 128), family);

	return XXH3_64bits(key, (size_t)n);
}
