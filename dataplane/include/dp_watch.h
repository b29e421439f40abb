/* SPDX-License-Identifier: Apache-2.0 */
/* dp_watch.h - the ports that are known open. */
#ifndef SONDE_DP_WATCH_H
#define SONDE_DP_WATCH_H

#include "dp_types.h"

/* Ports whose closing is to be reported although closed ones are only counted: those known open. It may take
 * another for one of them, and never misses one. Filled before dp_start(), read-only afterwards. */
struct dp_watch;
struct dp_watch *dp_watch_new(size_t ports); /* room for that many; NULL: no memory */
void dp_watch_add(struct dp_watch *w, const struct dp_addr *addr, uint16_t port, uint8_t transport);
void dp_watch_free(struct dp_watch *w);

#endif
