/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neigh6.h - resolves IPv6 addresses of the own network to link-layer addresses (RFC 4861).
 *
 * An IPv6 network is too large for a table of all its addresses, so the table contains only the
 * targets in it: open addressing, at most half full. The thread that resolves next hops fills it
 * before the workers start; it is read-only afterwards.
 */
#ifndef SONDE_NEIGH6_H
#define SONDE_NEIGH6_H

#include <string.h>

#include "neigh.h"

/* most on-link targets; a table has twice as many entries, of 24 bytes each */
enum { NEIGH6_MAX = 1 << 16 };

struct neigh6_entry {
	struct dp_addr addr;
	uint8_t mac[6];
	uint8_t known;
	uint8_t used;
};

struct neigh6 {
	struct neigh6_entry *entry; /* [mask + 1], owned; NULL = nothing is on-link */
	uint32_t mask;
	uint32_t count;
};

/* Make a table for @count addresses, at most NEIGH6_MAX. Returns 0 or -ENOMEM. */
int neigh6_init(struct neigh6 *n, uint32_t count);
void neigh6_fini(struct neigh6 *n);

/* Add an address to resolve; no more than the count given to neigh6_init(). */
void neigh6_add(struct neigh6 *n, const struct dp_addr *addr);

/* Resolve all of them: three rounds, at most @pps requests a second. @source is the own address.
 * Blocks. Returns the number of addresses found. */
uint32_t neigh6_sweep(struct neigh6 *n, const struct neigh_io *io, const struct dp_addr *source,
                      double pps);

/* The entry of @addr, or the free entry where it would be added. Hot. */
static inline struct neigh6_entry *neigh6_place(const struct neigh6 *n, const uint8_t *addr)
{
	uint64_t high, low;

	memcpy(&high, addr, 8);
	memcpy(&low, addr + 8, 8);
	low = (low ^ high) * 0x9e3779b97f4a7c15u;
	for (uint32_t i = (uint32_t)(low >> 32);; i++) {
		struct neigh6_entry *e = &n->entry[i & n->mask];

		if (!e->used || memcmp(e->addr.b, addr, 16) == 0)
			return e;
	}
}

/* The link-layer address of the neighbour at the 16 bytes @addr, or NULL. Hot. */
static inline const uint8_t *neigh6_lookup(const struct neigh6 *n, const uint8_t *addr)
{
	const struct neigh6_entry *e = n->entry ? neigh6_place(n, addr) : NULL;

	return e && e->known ? e->mac : NULL;
}

/* Let interface @index receive the neighbour solicitations for @addr, for as long as @fd, any
 * AF_PACKET socket, is open. Returns 0 or -errno. */
int neigh6_join(int fd, int index, const struct dp_addr *addr);

#endif
