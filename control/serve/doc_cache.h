/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc_cache.h - documents that were rendered, until the database changes.
 *
 * A document is valid as long as the number of the last commit is the one under which it was read,
 * and until an accepted finding in it expires. The table has a fixed number of places, each for one
 * key; two places are for those of one hash, and what comes third replaces one of them. The server's thread uses the
 * table; documents are counted and any thread may drop one.
 */
#ifndef SONDE_DOC_CACHE_H
#define SONDE_DOC_CACHE_H

#include <stdatomic.h>

#include "bytes.h"
#include "dp_types.h"

enum { DOC_ETAG = 20 };

struct doc {
	struct dp_addr addr;
	uint32_t variant; /* what else the answer depends on */
	uint64_t commit;  /* of the database, under which it was read */
	int64_t until_us; /* valid before then */
	struct bytes body;
	char etag[DOC_ETAG]; /* quoted */
	/* what the server made of it; @drop ends it. Written by the server's thread. */
	void *response;
	void (*drop)(void *response);
	_Atomic unsigned references;
};

/* A document with one reference, which takes the memory of *@body over; NULL: no memory. */
struct doc *doc_new(struct bytes *body);
void doc_drop(struct doc *d); /* NULL is fine */

struct doc_cache;

/* A cache of @places places (a power of two) and at most @bytes bytes; NULL: no memory. */
struct doc_cache *doc_cache_new(size_t places, size_t bytes);
void doc_cache_free(struct doc_cache *c); /* NULL is fine */

/* The valid document of @addr and @variant, with a reference for the caller; NULL: there is none. */
struct doc *doc_cache_get(struct doc_cache *c, const struct dp_addr *addr, uint32_t variant,
                          uint64_t commit, int64_t now_us);
/* Keep @d, with a reference of its own. */
void doc_cache_put(struct doc_cache *c, struct doc *d);

#endif
