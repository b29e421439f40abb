/* SPDX-License-Identifier: Apache-2.0 */
/* rematch.h - judges all services of a database by newer knowledge. */
#ifndef SONDE_REMATCH_H
#define SONDE_REMATCH_H

#include "store.h"

struct rematch_result {
	uint64_t services;   /* that were examined */
	uint64_t identities; /* distinct ones, each judged once */
	uint64_t differing;  /* services that @db judges differently from what was stored */
	/* verdict sets in which only texts and figures changed, such as a range or a probability */
	uint64_t restated;
};

/* Write what the judgements by @db depend on to @out, for store_stamp(). @db owns out->model. */
void rematch_stamp(const struct vulndb *db, struct store_stamp *out);

/*
 * Judge every open service of @s again by @db: identity, what its host tells of it, verdicts,
 * exposures, score. The change log gets an entry with cause "db" for each finding that was added or
 * resolved, or "host" where the host tells something else than before. A verdict that stays
 * keeps the time since when it is known. @progress is as in struct vulndb_sources; NULL: none. @s
 * must be open for writing. Blocks until the pass is done. 0 or -errno.
 */
int rematch(struct store *s, const struct vulndb *db, int64_t now_us,
            void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total),
            struct rematch_result *out);

#endif
