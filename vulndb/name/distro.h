/* SPDX-License-Identifier: Apache-2.0 */
/* distro.h - the names of distributions, their releases and packages in banners and feeds. */
#ifndef SONDE_VULNDB_DISTRO_H
#define SONDE_VULNDB_DISTRO_H

#include <stdbool.h>
#include <stddef.h>

#include "vulndb.h"

/* The release of a distribution that names its releases, by codename or number: "bookworm" or
 * "12" -> "12". Static text; NULL where it is not known. */
const char *distro_release_of(const char *distro, const char *name);
/* Whether the distribution still fixes the packages of a release at @now, which begins with
 * "2026-11-22". True for a release of which that is not known. */
bool distro_is_supported(const char *distro, const char *release, const char *now);
/* Whether banners or feeds name a distribution of this name, which is ours: "rhel". */
bool distro_is_known(const char *distro);
/* The codename of a release: "12" -> "bookworm"; @release itself where it has none. */
const char *distro_codename(const char *distro, const char *release);
/* Read the release from Red Hat's name of a product as a CPE name has it,
 * "enterprise_linux:9::appstream". False where it is another product, such as an extended
 * support. */
bool distro_from_red_hat(const char *product, char release[16]);
/* Read the release from SUSE's name of a product, "SUSE Linux Enterprise Server 15 SP6" -> "15.6",
 * "SUSE Linux Enterprise Module for Basesystem 15 SP6", "openSUSE Leap 15.6" -> "leap-15.6", or from
 * the same with a colon behind the first word, as OSV has it. False where it is another product, as
 * one for SAP, a desktop, or Tumbleweed, which has no releases. */
bool distro_from_suse(const char *product, char release[16]);
/* Read distribution and release from an OSV ecosystem ("Debian:12", "Alpine:v3.18", "Rocky
 * Linux:9", "Ubuntu:22.04:LTS", "Red Hat:enterprise_linux:9::appstream"). False where it has no release or is none of the distributions
 * known here. */
bool distro_from_ecosystem(const char *ecosystem, char distro[16], char release[16]);
/* True where the absence of a CVE from one release's data means that the release is not
 * affected. */
bool distro_tracks_all(const char *distro);
/* False where the data also lists as not fixed what the distribution has not looked at. */
bool distro_confirms_open(const char *distro);
/* True where releases are sold with fixes that only their buyers get, in versions that the public data
 * leaves out: such a fix may be in an earlier version than the public one. */
bool distro_has_sold_fixes(const char *distro);
/* The @i-th distribution that publishes its fixes; NULL behind the last. */
const char *distro_with_data(size_t i);
/* The name under which the data has the packages of a distribution that builds the same ones for all of
 * its releases: "ports" of FreeBSD. NULL for one whose releases have packages of their own. Static. */
const char *distro_common_release(const char *distro);
/* True where packages are what their makers release, so that one of the same version has no further
 * fixes unless the data says so. */
bool distro_follows_makers(const char *distro);
/* The distribution whose data holds for the packages of @distro: Raspbian rebuilds Debian's under
 * the same versions, CentOS and Oracle Linux those of RHEL. */
const char *distro_source(const char *distro);

/*
 * Fill distro, distro_release and package_version of @id, where they are empty, from its version,
 * version_extra and os: "Debian-2+deb12u3" behind the version "9.2p1" gives Debian 12 and
 * 9.2p1-2+deb12u3. Banners leave the epoch out, so package_version has none.
 */
void distro_recognise(struct vd_identity *id);
/* Whether distro_recognise() may fill a field that is still empty. */
bool distro_is_hinted(const struct vd_identity *id);

#endif
