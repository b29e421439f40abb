/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_set.h - a set of port numbers, and the gaps in it. Pure; 8 KiB.
 */
#ifndef SONDE_PORT_SET_H
#define SONDE_PORT_SET_H

#include "dp_types.h"

struct port_set {
	uint64_t bits[65536 / 64]; /* all zero: empty */
};

/* Add the ports from @first to @last; none if @first > @last. */
void port_set_add(struct port_set *s, uint16_t first, uint16_t last);

/* Find the lowest member from @first to @last. Returns false if there is none. */
bool port_set_find(const struct port_set *s, uint16_t first, uint16_t last, uint16_t *out);

/* Find the longest run of ports from @first to @last that are no members; of equal ones, the
 * highest. Returns its length and its first port in @out; 0: there is none. */
unsigned port_set_gap(const struct port_set *s, uint16_t first, uint16_t last, uint16_t *out);

#endif
