/* SPDX-License-Identifier: Apache-2.0 */
/* match.h - the working memory of a match: a cache of answers to earlier identities, and lists. */
#ifndef SONDE_VULNDB_MATCH_H
#define SONDE_VULNDB_MATCH_H

#include "vulndb.h"

struct match_scratch;

struct match_scratch *match_scratch_new(void);    /* NULL: no memory */
void match_scratch_free(struct match_scratch *m); /* NULL is fine */
/* Empty the cache; @always: do not use it from then on. For measurements. */
void match_scratch_forget(struct match_scratch *m, bool always);

#endif
