/* SPDX-License-Identifier: Apache-2.0 */
/* hash_table.c - linear probing, doubled when half full. */
#include "hash_table.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FIRST_SLOTS = 64 };

void hash_table_init(struct hash_table *t, size_t key_size, size_t entry_size)
{
	size_t whole = sizeof(uint64_t) + entry_size;

	*t = (struct hash_table){
		.key_size = key_size,
		.entry_size = entry_size,
		.slot_size = (whole + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t),
	};
}

void hash_table_fini(struct hash_table *t)
{
	free(t->slots);
	t->slots = NULL;
	t->slot_count = t->count = 0;
}

uint64_t hash_table_hash(const void *key, size_t size)
{
	return XXH3_64bits(key, size);
}

size_t hash_table_count(const struct hash_table *t)
{
	return t->count;
}

static uint64_t hash_of(const struct hash_table *t, const void *key)
{
	uint64_t hash = hash_table_hash(key, t->key_size);

	return hash != 0 ? hash : 1;
}

/* Slot @i: the hash, with the entry after it. */
static uint64_t *slot_at(const struct hash_table *t, size_t i)
{
	return (uint64_t *)(void *)(t->slots + i * t->slot_size);
}

/* The slot of @key, or the free slot where it belongs. The caller makes sure that there is a free
 * one. */
static uint64_t *place(const struct hash_table *t, uint64_t hash, const void *key)
{
	for (size_t i = (size_t)hash;; i++) {
		uint64_t *slot = slot_at(t, i & (t->slot_count - 1));

		if (*slot == 0 || (*slot == hash && memcmp(slot + 1, key, t->key_size) == 0))
			return slot;
	}
}

static bool grow(struct hash_table *t)
{
	struct hash_table bigger = *t;

	bigger.slot_count = t->slot_count == 0 ? FIRST_SLOTS : 2 * t->slot_count;
	bigger.slots = calloc(bigger.slot_count, t->slot_size);
	if (bigger.slots == NULL)
		return false;
	for (size_t i = 0; i < t->slot_count; i++) {
		const uint64_t *slot = slot_at(t, i);

		if (*slot != 0)
			memcpy(place(&bigger, *slot, slot + 1), slot, t->slot_size);
	}
	free(t->slots);
	*t = bigger;
	return true;
}

void *hash_table_find(const struct hash_table *t, const void *key)
{
	uint64_t *slot = t->slot_count > 0 ? place(t, hash_of(t, key), key) : NULL;

	return slot != NULL && *slot != 0 ? slot + 1 : NULL;
}

void *hash_table_take(struct hash_table *t, const void *key)
{
	uint64_t hash = hash_of(t, key), *slot;
	void *found = hash_table_find(t, key);

	if (found != NULL)
		return found;
	if (2 * (t->count + 1) > t->slot_count && !grow(t))
		return NULL;
	slot = place(t, hash, key);
	*slot = hash;
	memcpy(slot + 1, key, t->key_size);
	t->count++;
	return slot + 1;
}

void *hash_table_next(const struct hash_table *t, size_t *at)
{
	while (*at < t->slot_count) {
		uint64_t *slot = slot_at(t, (*at)++);

		if (*slot != 0)
			return slot + 1;
	}
	return NULL;
}
