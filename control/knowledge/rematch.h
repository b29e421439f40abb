/* SPDX-License-Identifier: Apache-2.0 */
/* rematch.h - newer knowledge over a whole database. */
#ifndef SONDE_REMATCH_H
#define SONDE_REMATCH_H

#include "store.h"

struct rematch_result {
	uint64_t services;   /* looked at */
	uint64_t identities; /* distinct ones, each judged once */
	uint64_t differing;  /* services for which the knowledge says something else now */
	/* sets of verdicts that say the same in other words: of a probability, a range */
	uint64_t restated;
};

/* What judgements by @db hang on, for store_stamp(); its weights are @db's. */
void rematch_stamp(const struct vulndb *db, struct store_stamp *out);

/*
 * Judge every open service of @s again by @db: identity, verdicts, exposures, score. The log says
 * what was added and resolved, cause "db"; verdicts that stay keep since when they are known.
 * @progress as in struct vulndb_sources, NULL: none. Writer. 0 or -errno.
 */
int rematch(struct store *s, const struct vulndb *db, int64_t now_us,
            void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total),
            struct rematch_result *out);

#endif
