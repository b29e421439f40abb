/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_cache.h - the set of verdicts that each distinct identity gets, judged once.
 *
 * Identities are told apart by a digest of their encoded bytes. One thread uses a cache.
 */
#ifndef SONDE_VERDICT_CACHE_H
#define SONDE_VERDICT_CACHE_H

#include "enrich.h"
#include "store.h"

struct verdict_cache;

struct verdict_cache *verdict_cache_new(void);             /* NULL: no memory */
void verdict_cache_free(struct verdict_cache *c);          /* NULL is fine */
size_t verdict_cache_count(const struct verdict_cache *c); /* distinct identities */

/*
 * The set of an identity of record_encode_identity(); judged with @e where it is new. @list: with
 * the verdicts. All holds until the next call. NULL: no memory, or no identity.
 */
const struct store_set *verdict_cache_get(struct verdict_cache *c, struct enricher *e,
                                          const uint8_t *identity, size_t len, bool list);

#endif
