/* SPDX-License-Identifier: Apache-2.0 */
/* doc_cache.c - documents that were rendered, until the database changes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "doc_cache.h"
#include "hash_table.h"

struct doc_cache {
	size_t places, bytes_most, bytes, hand;
	struct doc *list[];
};

struct doc *doc_new(struct bytes *body)
{
	struct doc *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->body = *body;
	*body = (struct bytes){0};
	d->references = 1;
	snprintf(d->etag, sizeof(d->etag), "\"%016" PRIx64 "\"",
	         (uint64_t)XXH3_64bits(d->body.data, d->body.len));
	return d;
}

void doc_drop(struct doc *d)
{
	if (d == NULL || --d->references > 0)
		return;
	if (d->response != NULL)
		d->drop(d->response);
	bytes_fini(&d->body);
	free(d);
}

struct doc_cache *doc_cache_new(size_t places, size_t bytes)
{
	struct doc_cache *c = calloc(1, sizeof(*c) + places * sizeof(struct doc *));

	if (c == NULL)
		return NULL;
	c->places = places;
	c->bytes_most = bytes;
	return c;
}

static void clear(struct doc_cache *c, size_t place)
{
	struct doc *d = c->list[place];

	if (d == NULL)
		return;
	c->bytes -= d->body.len;
	c->list[place] = NULL;
	doc_drop(d);
}

void doc_cache_free(struct doc_cache *c)
{
	for (size_t i = 0; c != NULL && i < c->places; i++)
		clear(c, i);
	free(c);
}

/* The first of the two places of a key. */
static size_t place_of(const struct doc_cache *c, const struct dp_addr *addr, uint32_t variant)
{
	return (hash_table_hash(addr->b, sizeof(addr->b)) ^ variant * 0x9e3779b9u) &
	       (c->places - 2);
}

static bool is_of(const struct doc *d, const struct dp_addr *addr, uint32_t variant)
{
	return d != NULL && d->variant == variant &&
	       memcmp(d->addr.b, addr->b, sizeof(addr->b)) == 0;
}

struct doc *doc_cache_get(struct doc_cache *c, const struct dp_addr *addr, uint32_t variant,
                          uint64_t commit, int64_t now_us)
{
	size_t place = place_of(c, addr, variant);
	struct doc *d;

	place += !is_of(c->list[place], addr, variant);
	d = c->list[place];
	if (!is_of(d, addr, variant))
		return NULL;
	if (d->commit != commit || d->until_us <= now_us) {
		clear(c, place);
		return NULL;
	}
	d->references++;
	return d;
}

void doc_cache_put(struct doc_cache *c, struct doc *d)
{
	size_t place = place_of(c, &d->addr, d->variant);

	if (d->body.len > c->bytes_most / 16)
		return;
	if (is_of(c->list[place + 1], &d->addr, d->variant)) {
		place++;
	} else if (c->list[place] != NULL && !is_of(c->list[place], &d->addr, d->variant)) {
		clear(c, place + 1);
		c->list[place + 1] = c->list[place];
		c->list[place] = NULL;
	}
	clear(c, place);
	/* Room is made in turn, whatever stands there. */
	for (size_t i = 0; i < c->places && c->bytes + d->body.len > c->bytes_most; i++) {
		clear(c, c->hand);
		c->hand = (c->hand + 1) & (c->places - 1);
	}
	d->references++;
	c->bytes += d->body.len;
	c->list[place] = d;
}
