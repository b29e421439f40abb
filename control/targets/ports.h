/* SPDX-License-Identifier: Apache-2.0 */
/* ports.h - parses the ports to probe as people write them: "22,80,8000-8100", "all", "top:100". */
#ifndef SONDE_PORTS_H
#define SONDE_PORTS_H

#include "dp_types.h"

/* Receives one range, first <= last. Returns 0, or -errno to end the parsing. */
typedef int (*ports_sink)(void *arg, uint16_t first, uint16_t last);

/*
 * Call @sink with every range of @text in the order written. Port 0 is not valid.
 *
 * Returns 0, -EINVAL with @err naming the column and what was expected, or the sink's error.
 */
int ports_parse(const char *text, ports_sink sink, void *arg, struct error *err);

#endif
