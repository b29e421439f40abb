/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_cache.c - the set of verdicts that each distinct identity gets. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "bytes.h"
#include "verdict_cache.h"

enum { SLOTS_FIRST = 4096, LISTS_MAX = 256 << 20 };

/* Never changed once it is in a table. */
struct entry {
	uint64_t hash;
	uint8_t *identity;
	size_t len;
	struct store_set set;
	struct vd_verdict *list; /* NULL where there are none, or no room to keep them */
};

struct table {
	struct entry **slot; /* open addressing; a power of two */
	size_t slots, count;
};

struct verdict_cache {
	pthread_mutex_t lock; /* of the rest */
	struct table all;     /* owns the entries */
	size_t lists;         /* bytes of verdicts that are kept */
};

struct verdict_cache_view {
	struct verdict_cache *all;
	struct table known;
	struct record *record; /* to judge with */
	struct store_set set;  /* what was given last, where its list is not kept */
};

static struct entry **place(const struct table *t, uint64_t hash, const uint8_t *identity,
                            size_t len)
{
	size_t at = (size_t)hash & (t->slots - 1);

	for (; t->slot[at] != NULL; at = (at + 1) & (t->slots - 1))
		if (t->slot[at]->hash == hash && t->slot[at]->len == len &&
		    memcmp(t->slot[at]->identity, identity, len) == 0)
			break;
	return &t->slot[at];
}

static bool room(struct table *t)
{
	struct table more = {.slots = t->slots == 0 ? SLOTS_FIRST : t->slots * 2,
	                     .count = t->count};

	if (t->slots > 0 && t->count * 2 < t->slots)
		return true;
	more.slot = calloc(more.slots, sizeof(struct entry *));
	if (more.slot == NULL)
		return false;
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i] != NULL)
			*place(&more, t->slot[i]->hash, t->slot[i]->identity, t->slot[i]->len) =
				t->slot[i];
	free(t->slot);
	*t = more;
	return true;
}

static void entry_free(struct entry *a)
{
	if (a == NULL)
		return;
	free(a->identity);
	free(a->list);
	free(a);
}

struct verdict_cache *verdict_cache_new(void)
{
	struct verdict_cache *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	pthread_mutex_init(&a->lock, NULL);
	if (room(&a->all))
		return a;
	verdict_cache_free(a);
	return NULL;
}

void verdict_cache_free(struct verdict_cache *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->all.slots; i++)
		entry_free(a->all.slot[i]);
	free(a->all.slot);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

size_t verdict_cache_count(struct verdict_cache *a)
{
	return a->all.count;
}

struct verdict_cache_view *verdict_cache_view_new(struct verdict_cache *a)
{
	struct verdict_cache_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->all = a;
	v->record = record_new();
	if (v->record != NULL && room(&v->known))
		return v;
	verdict_cache_view_free(v);
	return NULL;
}

void verdict_cache_view_free(struct verdict_cache_view *v)
{
	if (v == NULL)
		return;
	record_free(v->record);
	free(v->known.slot);
	free(v);
}

/* Fill v->record's verdicts. */
static bool judge(struct verdict_cache_view *v, struct enricher *e, const uint8_t *identity,
                  size_t len)
{
	return record_decode_identity(identity, len, &v->record->identity) == 0 &&
	       enrich_judge(e, v->record) == 0;
}

static struct entry *learn(struct verdict_cache_view *v, struct enricher *e,
                           const uint8_t *identity, size_t len)
{
	struct entry *a = calloc(1, sizeof(*a));
	struct record *r = v->record;

	if (a == NULL)
		return NULL;
	a->identity = malloc(len + 1);
	if (a->identity == NULL || !judge(v, e, identity, len) ||
	    record_verdict_key(r->verdicts, r->verdict_count, a->set.digest) != 0) {
		entry_free(a);
		return NULL;
	}
	memcpy(a->identity, identity, len);
	a->len = len;
	a->hash = XXH3_64bits(identity, len);
	a->set.count = r->verdict_count;
	a->list = r->verdicts;
	a->set.list = a->list;
	r->verdicts = NULL;
	r->verdict_count = 0;
	return a;
}

/* Put @a where all see it, unless another thread was faster; returns the one that is there. NULL:
 * no memory. */
static struct entry *share(struct verdict_cache *all, struct entry *a)
{
	struct entry **slot, *there = NULL;
	size_t bytes = a->set.count * sizeof(*a->list);

	pthread_mutex_lock(&all->lock);
	slot = room(&all->all) ? place(&all->all, a->hash, a->identity, a->len) : NULL;
	if (slot != NULL && *slot == NULL) {
		if (all->lists + bytes > LISTS_MAX) {
			free(a->list);
			a->list = NULL;
			a->set.list = NULL;
		} else {
			all->lists += bytes;
		}
		all->all.count++;
		*slot = a;
	}
	if (slot != NULL)
		there = *slot;
	pthread_mutex_unlock(&all->lock);
	if (there != a)
		entry_free(a);
	return there;
}

static struct entry *find_or_learn(struct verdict_cache_view *v, struct enricher *e, uint64_t hash,
                                   const uint8_t *identity, size_t len)
{
	struct entry *a;

	pthread_mutex_lock(&v->all->lock);
	a = *place(&v->all->all, hash, identity, len);
	pthread_mutex_unlock(&v->all->lock);
	if (a != NULL)
		return a;
	a = learn(v, e, identity, len);
	return a != NULL ? share(v->all, a) : NULL;
}

/* The entry with its verdicts, which were not kept. */
static const struct store_set *again(struct verdict_cache_view *v, struct enricher *e,
                                     const struct entry *a)
{
	if (!judge(v, e, a->identity, a->len))
		return NULL;
	v->set = a->set;
	v->set.list = v->record->verdicts;
	return &v->set;
}

const struct store_set *verdict_cache_get(struct verdict_cache_view *v, struct enricher *e,
                                          const uint8_t *identity, size_t len, bool list)
{
	uint64_t hash = XXH3_64bits(identity, len);
	struct entry **mine = place(&v->known, hash, identity, len), *a = *mine;

	if (a == NULL) {
		a = find_or_learn(v, e, hash, identity, len);
		if (a == NULL || !room(&v->known))
			return NULL;
		*place(&v->known, hash, identity, len) = a;
		v->known.count++;
	}
	return list && a->list == NULL && a->set.count > 0 ? again(v, e, a) : &a->set;
}
