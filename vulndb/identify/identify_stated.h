/* SPDX-License-Identifier: Apache-2.0 */
/* identify_stated.h - takes what another tool has stated about a service, where nothing better is
 * known. */
#ifndef VULNDB_IDENTIFY_STATED_H
#define VULNDB_IDENTIFY_STATED_H

#include "vulndb.h"

/*
 * Fill the service and the product of @id from the facts "import.service", "import.product",
 * "import.version", "import.extra" and "import.cpe" (CPE 2.3), where the bytes of the service have
 * named none. The source of such a service is "import"; the confidence is that of
 * "import.confidence", at most 60. Pure.
 */
void identify_stated(const struct vd_facts *facts, struct vd_identity *id);

#endif
