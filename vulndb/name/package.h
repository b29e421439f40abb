/* SPDX-License-Identifier: Apache-2.0 */
/* package.h - the names of distributions' packages. */
#ifndef SONDE_VULNDB_PACKAGE_H
#define SONDE_VULNDB_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

/* The length of a package's name without the version at its end: "php8.2" -> "php",
 * "postgresql-15" -> "postgresql", "mysql80-server" -> "mysql". Pure. */
size_t package_family(const char *package);
/* Whether the number at the end of a package's name is where @version begins: "tomcat9" has 9.0.43,
 * "php8.2" has 8.2.7, "tomcat10" does not have 9.0.43. False where the name has none. Pure. */
bool package_has_branch(const char *package, const char *version);
/* The same where the number has no dots, as FreeBSD writes it: "apache24" has 2.4.58, "php82" has 8.2.7,
 * "mysql80-server" has 8.0.33; "bind9" has 9.18.1. Pure. */
bool package_has_packed_branch(const char *package, const char *version);

#endif
