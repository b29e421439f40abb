/* SPDX-License-Identifier: Apache-2.0 */
/* dp_known_open.h - the ports that are known open. */
#ifndef SONDE_DP_KNOWN_OPEN_H
#define SONDE_DP_KNOWN_OPEN_H

#include "dp_types.h"

/* Ports whose closing is to be reported although closed ones are only counted: those known open. It
 * may take another for one of them, and never misses one. Filled before dp_begin(), read-only
 * afterwards. */
struct dp_known_open;
struct dp_known_open *dp_known_open_new(size_t ports); /* room for that many; NULL: no memory */
void dp_known_open_add(struct dp_known_open *w, const struct dp_addr *addr, uint16_t port,
                       uint8_t transport);
void dp_known_open_free(struct dp_known_open *w);

#endif
