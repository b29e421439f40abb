/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - arrays, distinct texts and a map of numbers, all of which grow.
 *
 * Failures stick: after one, every call does nothing and the owner asks once, at the end. One
 * thread.
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
	size_t item; /* bytes of one */
	bool failed;
};

/* Append a zeroed item; NULL without memory. Earlier pointers become invalid. */
void *vec_push(struct vec *v);
/* Make it @count items long; new ones are zeroed. */
bool vec_resize(struct vec *v, size_t count);
void vec_fini(struct vec *v);
static inline void *vec_at(const struct vec *v, size_t i)
{
	return (char *)v->data + i * v->item;
}

/* Distinct texts, each with a NUL, at offsets; offset 0 is "". */
struct pool {
	char *data;
	size_t len, cap;
	uint32_t *slots;
	size_t slot_count, used;
	bool failed;
};

/* A pool with "" in it. False, and @failed set: no memory. */
bool pool_init(struct pool *p);
/* Free the memory; a zeroed pool is fine. */
void pool_fini(struct pool *p);
/* Offset of a text, added where it is new; 0 without memory or beyond 4 GiB. */
uint32_t pool_add(struct pool *p, const char *text, size_t len);
uint32_t pool_text(struct pool *p, const char *text);
static inline const char *pool_get(const struct pool *p, uint32_t offset)
{
	return p->data + offset;
}

/* From 64-bit keys to 32-bit values. A zeroed map is empty. */
struct map {
	struct hash_table entries;
	bool failed;
};

/* Free the memory; a zeroed map is fine. */
void map_fini(struct map *m);
/* The value's place, made (as 0, *@fresh true) where the key is new; NULL without memory. */
uint32_t *map_put(struct map *m, uint64_t key, bool *fresh);
/* The value's place, or NULL. */
uint32_t *map_get(const struct map *m, uint64_t key);
size_t map_count(const struct map *m);
/* The values one after the other, in no order, each with its key: begin with *@at 0, until NULL. */
uint32_t *map_next(const struct map *m, size_t *at, uint64_t *key);

#endif
