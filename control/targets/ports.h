/* SPDX-License-Identifier: Apache-2.0 */
/* ports.h - the ports to probe as a person writes them: "22,80,8000-8100", "all", "top:100". */
#ifndef SONDE_PORTS_H
#define SONDE_PORTS_H

#include "dp_types.h"

/* Takes one range, first <= last. 0, or -errno that ends the parse. */
typedef int (*ports_sink)(void *arg, uint16_t first, uint16_t last);

/*
 * Hand every range of @text to @sink in the order written. Port 0 is no port.
 *
 * Returns 0, -EINVAL with @err naming the column and what was expected, or the sink's error.
 */
int ports_parse(const char *text, ports_sink sink, void *arg, struct error *err);

#endif
