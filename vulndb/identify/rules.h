/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - uses a compiled rule set (rule_set.h): from facts to an identity.
 *
 *   blob --rules_open--> struct rules --rules_identify(facts)--> identity
 */
#ifndef VULNDB_RULES_H
#define VULNDB_RULES_H

#include "vulndb.h"

/* An open blob. Read-only, except for caches that fill themselves: any number of threads. */
struct rules;
/* One thread's working memory for one struct rules. */
struct rules_scratch;

/*
 * Open a blob in place: it must be aligned to 8 bytes and stay until rules_close(). All of it is
 * checked here, once. Patterns are compiled and databases are made at their first use, so opening
 * takes well under a millisecond. 0, -EINVAL (not a rule blob of this version, or broken; @err),
 * -ENOMEM.
 */
int rules_open(const void *blob, size_t len, struct rules **out, struct error *err);
void rules_close(struct rules *rules);                              /* NULL is fine */
struct rules_scratch *rules_scratch_new(const struct rules *rules); /* NULL: no memory */
void rules_scratch_free(struct rules_scratch *scratch);

/* How many rules the blob has. Pure. */
size_t rules_count(const struct rules *rules);
size_t rules_products(const struct rules *rules); /* distinct vendor and product */
bool rules_hyperscan(const struct rules *rules);  /* databases are there and in use */
/* How often a pattern was stopped by its match limit since the blob was opened. */
uint64_t rules_limit_hits(const struct rules *rules);

/* Does the work of vulndb_identify(), with the same contract. */
int rules_identify(const struct rules *rules, struct rules_scratch *scratch,
                   const struct vd_facts *facts, struct vd_identity *out);

#endif
