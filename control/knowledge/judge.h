/* SPDX-License-Identifier: Apache-2.0 */
/* judge.h - the knowledge as the store asks it: who services are, and what verdicts they get. */
#ifndef SONDE_JUDGE_H
#define SONDE_JUDGE_H

#include "store.h"

struct judge;

/*
 * Make a judge by @db, which must outlive it. Exposures that depend on the date are those of @now_us;
 * 0: those of the time at which the scan saw the service. One thread at a time uses it. 0 or -ENOMEM.
 */
int judge_new(const struct vulndb *db, int64_t now_us, struct judge **out);
void judge_free(struct judge *j); /* NULL is fine */
/* How the store asks it; valid as long as @j. @progress is as in struct vulndb_sources; NULL: none. */
struct store_judge judge_source(struct judge *j, void (*progress)(void *arg, const char *what,
                                                                  uint64_t done, uint64_t total));
size_t judge_count(const struct judge *j); /* distinct identities that were judged */

#endif
