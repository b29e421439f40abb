/* SPDX-License-Identifier: Apache-2.0 */
/* package.h - the names of distributions' packages. */
#ifndef SONDE_VULNDB_PACKAGE_H
#define SONDE_VULNDB_PACKAGE_H

#include <stddef.h>

/* The length of a package's name without the version at its end: "php8.2" -> "php",
 * "postgresql-15" -> "postgresql". Pure. */
size_t package_family(const char *package);

#endif
