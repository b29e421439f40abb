/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_batch.h - services of a file until they are written: one record for each, of which the
 * answers are joined.
 */
#ifndef SONDE_IMPORT_BATCH_H
#define SONDE_IMPORT_BATCH_H

#include "hash_table.h"
#include "record.h"

enum {
	IMPORT_BATCH = 4096,
	IMPORT_BATCH_BYTES = 32 << 20,
	/* Answers that are farther apart are two observations, of which the later one counts. */
	IMPORT_APART_S = 3600,
};

struct import_batch {
	struct record *list[IMPORT_BATCH]; /* owned; kept for the next batch */
	size_t count, made;
	struct hash_table index; /* by service */
	size_t bytes;            /* of facts */
	bool failed;             /* no memory */
	/* for the owner, which fills them from @list */
	struct record *news[IMPORT_BATCH];
	struct record_sighting sightings[IMPORT_BATCH];
	size_t news_count, sighting_count;
};

void import_batch_init(struct import_batch *b);
void import_batch_fini(struct import_batch *b);
void import_batch_clear(struct import_batch *b);
bool import_batch_is_full(const struct import_batch *b);
/* Add a copy of @r, or join it with the record of the same service. */
void import_batch_add(struct import_batch *b, const struct record *r);
/* Sort @list by address, transport and port. The next call may only be import_batch_clear(). */
void import_batch_sort(struct import_batch *b);

/* Add to @r the facts of @from whose names it has not. */
void import_batch_add_facts(struct record *r, const struct record *from);

#endif
