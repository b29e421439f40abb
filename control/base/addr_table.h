/* SPDX-License-Identifier: Apache-2.0 */
/* addr_table.h - a hash table by (address, port): open addressing, grows, never shrinks. One
 * thread. */
#ifndef SONDE_ADDR_TABLE_H
#define SONDE_ADDR_TABLE_H

#include "dp_types.h"

struct addr_table_slot {
	struct dp_addr addr;
	uint16_t port;
	bool used;
	uint8_t state;   /* the owner's */
	uint32_t count;  /* the owner's */
	uint32_t ticket; /* the owner's */
};

struct addr_table {
	struct addr_table_slot *slots; /* @mask + 1 of them, at most half in use */
	size_t mask, used;
};

int addr_table_init(struct addr_table *t);  /* 0 or -ENOMEM */
void addr_table_fini(struct addr_table *t); /* zeroed is fine */

/* A hash of the key with all its bits mixed. Pure. */
uint64_t addr_table_hash(const struct dp_addr *addr, uint16_t port);

/* The slot of the key or NULL. Valid until the next addr_table_take(). */
struct addr_table_slot *addr_table_find(const struct addr_table *t, const struct dp_addr *addr,
                                        uint16_t port);

/* The same, made where it is new, all of the owner's members 0. NULL: @max are in use, or no
 * memory. */
struct addr_table_slot *addr_table_take(struct addr_table *t, const struct dp_addr *addr,
                                        uint16_t port, size_t max);

#endif
