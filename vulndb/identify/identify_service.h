/* SPDX-License-Identifier: Apache-2.0 */
/* identify_service.h - takes the service from the names of its facts. */
#ifndef VULNDB_IDENTIFY_SERVICE_H
#define VULNDB_IDENTIFY_SERVICE_H

#include "vulndb.h"

/* Set the service if no rule has, and set service_source. */
void identify_service(const struct vd_facts *facts, struct vd_identity *id);

#endif
