/* SPDX-License-Identifier: Apache-2.0 */
/*
 * range.h - a sorted set of address ranges.
 *
 * Addresses are 128-bit integers here; IPv4 is mapped to ::ffff:0:0/96. Cold: used before a scan
 * and when a list is reloaded, never for each packet.
 */
#ifndef SONDE_RANGE_H
#define SONDE_RANGE_H

#include "dp_addr.h"
#include "dp_types.h"

__extension__ typedef unsigned __int128 u128;

struct range {
	u128 first;
	u128 last; /* inclusive */
};

/* Zero it to begin. Queries and subtraction need a set that range_normalise() has sorted and
 * merged. */
struct range_set {
	struct range *v; /* owned */
	size_t count;
	size_t capacity;
};

/* An address as a number, and back; IPv4 as mapped IPv6. Pure. */
u128 range_from_addr(const struct dp_addr *a);
struct dp_addr range_to_addr(u128 v);

/* Append @first..@last; an IPv6 range that spans the mapped IPv4 block loses that block.
 * 0, -EINVAL (first > last, one end IPv4 and the other not), -ENOMEM. */
int range_add(struct range_set *s, const struct dp_addr *first, const struct dp_addr *last);

/* Sort the ranges and merge those that overlap or touch. Cannot fail. */
void range_normalise(struct range_set *s);

/* @out = @a without @b; @a and @b are normalised, @out is zeroed. 0 or -ENOMEM. */
int range_subtract(const struct range_set *a, const struct range_set *b, struct range_set *out);

/* The number of addresses in a normalised set; 2^128 - 1 stands for the whole of IPv6. */
u128 range_total(const struct range_set *s);

/* Whether a normalised set holds @a. O(log count). */
bool range_contains(const struct range_set *s, u128 a);

/* Call @each with the pieces into which the @n sorted numbers at @cut divide @range (each begins a
 * piece, if it lies in the range), until it returns another value than 0. Returns 0 or that value. */
int range_cut(const struct range *range, const u128 *cut, long n,
              int (*each)(void *arg, const struct range *piece), void *arg);

enum { RANGE_TEXT = 2 * DP_ADDR_TEXT };
/* Write "FIRST-LAST", or the one address, into @out and return @out. */
char *range_format(const struct range *r, char out[RANGE_TEXT]);

/* Append every block that dp_addr_forbidden() names. 0 or -ENOMEM. */
int range_add_forbidden(struct range_set *s);

/* Free the memory; a zeroed set is fine. */
void range_fini(struct range_set *s);

#endif
