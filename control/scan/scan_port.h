/* SPDX-License-Identifier: Apache-2.0 */
/* scan_port.h - which port of the dataplane the command line means. */
#ifndef SONDE_SCAN_PORT_H
#define SONDE_SCAN_PORT_H

#include "plan.h"

/* The dataplane's configuration and the memory it points into. */
struct scan_port {
	struct dp_port_config config;
	struct dp_addr sources[DP_MAX_SOURCES];
};

/* Turn the options of @c into the dataplane's configuration, without a name if @c names no port.
 * *@out points into @c and into itself, so it must not be moved. Returns 0, or -EINVAL with @err
 * naming the option. Opens nothing. */
int scan_port_make(const struct config *c, struct scan_port *out, struct error *err);

/* Check all that can be said of the port without opening it: the options, whether sources and source
 * ports suffice for @plan, the plan of @c, and whether there is a port at all, which a dry run does
 * not need. Returns 0, or -EINVAL with @err naming the option. */
int scan_port_check(const struct config *c, const struct plan *plan, struct error *err);

#endif
