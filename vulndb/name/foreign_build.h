/* SPDX-License-Identifier: Apache-2.0 */
/* foreign_build.h - the packages that others build for a distribution, by marks in their versions.
 */
#ifndef SONDE_VULNDB_FOREIGN_BUILD_H
#define SONDE_VULNDB_FOREIGN_BUILD_H

#include <stdbool.h>

/* What a package was built for; "" where the mark does not tell. */
struct foreign_build {
	char distro[16];  /* "debian" */
	char release[16]; /* "11" */
};

/*
 * Whether a version or its suffix is that of a package that does not come from the distribution
 * itself: "1:10.6.12+maria~deb11" (MariaDB), "15.4-1.pgdg120+1" (PostgreSQL),
 * "8+ubuntu20.04.1+deb.sury.org+1" (PHP), "1.24.0-1~bookworm" (nginx). The fixes of the
 * distribution say nothing about such a package. Fills *@out only then. Pure.
 */
bool foreign_build(const char *version, struct foreign_build *out);

#endif
