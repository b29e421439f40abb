/* SPDX-License-Identifier: Apache-2.0 */
/* identify.h - the steps from matching rules to an identity. */
#ifndef VULNDB_IDENTIFY_H
#define VULNDB_IDENTIFY_H

#include "engine.h"

/* Write all that one hit says to @out, which must be cleared. @field: the name of the matched
 * fact. */
void identify_from_hit(const struct rules *rules, const struct engine_hit *hit, const char *field,
                       struct vd_identity *out);

/*
 * Write the CPE 2.3 formatted string (NISTIR 7695, 6.2) of a rule's template
 * "PART:VENDOR:PRODUCT:VERSION[:UPDATE...]", given as in the blob. An absent component is "*". A
 * version such as 9.2p1 is split into version and update. @out is "" if the name is too long.
 */
void identify_cpe(const struct rules *rules, const struct engine_hit *hit, const char *value,
                  char out[VD_CPE_LEN]);

/* Find out which distribution's package answers, from the suffix of the version. A package that
 * another maker built for a distribution shows the operating system only. The end of life of a package
 * becomes that of the release that maintains it. */
void identify_distro(struct vd_identity *id);

/* Set the operating system to a distribution ("debian") and its release, which is "" or has at most
 * 15 characters. Does nothing for an unknown distribution. */
void identify_os_distro(struct vd_identity *id, const char *distro, const char *release);

/* The system and the device that imported rules name. They count where neither own rules nor the
 * package nor a word of a banner names one. An empty text: not known. */
struct lent_system {
	char os[sizeof(((struct vd_identity *)0)->os)];
	char os_version[sizeof(((struct vd_identity *)0)->os_version)];
	char os_cpe[VD_CPE_LEN];
	char device[sizeof(((struct vd_identity *)0)->device)];
	uint8_t os_confidence;
};

/* Set the operating system and the device if no rule has, and weigh the system against the TCP
 * facts. @lent may be NULL. */
void identify_os(const struct vd_facts *facts, const struct lent_system *lent,
                 struct vd_identity *id);
/* Whether identify_os() reads the facts of that name. Pure. */
bool identify_os_reads(const char *name);

#endif
