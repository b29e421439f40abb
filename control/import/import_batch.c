/* SPDX-License-Identifier: Apache-2.0 */
/* import_batch.c - joins the answers of each service. */
#include "import_batch.h"

#include <stdlib.h>
#include <string.h>

#include "dp_addr.h"

struct entry {
	uint8_t key[20]; /* address, transport, port */
	uint32_t at;
};

static void make_key(uint8_t key[20], const struct record *r)
{
	memset(key, 0, 20);
	memcpy(key, r->addr.b, 16);
	key[16] = r->transport;
	key[17] = (uint8_t)(r->port >> 8);
	key[18] = (uint8_t)r->port;
}

void import_batch_init(struct import_batch *b)
{
	memset(b, 0, sizeof(*b));
	hash_table_init(&b->index, 20, sizeof(struct entry));
}

void import_batch_fini(struct import_batch *b)
{
	for (size_t i = 0; i < b->made; i++)
		record_free(b->list[i]);
	hash_table_fini(&b->index);
}

void import_batch_clear(struct import_batch *b)
{
	hash_table_fini(&b->index);
	hash_table_init(&b->index, 20, sizeof(struct entry));
	b->count = b->bytes = b->news_count = b->sighting_count = 0;
	b->failed = false;
}

bool import_batch_is_full(const struct import_batch *b)
{
	return b->count == IMPORT_BATCH || b->bytes >= IMPORT_BATCH_BYTES || b->failed;
}

static size_t bytes_of(const struct record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < vd_facts_count(r->facts); i++)
		n += vd_facts_at(r->facts, i)->len;
	return n;
}

void import_batch_add_facts(struct record *r, const struct record *from)
{
	size_t had = vd_facts_count(r->facts);

	for (size_t i = 0; from->facts != NULL && i < vd_facts_count(from->facts); i++) {
		const struct vd_fact *f = vd_facts_at(from->facts, i);
		bool known = false;

		for (size_t k = 0; k < had && !known; k++)
			known = strcmp(vd_facts_at(r->facts, k)->name, f->name) == 0;
		if (!known)
			vd_facts_add(r->facts, f->name, f->value, f->len);
	}
}

/* What a file says of a service, without what record_new() allocated. */
static void copy(struct record *to, const struct record *from)
{
	record_clear(to);
	to->addr = from->addr;
	to->port = from->port;
	to->transport = from->transport;
	to->state = from->state;
	to->grabbed = from->grabbed;
	to->truncated = from->truncated;
	to->ask = from->ask;
	to->reply = from->reply;
	to->seen_us = from->seen_us;
	to->first_seen_us = from->first_seen_us;
	import_batch_add_facts(to, from);
}

static void join(struct record *to, const struct record *r)
{
	int64_t apart = r->seen_us - to->seen_us;

	if (apart > IMPORT_APART_S * INT64_C(1000000) || to->state != r->state) {
		if (apart >= 0)
			copy(to, r);
		return;
	}
	if (apart < -IMPORT_APART_S * INT64_C(1000000))
		return;
	if (r->grabbed) {
		import_batch_add_facts(to, r);
		to->grabbed = true;
		to->ask = r->ask;
		to->truncated |= r->truncated;
	}
	if (apart > 0)
		to->seen_us = r->seen_us;
	if (to->reply.ttl == 0)
		to->reply = r->reply;
}

void import_batch_add(struct import_batch *b, const struct record *r)
{
	struct entry *e;
	uint8_t key[20];

	make_key(key, r);
	e = hash_table_find(&b->index, key);
	if (e != NULL) {
		join(b->list[e->at], r);
		b->bytes += bytes_of(r);
		return;
	}
	if (b->count == b->made) {
		b->list[b->made] = record_new();
		b->made += b->list[b->made] != NULL;
	}
	e = b->count < b->made ? hash_table_take(&b->index, key) : NULL;
	if (e == NULL) {
		b->failed = true;
		return;
	}
	e->at = (uint32_t)b->count;
	copy(b->list[b->count++], r);
	b->bytes += bytes_of(r);
}

static int by_service(const void *x, const void *y)
{
	const struct record *a = *(struct record *const *)x, *b = *(struct record *const *)y;
	uint8_t left[20], right[20];

	make_key(left, a);
	make_key(right, b);
	return memcmp(left, right, sizeof(left));
}

void import_batch_sort(struct import_batch *b)
{
	if (b->count > 1)
		qsort(b->list, b->count, sizeof(b->list[0]), by_service);
}
