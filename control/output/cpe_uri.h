/* SPDX-License-Identifier: Apache-2.0 */
/* cpe_uri.h - the older form of a CPE name, which other tools read. */
#ifndef SONDE_CPE_URI_H
#define SONDE_CPE_URI_H

enum { CPE_URI = 256 };

/*
 * Write the CPE 2.3 formatted string @name as a URI of CPE 2.2 (NISTIR 7695, section 6.1.2), such as
 * "cpe:/a:openbsd:openssh:8.2:p1", up to the update. A name that is none gives "". Returns @out. Pure.
 */
char *cpe_uri(const char *name, char out[CPE_URI]);

#endif
