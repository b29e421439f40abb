/* SPDX-License-Identifier: Apache-2.0 */
/* service_ports.h - the ports of a service by its name, as this machine and Sonde know it. */
#ifndef SONDE_SERVICE_PORTS_H
#define SONDE_SERVICE_PORTS_H

#include <stddef.h>

#include "ports.h"

enum { SERVICE_NAME = 64 }; /* longest name or pattern, with the terminator */

/*
 * Call @sink with each port that has a name or alias which fits @pattern, in which * and ? stand for
 * any characters; case does not count. The names are those of /etc/services; those of Sonde's own
 * table where that file is missing or has none that fits. @kind PORTS_TCP or PORTS_UDP takes only
 * ports of that transport, and each is passed on with @kind. Returns how many ports there are,
 * -errno of the sink, or -ENOMEM. Blocks while it reads the file.
 */
int service_ports_find(const char *pattern, enum ports_kind kind, ports_sink sink, void *arg);

#endif
