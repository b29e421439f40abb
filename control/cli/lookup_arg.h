/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_arg.h - what a user types for a lookup: a banner, a distribution, a package. Pure. */
#ifndef SONDE_LOOKUP_ARG_H
#define SONDE_LOOKUP_ARG_H

#include <stdbool.h>
#include <stddef.h>

#include "vulndb.h"

/* Resolve \r \n \t \\ \xNN, as a shell's user can type them; others stay. Cut to @size. Returns the
 * length. */
size_t lookup_unescape(const char *text, char *out, size_t size);
/* "debian:12" into @id. False where it is not of that form or too long; then @id may hold a part of
 * it. */
bool lookup_distro(const char *text, struct vd_identity *id);
/* "openssh=1:9.2p1-2+deb12u3" into @id, likewise. */
bool lookup_package(const char *text, struct vd_identity *id);

#endif
