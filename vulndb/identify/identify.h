/* SPDX-License-Identifier: Apache-2.0 */
/* identify.h - the steps from the rules that matched to an identity. */
#ifndef VULNDB_IDENTIFY_H
#define VULNDB_IDENTIFY_H

#include "engine.h"

/* All that one hit says, into an identity that was cleared. */
void identify_from_hit(const struct rules *rules, const struct engine_hit *hit, const char *field,
                       struct vd_identity *out);

/*
 * Write the CPE 2.3 formatted string of an own template "PART:VENDOR:PRODUCT:VERSION[:UPDATE...]"
 * (as in the blob). What is absent is "*"; a version such as 9.2p1 is split into version and update
 * (NISTIR 7695, 6.2).
 */
void identify_cpe(const struct rules *rules, const struct engine_hit *hit, const char *value,
                  char out[VD_CPE_LEN]);

/* Which distribution's package answers, from the version's suffix. */
void identify_distro(struct vd_identity *id);

/* The operating system and the device, where no rule has said it. */
void identify_os(const struct vd_facts *facts, struct vd_identity *id);

#endif
