/* SPDX-License-Identifier: Apache-2.0 */
/* release.h - what the releases of distributions ship, and until when they are maintained. */
#ifndef SONDE_VULNDB_RELEASE_H
#define SONDE_VULNDB_RELEASE_H

#include <stdbool.h>

/* Whether a release ships that version of a source package, by data/releases.tsv. Versions compare
 * by their upstream parts: "8.7" is that of "8.7p1". Pure. */
bool release_ships(const char *distro, const char *release, const char *package,
                   const char *version);
/* The only release of a distribution that ships the version; NULL if none does, or several do.
 * Static text. Pure. */
const char *release_with(const char *distro, const char *package, const char *version);
/* The day until which the makers of a distribution maintain a release for everybody, "2028-06-30";
 * NULL: not known. Static text. Pure. */
const char *release_end(const char *distro, const char *release);
/* The latest of these days of all releases that ship the version; NULL: none does. Static text.
 * Pure. */
const char *release_last_end(const char *package, const char *version);

#endif
