/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.h - the set of verdicts that each distinct identity gets: judged once, asked by several
 * threads.
 *
 * Identities are told apart by their encoded bytes. What is shared is behind a lock; each thread
 * has a view of it that remembers where its answers are, so that the lock is taken once a thread
 * and identity.
 */
#ifndef SONDE_ANSWERS_H
#define SONDE_ANSWERS_H

#include "enrich.h"
#include "store.h"

struct answers;
struct answers_view;

struct answers *answers_new(void);	 /* NULL: no memory */
void answers_free(struct answers *a);	 /* after its views; NULL is fine */
size_t answers_count(struct answers *a); /* distinct identities */

struct answers_view *answers_view_new(struct answers *a); /* of one thread; NULL: no memory */
void answers_view_free(struct answers_view *v);		  /* NULL is fine */

/*
 * The set of an identity of record_encode_identity(); judged with @e where it is new. @list: with
 * the verdicts, which hold until the view's next call. NULL: no memory, or no identity.
 */
const struct store_set *answers_get(struct answers_view *v, struct enricher *e,
				    const uint8_t *identity, size_t len, bool list);

#endif
