/* SPDX-License-Identifier: Apache-2.0 */
/* package.h - the names of distributions' packages. */
#ifndef SONDE_VULNDB_PACKAGE_H
#define SONDE_VULNDB_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

/* The length of a package's name without the version at its end: "php8.2" -> "php",
 * "postgresql-15" -> "postgresql". Pure. */
size_t package_family(const char *package);
/* Whether the number at the end of a package's name is where @version begins: "tomcat9" has 9.0.43,
 * "php8.2" has 8.2.7, "tomcat10" does not have 9.0.43. False where the name has none. Pure. */
bool package_has_branch(const char *package, const char *version);

#endif
