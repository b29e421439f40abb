/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - memory that grows while a file is built. */
#include "pool.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

uint64_t pool_hash(const void *data, size_t len)
{
	return XXH3_64bits(data, len);
}

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
		at = pool_hash(text, strlen(text)) & (count - 1);
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
	at = pool_hash(text, len) & (p->slot_count - 1);
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

static size_t map_slot(const struct map *m, uint64_t key)
{
	size_t at = pool_hash(&key, sizeof(key)) & (m->slot_count - 1);

	while (m->keys[at] != 0 && m->keys[at] != key)
		at = (at + 1) & (m->slot_count - 1);
	return at;
}

static bool map_grow(struct map *m)
{
	struct map bigger = {.slot_count = m->slot_count > 0 ? m->slot_count * 2 : 1 << 12};

	bigger.keys = calloc(bigger.slot_count, sizeof(*bigger.keys));
	bigger.values = calloc(bigger.slot_count, sizeof(*bigger.values));
	if (bigger.keys == NULL || bigger.values == NULL) {
		map_fini(&bigger);
		m->failed = true;
		return false;
	}
	for (size_t i = 0; i < m->slot_count; i++) {
		size_t at;

		if (m->keys[i] == 0)
			continue;
		at = map_slot(&bigger, m->keys[i]);
		bigger.keys[at] = m->keys[i];
		bigger.values[at] = m->values[i];
	}
	bigger.used = m->used;
	map_fini(m);
	*m = bigger;
	return true;
}

void map_fini(struct map *m)
{
	free(m->keys);
	free(m->values);
	*m = (struct map){0};
}

uint32_t *map_put(struct map *m, uint64_t key, bool *fresh)
{
	size_t at;

	if (m->failed || (m->used * 2 >= m->slot_count && !map_grow(m)))
		return NULL;
	at = map_slot(m, key);
	*fresh = m->keys[at] == 0;
	if (*fresh) {
		m->keys[at] = key;
		m->used++;
	}
	return &m->values[at];
}

uint32_t *map_get(const struct map *m, uint64_t key)
{
	size_t at;

	if (m->slot_count == 0)
		return NULL;
	at = map_slot(m, key);
	return m->keys[at] == key ? &m->values[at] : NULL;
}
