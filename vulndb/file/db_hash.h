/* SPDX-License-Identifier: Apache-2.0 */
/* db_hash.h - the hashes (XXH3) and slots of the file's hash tables; they are part of its
 * format. */
#ifndef SONDE_VULNDB_DB_HASH_H
#define SONDE_VULNDB_DB_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The slot at which the search for a hash begins; @slots is a power of two. */
static inline size_t db_slot(uint64_t hash, size_t slots)
{
	return (size_t)hash & (slots - 1);
}

/* The hash of a name in DB_NAME. Pure. */
uint64_t db_name_hash(const char *name);
/* The hash of a family of packages (package_family()) of a distribution, in DB_FAMILY. Pure. */
uint64_t db_family_hash(const char *distro, const char *family, size_t family_len);

#endif
