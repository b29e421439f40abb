/* SPDX-License-Identifier: Apache-2.0 */
/* identify_service.h - which service the names of the facts show. */
#ifndef VULNDB_IDENTIFY_SERVICE_H
#define VULNDB_IDENTIFY_SERVICE_H

#include "vulndb.h"

/* Fill service where no rule has said it, and say how it is known. */
void identify_service(const struct vd_facts *facts, struct vd_identity *id);

#endif
