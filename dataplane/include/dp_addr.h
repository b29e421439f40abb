/* SPDX-License-Identifier: Apache-2.0 */
/* dp_addr.h - addresses: text, order, arithmetic, and those that are never probed. */
#ifndef SONDE_DP_ADDR_H
#define SONDE_DP_ADDR_H

#include "dp_types.h"

enum { DP_ADDR_TEXT = 46 }; /* bytes for dp_addr_format(), with the terminator */

/* Map an IPv4 address given in host order. Pure. */
struct dp_addr dp_addr_v4(uint32_t host_order);

/* True for a mapped IPv4 address; @v4 (may be NULL) receives it in host order. Pure. */
bool dp_addr_is_v4(const struct dp_addr *a, uint32_t *v4);

/* Parse "192.0.2.1" or "2001:db8::1" strictly (no octal, no short forms). Returns 0 or -EINVAL. */
int dp_addr_parse(const char *text, struct dp_addr *out);

/* Write the canonical text (RFC 5952; dotted quad for IPv4) into @out and return @out. */
char *dp_addr_format(const struct dp_addr *a, char out[DP_ADDR_TEXT]);

/* Order as unsigned 128-bit integers: <0, 0, >0. */
int dp_addr_compare(const struct dp_addr *a, const struct dp_addr *b);

/* Add @n with carry; wraps at 2^128. */
struct dp_addr dp_addr_add(const struct dp_addr *a, uint64_t n);

/*
 * True if @a must never be probed whatever the user says: "this network", loopback, link-local,
 * multicast, limited broadcast, reserved (RFC 6890, RFC 5771). @why (may be NULL) names the block.
 */
bool dp_addr_forbidden(const struct dp_addr *a, const char **why);

#endif
