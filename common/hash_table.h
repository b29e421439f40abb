/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash_table.h - entries of one size, found by the key with which each begins: open addressing with
 * linear probing, doubled when half full, never shrunk.
 *
 * Keys are compared byte by byte, so a key with padding must have zeros there. One thread uses a
 * table. Entries move when the table grows: a pointer to one is valid until the next
 * hash_table_take().
 */
#ifndef SONDE_HASH_TABLE_H
#define SONDE_HASH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_table {
	size_t key_size, entry_size; /* in bytes; the key is part of the entry */
	/* private */
	size_t slot_size, slot_count, count;
	uint8_t *slots; /* each: the hash, 0 = free, then the entry */
};

/* An empty table; allocates nothing. */
void hash_table_init(struct hash_table *t, size_t key_size, size_t entry_size);
void hash_table_fini(struct hash_table *t); /* zeroed is fine */

/* A hash with all its bits mixed. Pure. */
uint64_t hash_table_hash(const void *key, size_t size);

/* How many entries there are. */
size_t hash_table_count(const struct hash_table *t);
/* The entry of @key, or NULL. */
void *hash_table_find(const struct hash_table *t, const void *key);
/* The same; a new entry is made where there is none, all zero behind its key. NULL: no memory. */
void *hash_table_take(struct hash_table *t, const void *key);
/* Entries one after the other, in no order: begin with *@at 0, until NULL. */
void *hash_table_next(const struct hash_table *t, size_t *at);

#endif
