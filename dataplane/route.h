/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - the kernel's default route over an interface.
 */
#ifndef SONDE_ROUTE_H
#define SONDE_ROUTE_H

#include "dp_types.h"

/* The IPv4 gateway of the best default route over interface @index. 0, -ENOENT (none), -errno. */
int route_default(int index, struct dp_addr *gateway);

#endif
