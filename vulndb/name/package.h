/* SPDX-License-Identifier: Apache-2.0 */
/* package.h - the names of distributions' packages. */
#ifndef SONDE_VULNDB_PACKAGE_H
#define SONDE_VULNDB_PACKAGE_H

#include <stddef.h>

/* How long a package's name is without the version in it: "php8.2" -> "php", "postgresql-15" ->
 * "postgresql". Pure. */
size_t package_family(const char *package);

#endif
