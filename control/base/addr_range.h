/* SPDX-License-Identifier: Apache-2.0 */
/* addr_range.h - ranges of addresses as people write them. */
#ifndef SONDE_ADDR_RANGE_H
#define SONDE_ADDR_RANGE_H

#include "dp_addr.h"
#include "dp_types.h"

/* "192.0.2.1", "192.0.2.0/24" (bits behind the prefix are ignored), "192.0.2.1-192.0.2.9", and the
 * same for IPv6. Returns false, and leaves *@out alone, if @text is none of these, or if the last
 * address lies before the first. Pure. */
bool addr_range_parse(const char *text, struct dp_addr_range *out);

enum { ADDR_RANGE_TEXT = 2 * DP_ADDR_TEXT };
/* Write a range as a prefix where it is one, else as first-last, and one address as it is. Returns
 * @out. Pure. */
char *addr_range_format(const struct dp_addr_range *r, char out[ADDR_RANGE_TEXT]);

/* Whether @addr lies in the range. Pure. */
bool addr_range_has(const struct dp_addr_range *r, const struct dp_addr *addr);

#endif
