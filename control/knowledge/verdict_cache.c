/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_cache.c - judges each distinct identity once and keeps its verdict set. */
#include "verdict_cache.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "hash_table.h"

enum { LISTS_MAX = 256 << 20 }; /* at most so many bytes of verdicts are kept */

struct entry {
	XXH128_hash_t identity; /* digest of its encoded bytes */
	struct store_set set;   /* list: owned; NULL if the set is empty or LISTS_MAX is reached */
	bool known;
};

struct verdict_cache {
	struct hash_table entries;
	size_t lists;          /* bytes of verdicts that are kept */
	struct record *record; /* for judging; holds the last verdicts, unless they are kept */
	struct store_set last; /* the set of these verdicts, for a caller that wants the list */
};

struct verdict_cache *verdict_cache_new(void)
{
	struct verdict_cache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	hash_table_init(&c->entries, sizeof(XXH128_hash_t), sizeof(struct entry));
	c->record = record_new();
	if (c->record != NULL)
		return c;
	verdict_cache_free(c);
	return NULL;
}

void verdict_cache_free(struct verdict_cache *c)
{
	struct entry *e;
	size_t at = 0;

	if (c == NULL)
		return;
	while ((e = hash_table_next(&c->entries, &at)) != NULL)
		free((void *)(uintptr_t)e->set.list);
	hash_table_fini(&c->entries);
	record_free(c->record);
	free(c);
}

size_t verdict_cache_count(const struct verdict_cache *c)
{
	return hash_table_count(&c->entries);
}

/* Judge @identity: the verdicts go to the cache's record. */
static bool fill_verdicts(struct verdict_cache *c, struct enricher *e, const uint8_t *identity,
                          size_t len)
{
	return record_decode_identity(identity, len, &c->record->identity) == 0 &&
	       enrich_judge(e, c->record) == 0;
}

/* Fill @entry with the set of the record's verdicts, and move the verdicts there if there is
 * room. */
static bool learn(struct verdict_cache *c, struct entry *entry)
{
	struct record *r = c->record;
	size_t bytes = r->verdict_count * sizeof(*r->verdicts);
	const struct record_verdicts v = {r->verdicts, r->verdict_count, r->candidates};

	if (record_verdict_key(&v, entry->set.digest) != 0)
		return false;
	entry->set.count = v.count;
	entry->set.candidates = v.candidates;
	entry->known = true;
	if (c->lists + bytes > LISTS_MAX)
		return true;
	c->lists += bytes;
	entry->set.list = r->verdicts;
	r->verdicts = NULL;
	r->verdict_count = 0;
	return true;
}

const struct store_set *verdict_cache_get(struct verdict_cache *c, struct enricher *e,
                                          const uint8_t *identity, size_t len, bool list)
{
	XXH128_hash_t key = XXH3_128bits(identity, len);
	struct entry *entry = hash_table_take(&c->entries, &key);
	bool wanted = entry != NULL &&
	              (!entry->known || (list && entry->set.list == NULL && entry->set.count > 0));

	if (entry == NULL || (wanted && !fill_verdicts(c, e, identity, len)))
		return NULL;
	if (!entry->known && !learn(c, entry))
		return NULL;
	if (!list || entry->set.list != NULL || entry->set.count == 0)
		return &entry->set;
	c->last = entry->set;
	c->last.list = c->record->verdicts;
	return &c->last;
}
