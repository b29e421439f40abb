/* SPDX-License-Identifier: Apache-2.0 */
/* plan_lists.h - reads the lists that a scan's configuration names into its plan. */
#ifndef SONDE_PLAN_LISTS_H
#define SONDE_PLAN_LISTS_H

#include "plan.h"

/* Fill the space of @p with the targets, ports, exclusions, scope and payloads of @c, and the key of
 * @p must be there. Returns 0, -EINVAL or -errno with @err, which stays empty where a list is not to
 * blame. Blocks while it reads files and looks names up. */
int plan_lists_read(const struct config *c, struct plan *p, struct error *err);

#endif
