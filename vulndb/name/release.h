/* SPDX-License-Identifier: Apache-2.0 */
/* release.h - what the releases of distributions ship, and until when they are maintained. */
#ifndef SONDE_VULNDB_RELEASE_H
#define SONDE_VULNDB_RELEASE_H

#include <stdbool.h>

/* Whether a release ships that version of a source package, by data/releases.tsv. Versions compare
 * by their upstream parts: "8.7" is that of "8.7p1". Pure. */
bool release_ships(const char *distro, const char *release, const char *package,
                   const char *version);
/* Whether some release ships a version of the package that begins with the numbers of @version and has
 * further ones: "2.3.3" for "2.3". Pure. */
bool release_extends(const char *package, const char *version);
/* Whether a release ships versions of a package that differ in their first two numbers: streams of a
 * module, or a package that was taken to a later version. Pure. */
bool release_has_branches(const char *distro, const char *release, const char *package);
/* The only release of a distribution that ships the version; NULL if none does, or several do.
 * Static text. Pure. */
const char *release_with(const char *distro, const char *package, const char *version);
/* The day until which the makers of a distribution maintain a release for everybody, "2028-06-30";
 * NULL: not known. Static text. Pure. */
const char *release_end(const char *distro, const char *release);
/* The latest of these days of all releases that ship the version, in a package of that name or like it
 * but for a number at its end; NULL: none does. Static text. Pure. */
const char *release_last_end(const char *package, const char *version);

#endif
