/* SPDX-License-Identifier: Apache-2.0 */
/* distro.h - what distributions call themselves, their releases and packages, in banners and
 * feeds. */
#ifndef SONDE_VULNDB_DISTRO_H
#define SONDE_VULNDB_DISTRO_H

#include <stdbool.h>

#include "vulndb.h"

/* "bookworm" or "12" -> "12" for a distribution that names its releases; NULL where it is not
 * known. */
const char *distro_release_of(const char *distro, const char *name);
/* "12" -> "bookworm"; the number itself where it has no name. */
const char *distro_codename(const char *distro, const char *release);
/* OSV's ecosystem ("Debian:12", "Alpine:v3.18", "Rocky Linux:9", "Ubuntu:22.04:LTS"). False: none
 * of ours. */
bool distro_from_ecosystem(const char *ecosystem, char distro[16], char release[16]);
/* True where the absence of a CVE from one release's data means that the release is not
 * affected. */
bool distro_tracks_all(const char *distro);

/*
 * Fill in distro, distro_release, package_version from @id's version, version_extra and os as far
 * as they say and the fields are empty: "Debian-2+deb12u3" after "9.2p1" is Debian 12,
 * 9.2p1-2+deb12u3. The epoch is not in banners, so package_version is without one.
 */
void distro_recognise(struct vd_identity *id);
/* Whether distro_recognise() may find something that the fields do not say yet. */
bool distro_is_hinted(const struct vd_identity *id);

#endif
