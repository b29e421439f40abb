/* SPDX-License-Identifier: Apache-2.0 */
/* route.h - reads the kernel's default route over an interface. */
#ifndef SONDE_ROUTE_H
#define SONDE_ROUTE_H

#include "dp_types.h"

/* Find the gateway of the best default route over interface @index, of IPv6 if @v6. Waits for the
 * kernel, at most 2 s for each of its messages. Returns 0, -ENOENT (there is none) or -errno. */
int route_default(int index, bool v6, struct dp_addr *gateway);

#endif
