/* SPDX-License-Identifier: Apache-2.0 */
/* tally.h - small counts by (address, port): an open-addressing table that grows. One thread. */
#ifndef SONDE_TALLY_H
#define SONDE_TALLY_H

#include "dp_types.h"

struct tally_slot {
	struct dp_addr addr;
	uint16_t port;
	bool used;
	uint8_t state;   /* the owner's */
	uint32_t count;  /* the owner's */
	uint32_t ticket; /* the owner's */
};

struct tally {
	struct tally_slot *slots; /* @mask + 1 of them, at most half in use */
	size_t mask, used;
};

int tally_init(struct tally *t); /* 0 or -ENOMEM */
void tally_fini(struct tally *t); /* zeroed is fine */

/* A hash of the key with all its bits mixed. Pure. */
uint64_t tally_hash(const struct dp_addr *addr, uint16_t port);

/* The slot of the key or NULL. Valid until the next tally_take(). */
struct tally_slot *tally_find(const struct tally *t, const struct dp_addr *addr, uint16_t port);

/* The same, made where it is new, all of the owner's members 0. NULL: @max are in use, or no memory. */
struct tally_slot *tally_take(struct tally *t, const struct dp_addr *addr, uint16_t port, size_t max);

#endif
