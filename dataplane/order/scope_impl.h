/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope_impl.h - the layout of a deny list, for the file that builds it and the file that asks it.
 */
#ifndef SONDE_SCOPE_IMPL_H
#define SONDE_SCOPE_IMPL_H

#include "range.h"
#include "scope.h"

struct scope_block {
	uint32_t first;
	uint32_t last;
};

/* IPv4 is asked through bitmaps of the /16 and the /24 networks that a denied range touches, then
 * by a search among the ranges of its /16; IPv6 by a search among all. */
struct scope {
	struct range_set set;   /* normalised; IPv6 and IPv4 */
	struct scope_block *v4; /* the IPv4 part of it */
	uint32_t v4_count;
	bool any_v6;
	uint32_t from[65536 + 1]; /* first range whose end lies in or behind the /16 */
	uint64_t net16[(1 << 16) / 64];
	uint64_t net24[(1 << 24) / 64];
};

#endif
