/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_arg.h - parses what a user types for a lookup: a banner, a distribution, a package.
 * Pure. */
#ifndef SONDE_LOOKUP_ARG_H
#define SONDE_LOOKUP_ARG_H

#include <stdbool.h>
#include <stddef.h>

#include "vulndb.h"

/* Replace \r \n \t \\ \xNN, as a user types them in a shell, by the bytes that they stand for.
 * Other escapes stay. The result is cut to @size bytes and has no NUL. Returns its length. */
size_t lookup_unescape(const char *text, char *out, size_t size);
/* Write a text such as "debian:12" or "Debian:bookworm" to @id. False: the text has another form or is too long; @id is
 * not written. */
bool lookup_distro(const char *text, struct vd_identity *id);
/* The same for a package and its version, such as "openssh=1:9.2p1-2+deb12u3". */
bool lookup_package(const char *text, struct vd_identity *id);

#endif
