/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.h - facts in compact form: lines of fields divided by tabs, after a header line.
 *
 *   M flags name start end     a criterion ("v" vulnerable, "s" start open, "e" end open)
 *   N [&][!]                   the criteria since the last N are a node (& AND, ! negated)
 *   O [&][!]                   the nodes since the last O are a configuration
 *   C id cvss score vector weaknesses ssvc
 *                              the configurations since the last C are this CVE's
 *   K id date name             known to be exploited since, and what it is called then
 *   E id probability           EPSS
 *   F id distribution release package introduced fixed flags
 *   A name canonical           two names of one product
 *   P name packages            the source packages that contain a product
 *   V id vector                the CVSS vector that a feed of packages states for a CVE
 *   D date                     how new these facts are, as their source says
 *   S name licence             whose fixes the lines F are; Debian's without such a line
 */
#ifndef SONDE_VULNDB_BUNDLE_H
#define SONDE_VULNDB_BUNDLE_H

#include <stdio.h>

#include "build.h"

#define BUNDLE_HEADER "#sonde-facts/1"

/* Write the header and the facts of a kind ("cve", "kev", "epss", "fix", "fix-ubuntu" and so on,
 * which name their source) to @out; call it before the build is indexed. 0 or -EIO. */
int bundle_write(const struct build *b, const char *kind, FILE *out);

#endif
