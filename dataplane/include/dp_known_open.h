/* SPDX-License-Identifier: Apache-2.0 */
/* dp_known_open.h - the ports that are known open. */
#ifndef SONDE_DP_KNOWN_OPEN_H
#define SONDE_DP_KNOWN_OPEN_H

#include "dp_types.h"

/*
 * The set of ports that are known open: a worker reports a closed or unreachable reply of such a
 * port although it only counts those of other ports. The set may take another port for one of
 * these, but it never misses one of them. The control thread fills it before dp_begin(); it is
 * read-only afterwards.
 */
struct dp_known_open;
struct dp_known_open *dp_known_open_new(size_t ports); /* room for that many; NULL: no memory */
void dp_known_open_add(struct dp_known_open *w, const struct dp_addr *addr, uint16_t port,
                       uint8_t transport);
void dp_known_open_free(struct dp_known_open *w);

#endif
