/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enrich_cache.h - what was found for services that said the same (vd_key.h), and the verdicts of
 * identities.
 *
 * Bounded: a newer entry takes the place of an older one. One thread uses a cache; the sets of verdicts
 * that it hands out may be held and dropped by any.
 */
#ifndef SONDE_ENRICH_CACHE_H
#define SONDE_ENRICH_CACHE_H

#include "record.h"
#include "vd_key.h"

struct enrich_cache;

/* What decides identity and exposures of a service at a moment; without padding. */
struct enrich_place {
	uint8_t key[VD_KEY_LEN];
	int64_t minute; /* exposures depend on the date */
	uint32_t transport, port;
};

/* @db must outlive it. NULL: no memory. */
struct enrich_cache *enrich_cache_new(const struct vulndb *db);
void enrich_cache_free(struct enrich_cache *c); /* NULL is fine */

/* Find the place of @r, by its facts, port and transport. 0 or -ENOMEM. */
int enrich_cache_place(struct enrich_cache *c, const struct record *r, int64_t now_us,
                       struct enrich_place *out);
/* Give @r the identity, exposures and verdicts that are kept at @place. False: none are. */
bool enrich_cache_get(struct enrich_cache *c, const struct enrich_place *place, struct record *r);
/* Keep those of @r there. Without memory nothing is kept. */
void enrich_cache_put(struct enrich_cache *c, const struct enrich_place *place,
                      const struct record *r);

/* The verdicts of @id, owned by the cache; valid until the next call. NULL: they are not known. */
struct record_set *enrich_cache_verdicts(struct enrich_cache *c, const struct vd_identity *id);
/* Keep the verdicts of @r for its identity; @r shares them from then on. Without memory it keeps its
 * own. */
void enrich_cache_judged(struct enrich_cache *c, struct record *r);

#endif
