/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - growable arrays, a pool of distinct texts, and a map from numbers to numbers. */
#include "pool.h"

#include <stdlib.h>
#include <string.h>

static bool vec_reserve(struct vec *v, size_t count)
{
	size_t cap = v->cap > 0 ? v->cap : 64;
	void *data;

	while (cap < count)
		cap += cap / 2;
	if (cap == v->cap)
		return true;
	data = v->failed ? NULL : realloc(v->data, cap * v->item);
	if (data == NULL) {
		v->failed = true;
		return false;
	}
	v->data = data;
	v->cap = cap;
	return true;
}

bool vec_resize(struct vec *v, size_t count)
{
	if (count > v->cap && !vec_reserve(v, count))
		return false;
	if (count > v->count)
		memset(vec_at(v, v->count), 0, (count - v->count) * v->item);
	v->count = count;
	return true;
}

void *vec_push(struct vec *v)
{
	return vec_resize(v, v->count + 1) ? vec_at(v, v->count - 1) : NULL;
}

void vec_fini(struct vec *v)
{
	free(v->data);
	*v = (struct vec){.item = v->item};
}

bool pool_init(struct pool *p)
{
	*p = (struct pool){.cap = 1 << 16, .slot_count = 1 << 12};
	p->data = calloc(1, p->cap);
	p->slots = calloc(p->slot_count, sizeof(*p->slots));
	p->len = 1;
	p->failed = p->data == NULL || p->slots == NULL;
	return !p->failed;
}

void pool_fini(struct pool *p)
{
	free(p->data);
	free(p->slots);
	*p = (struct pool){0};
}

static bool pool_rehash(struct pool *p)
{
	size_t count = p->slot_count * 2;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (slots == NULL)
		return false;
	for (size_t i = 0; i < p->slot_count; i++) {
		const char *text = p->data + p->slots[i];
		size_t at;

		if (p->slots[i] == 0)
			continue;
		at = hash_table_hash(text, strlen(text)) & (count - 1);
		while (slots[at] != 0)
			at = (at + 1) & (count - 1);
		slots[at] = p->slots[i];
	}
	free(p->slots);
	p->slots = slots;
	p->slot_count = count;
	return true;
}

static bool pool_room(struct pool *p, size_t len)
{
	size_t cap = p->cap;
	char *data;

	if (p->used * 2 >= p->slot_count && !pool_rehash(p))
		return false;
	if (UINT32_MAX - p->len <= len + 1)
		return false;
	while (cap - p->len < len + 1)
		cap += cap / 2;
	if (cap == p->cap)
		return true;
	data = realloc(p->data, cap);
	if (data == NULL)
		return false;
	p->data = data;
	p->cap = cap;
	return true;
}

uint32_t pool_add(struct pool *p, const char *text, size_t len)
{
	uint32_t offset;
	size_t at;

	len = strnlen(text, len);
	if (len == 0 || p->failed)
		return 0;
	if (!pool_room(p, len)) {
		p->failed = true;
		return 0;
	}
	at = hash_table_hash(text, len) & (p->slot_count - 1);
	for (; p->slots[at] != 0; at = (at + 1) & (p->slot_count - 1)) {
		const char *there = p->data + p->slots[at];

		if (strncmp(there, text, len) == 0 && there[len] == '\0')
			return p->slots[at];
	}
	offset = (uint32_t)p->len;
	memcpy(p->data + offset, text, len);
	p->data[offset + len] = '\0';
	p->len += len + 1;
	p->slots[at] = offset;
	p->used++;
	return offset;
}

uint32_t pool_text(struct pool *p, const char *text)
{
	return pool_add(p, text, strlen(text));
}

struct map_entry {
	uint64_t key;
	uint32_t value;
};

void map_fini(struct map *m)
{
	hash_table_fini(&m->entries);
	*m = (struct map){.failed = false};
}

uint32_t *map_put(struct map *m, uint64_t key, bool *fresh)
{
	size_t before = hash_table_count(&m->entries);
	struct map_entry *e;

	if (m->entries.key_size == 0)
		hash_table_init(&m->entries, sizeof(key), sizeof(*e));
	e = m->failed ? NULL : hash_table_take(&m->entries, &key);
	m->failed |= e == NULL;
	*fresh = hash_table_count(&m->entries) > before;
	return e != NULL ? &e->value : NULL;
}

uint32_t *map_get(const struct map *m, uint64_t key)
{
	struct map_entry *e = hash_table_find(&m->entries, &key);

	return e != NULL ? &e->value : NULL;
}

size_t map_count(const struct map *m)
{
	return hash_table_count(&m->entries);
}

uint32_t *map_next(const struct map *m, size_t *at, uint64_t *key)
{
	struct map_entry *e = hash_table_next(&m->entries, at);

	if (e == NULL)
		return NULL;
	*key = e->key;
	return &e->value;
}
