/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope_impl.h - the layout of a deny list, shared by the file that builds it and the one that
 * searches it.
 */
#ifndef SONDE_SCOPE_IMPL_H
#define SONDE_SCOPE_IMPL_H

#include "range.h"
#include "scope.h"

struct scope_block {
	uint32_t first;
	uint32_t last;
};

/* An IPv4 address is looked up in bitmaps of the /16 and the /24 networks that a denied range
 * touches, then searched for among the ranges of its /16. An IPv6 address is searched for among all
 * ranges. */
struct scope {
	struct range_set set;   /* normalised; IPv6 and IPv4 */
	struct scope_block *v4; /* the IPv4 ranges of @set */
	uint32_t v4_count;
	bool any_v6;
	uint32_t from[65536 + 1]; /* the first range that ends in the /16 or behind it */
	uint64_t net16[(1 << 16) / 64];
	uint64_t net24[(1 << 24) / 64];
};

#endif
