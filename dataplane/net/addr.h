/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addr.h - functions on addresses for the modules of this layer; dp_addr.h has the public ones.
 */
#ifndef SONDE_ADDR_H
#define SONDE_ADDR_H

#include "dp_addr.h"

/* Get the @i-th block that is never probed; @prefix_len is a length in 128 bits, for IPv4 too.
 * Returns false beyond the last. Pure. */
bool addr_forbidden_block(size_t i, struct dp_addr *first, uint8_t *prefix_len);

#endif
