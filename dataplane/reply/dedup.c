/* SPDX-License-Identifier: Apache-2.0 */
/* dedup.c - a hash table that forgets its keys in the order of their arrival. */
#include "dedup.h"

#include <string.h>

#include "cookie.h"

enum { DEDUP_MIN = 16, DEDUP_MAX = 1 << 28 };

size_t dedup_size(uint64_t capacity)
{
	if (capacity < DEDUP_MIN || capacity > DEDUP_MAX || (capacity & (capacity - 1)) != 0)
		return 0;
	return 3 * capacity * sizeof(uint64_t);
}

void dedup_init(struct dedup *d, void *mem, uint64_t capacity, const uint8_t secret[16])
{
	const uint32_t msg[4] = {0, 0, 0, 0xdedb0000};
	struct cookie_key k;
	uint32_t tag[4];

	cookie_key_init(&k, secret);
	cookie_tag(&k, msg, 4, tag);
	*d = (struct dedup){
		.slot = mem,
		.ring = (uint64_t *)mem + 2 * capacity,
		.mask = 2 * capacity - 1,
		.capacity = capacity,
		.salt = (((uint64_t)tag[0] << 32) | tag[1]) | 1,
	};
	memset(mem, 0, dedup_size(capacity));
}

/* A keyed multiplication: without the salt nobody can choose keys that fall into one slot. */
static uint64_t spread(const struct dedup *d, uint64_t key)
{
	uint64_t h = (key ^ d->salt) * 0x9e3779b97f4a7c15u;

	h ^= h >> 32;
	return (h * d->salt) >> 20;
}

static uint64_t load64(const uint8_t *b)
{
	uint64_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

static uint64_t fold(const struct dedup *d, uint64_t h, uint64_t v)
{
	h = (h ^ v ^ d->salt) * 0xd6e8feb86659fd93u;
	h ^= h >> 32;
	return h * d->salt;
}

uint64_t dedup_key(const struct dedup *d, const struct dp_result *r)
{
	/* 16 bits of port, 8 of transport, 3 of reply, 5 of pass; never 0: reply is at least 1. */
	uint32_t what = r->port | ((uint32_t)r->transport << 16) |
	                ((uint32_t)(r->reply & 7) << 24) | ((uint32_t)(r->pass & 31) << 27);
	uint64_t h;
	uint32_t v4;

	if (load64(r->addr.b) == 0 && memcmp(r->addr.b + 8, "\0\0\xff\xff", 4) == 0) {
		memcpy(&v4, r->addr.b + 12, sizeof(v4));
		return ((uint64_t)v4 << 32) | what;
	}
	h = fold(d, load64(r->addr.b), load64(r->addr.b + 8));
	h = fold(d, h ^ (h >> 29), what);
	return h != 0 ? h : 1;
}

void dedup_prefetch(const struct dedup *d, uint64_t key)
{
	__builtin_prefetch(&d->slot[spread(d, key) & d->mask], 1);
}

static uint64_t find(const struct dedup *d, uint64_t key)
{
	uint64_t i = spread(d, key) & d->mask;

	while (d->slot[i] != 0 && d->slot[i] != key)
		i = (i + 1) & d->mask;
	return i;
}

/* Free the slot @hole. Moves later keys of the run back, so that each stays reachable from its home
 * slot. */
static void erase(struct dedup *d, uint64_t hole)
{
	uint64_t i = hole;

	for (;;) {
		uint64_t home;

		i = (i + 1) & d->mask;
		if (d->slot[i] == 0)
			break;
		home = spread(d, d->slot[i]) & d->mask;
		if (((i - home) & d->mask) < ((i - hole) & d->mask))
			continue;
		d->slot[hole] = d->slot[i];
		hole = i;
	}
	d->slot[hole] = 0;
}

bool dedup_add(struct dedup *d, uint64_t key)
{
	uint64_t i = find(d, key);

	if (d->slot[i] == key)
		return false;
	d->slot[i] = key;
	if (d->held == d->capacity)
		erase(d, find(d, d->ring[d->next]));
	else
		d->held++;
	d->ring[d->next] = key;
	d->next = (d->next + 1) & (d->capacity - 1);
	return true;
}
