/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash_table.h - a hash table of entries of one size, each of which begins with its key.
 *
 * The table uses open addressing with linear probing, doubles when it is half full, and never
 * shrinks. Keys are compared byte by byte, so the padding of a key must be zero. One thread uses a
 * table. Entries move when the table grows: a pointer to an entry is valid until the next
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
	uint8_t *slots; /* each slot: the hash (0 = the slot is free), then the entry */
};

/* Set up an empty table; allocates nothing. */
void hash_table_init(struct hash_table *t, size_t key_size, size_t entry_size);
void hash_table_fini(struct hash_table *t); /* frees the memory; a zeroed table is fine */

/* A 64-bit hash of the @size bytes at @key, all bits of it well mixed. Pure. */
uint64_t hash_table_hash(const void *key, size_t size);

/* How many entries there are. */
size_t hash_table_count(const struct hash_table *t);
/* The entry of @key, or NULL. */
void *hash_table_find(const struct hash_table *t, const void *key);
/* Like hash_table_find(), but adds an entry if there is none, with zeros after its key. NULL: no
 * memory. */
void *hash_table_take(struct hash_table *t, const void *key);
/* Iterate over the entries, in no particular order. Set *@at to 0 before the first call. Returns
 * NULL after the last entry. */
void *hash_table_next(const struct hash_table *t, size_t *at);

#endif
