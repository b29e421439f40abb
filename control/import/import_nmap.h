/* SPDX-License-Identifier: Apache-2.0 */
/* import_nmap.h - what nmap states about a service, as facts. */
#ifndef SONDE_IMPORT_NMAP_H
#define SONDE_IMPORT_NMAP_H

#include "import_facts.h"

/* Facts of the attributes of <service>: @list has names and values in turn, NULL at its end. What
 * nmap has looked up by the port alone adds nothing. */
void import_nmap_service(struct vd_facts *f, const char **list);
/* Facts of the output of a script; either may be NULL. */
void import_nmap_script(struct vd_facts *f, const char *id, const char *output);
/* Append the first answer in a fingerprint of nmap's ("servicefp") to @out. False: it has none.
 * Pure. */
bool import_nmap_answer(struct bytes *out, const char *print, size_t len);

#endif
