/* SPDX-License-Identifier: Apache-2.0 */
/* scan_port.h - which port of the dataplane the command line means. */
#ifndef SONDE_SCAN_PORT_H
#define SONDE_SCAN_PORT_H

#include "config.h"
#include "dp.h"

/* The dataplane's configuration and the memory it points into. */
struct scan_port {
	struct dp_port_config config;
	struct dp_addr sources[DP_MAX_SOURCES];
};

/* Turn the options of @c into the dataplane's configuration. *@out points into @c and into itself,
 * so it must not be moved. Returns 0, or -EINVAL with @err naming the option. */
int scan_port_make(const struct config *c, struct scan_port *out, struct error *err);

#endif
