/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - growable arrays, a pool of distinct texts, and a map from numbers to numbers.
 *
 * A failure is sticky: it sets @failed, and the container does not grow after it. So the owner
 * checks @failed once, at the end. One thread uses a container.
 */
#ifndef SONDE_POOL_H
#define SONDE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash_table.h"

struct vec {
	void *data;
	size_t count, cap;
	size_t item; /* size of one item, in bytes; set by the owner */
	bool failed;
};

/* Append a zeroed item and return it; NULL: no memory. Pointers to earlier items become invalid. */
void *vec_push(struct vec *v);
/* Make the array @count items long; new items are zeroed. False: no memory. */
bool vec_resize(struct vec *v, size_t count);
void vec_fini(struct vec *v);
static inline void *vec_at(const struct vec *v, size_t i)
{
	return (char *)v->data + i * v->item;
}

/* Distinct texts, each NUL-terminated and named by its offset in @data; offset 0 is "". */
struct pool {
	char *data;
	size_t len, cap;
	uint32_t *slots;
	size_t slot_count, used;
	bool failed;
};

/* Set up a pool that holds only "". False, with @failed set: no memory. */
bool pool_init(struct pool *p);
/* Free the memory; a zeroed pool is fine. */
void pool_fini(struct pool *p);
/* The offset of a text; a new text is added. A NUL within @len ends the text. 0: the text is empty,
 * there is no memory, or the pool would exceed 4 GiB. */
uint32_t pool_add(struct pool *p, const char *text, size_t len);
uint32_t pool_text(struct pool *p, const char *text);
static inline const char *pool_get(const struct pool *p, uint32_t offset)
{
	return p->data + offset;
}

/* A map from 64-bit keys to 32-bit values. A zeroed map is empty. */
struct map {
	struct hash_table entries;
	bool failed;
};

/* Free the memory; a zeroed map is fine. */
void map_fini(struct map *m);
/* A pointer to the value of @key, valid until the next map_put(). A key that is not in the map is
 * added with the value 0; *@fresh says whether that happened. NULL: no memory. */
uint32_t *map_put(struct map *m, uint64_t key, bool *fresh);
/* A pointer to the value of @key, or NULL if the map does not have the key. */
uint32_t *map_get(const struct map *m, uint64_t key);
size_t map_count(const struct map *m);
/* Iterate over the values and their keys, in no particular order. Set *@at to 0 before the first
 * call. Returns NULL after the last value. */
uint32_t *map_next(const struct map *m, size_t *at, uint64_t *key);

#endif
