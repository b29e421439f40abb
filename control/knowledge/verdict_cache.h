/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_cache.h - a cache of verdict sets, so that each distinct identity is judged once.
 *
 * A digest of its encoded bytes is the key of an identity. One thread uses a cache.
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
 * The verdict set of @identity, which are @len bytes from record_encode_identity(). A new identity
 * is judged with @e. @list: the caller needs the verdicts themselves, not only their digest and
 * number. The set is valid until the next call. NULL: no memory, or the bytes are not an identity.
 */
const struct store_set *verdict_cache_get(struct verdict_cache *c, struct enricher *e,
                                          const uint8_t *identity, size_t len, bool list);

#endif
