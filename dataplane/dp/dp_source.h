/* SPDX-License-Identifier: Apache-2.0 */
/* dp_source.h - the addresses that probes are sent from. */
#ifndef SONDE_DP_SOURCE_H
#define SONDE_DP_SOURCE_H

#include "dp_private.h"

/* The first own IPv4 address in host order, or 0. Pure. */
uint32_t dp_source_v4(const struct dp *dp);

/* The first own IPv6 address, @dp's, or NULL. Pure. */
const struct dp_addr *dp_source_v6(const struct dp *dp);

#endif
