/* SPDX-License-Identifier: Apache-2.0 */
/* grab_ports.h - the local ports that grabs may use beside the source ports of a scan. Pure. */
#ifndef SONDE_GRAB_PORTS_H
#define SONDE_GRAB_PORTS_H

#include "dp_types.h"

struct grab_ports {
	uint16_t first, last; /* both included */
};

/* The longest run of @local without a port of @scan; of two equal ones, the lower. Returns the
 * number of its ports, and the run in @out if there is one. */
unsigned grab_ports_beside(struct grab_ports local, struct grab_ports scan, struct grab_ports *out);

#endif
