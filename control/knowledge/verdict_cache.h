/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_cache.h - the set of verdicts that each distinct identity gets: judged once, asked by
 * several threads.
 *
 * Identities are told apart by their encoded bytes. What is shared is behind a lock; each thread
 * has a view of it that remembers where its entries are, so that the lock is taken once a thread
 * and identity.
 */
#ifndef SONDE_VERDICT_CACHE_H
#define SONDE_VERDICT_CACHE_H

#include "enrich.h"
#include "store.h"

struct verdict_cache;
struct verdict_cache_view;

struct verdict_cache *verdict_cache_new(void);       /* NULL: no memory */
void verdict_cache_free(struct verdict_cache *a);    /* after its views; NULL is fine */
size_t verdict_cache_count(struct verdict_cache *a); /* distinct identities */

/* of one thread; NULL: no memory */
struct verdict_cache_view *verdict_cache_view_new(struct verdict_cache *a);
void verdict_cache_view_free(struct verdict_cache_view *v); /* NULL is fine */

/*
 * The set of an identity of record_encode_identity(); judged with @e where it is new. @list: with
 * the verdicts, which hold until the view's next call. NULL: no memory, or no identity.
 */
const struct store_set *verdict_cache_get(struct verdict_cache_view *v, struct enricher *e,
                                          const uint8_t *identity, size_t len, bool list);

#endif
