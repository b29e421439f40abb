/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ports.h - parses the ports to probe as people write them.
 *
 *   22,80,8000-8100   60000-   -1024   -   all   top:100   top100   http   'http*'
 *   T:22,80,U:53,I:   a letter says of which kind the ports behind it are, until the next letter
 *
 * A range may begin with 0, as in 0-65535, and then begins at 1: no service has port 0.
 */
#ifndef SONDE_PORTS_H
#define SONDE_PORTS_H

#include "dp_types.h"

/* Of what the ports are. */
enum ports_kind {
	PORTS_ANY = 1,  /* no letter: of whatever the scan probes */
	PORTS_TCP = 2,  /* T: */
	PORTS_UDP = 4,  /* U: */
	PORTS_ICMP = 8, /* I: which has no ports; the range is 0-0 */
};

/* Receives one range, first <= last. Returns 0, or -errno to end the parsing. */
typedef int (*ports_sink)(void *arg, enum ports_kind kind, uint16_t first, uint16_t last);

/*
 * Call @sink with every range of @text in the order written. Names are those of service_ports.h.
 *
 * Returns 0, -EINVAL with @err naming the column and what was expected, or the sink's error. Blocks
 * while it reads the names of services, if @text has any.
 */
int ports_parse(const char *text, ports_sink sink, void *arg, struct error *err);

/* The N of a "top:N" in @text that is greater than the number of ports whose frequency is known; 0:
 * there is none. ports_parse() takes all known ones then. Pure. */
uint32_t ports_beyond(const char *text);

#endif
