/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - the kernel's default route over an interface.
 */
#ifndef SONDE_ROUTE_H
#define SONDE_ROUTE_H

#include "dp_types.h"

/* The gateway of the best default route over interface @index, of IPv6 where @v6. 0, -ENOENT
 * (none), -errno. */
int route_default(int index, bool v6, struct dp_addr *gateway);

#endif
