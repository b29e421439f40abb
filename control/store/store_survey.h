/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_survey.h - what newer knowledge means for every service: read side by side, nothing
 * written.
 *
 * For most services an update of the knowledge changes nothing, or only words in their verdicts
 * that no event and no finding hangs on (a probability, a range). The survey finds both without
 * taking a record apart: an identity's bytes are looked up, and the set of verdicts it gets is
 * compared with the one that the record names. What is only restated is changed where the set
 * stands, once for all services that share it. The rest is listed, to be written.
 */
#ifndef SONDE_STORE_SURVEY_H
#define SONDE_STORE_SURVEY_H

#include <pthread.h>

#include "store_db.h"

/* A service to be judged whole. */
struct survey_key {
	uint8_t key[KEY_SERVICE];
	bool grabbed;
	bool anew; /* its identity or exposures are others now */
};

/* A set of verdicts that says the same in other words for all that have it. */
struct survey_claim {
	uint8_t was[16], is[16]; /* its key; the digest of what it says now. All zero: free */
	uint8_t *identity;       /* of a service that has it; owned */
	size_t identity_len;
};

/* The services between two keys. */
struct survey_part {
	uint8_t from[KEY_SERVICE];
	struct survey_key *list; /* in order; owned */
	size_t count, cap;
};

struct survey {
	struct survey_part *parts;
	size_t part_count;
	struct survey_claim *claims; /* open addressing */
	size_t claim_slots, claim_count;
	struct store_used used; /* sets of services that are not listed */
	uint64_t services;
};

/* Look at all. 0 or LMDB's code or an errno value; store_survey_fini() in any case. */
int store_survey(struct store *s, int64_t now_us, const struct store_judge *judge,
                 struct survey *out);
void store_survey_fini(struct survey *v);

/* ---- pairs of sets (store_pairs.c): stored, and of today
 * ---------------------------------------------- */

enum store_outcome { STORE_UNKNOWN, STORE_SAME, STORE_RESTATED, STORE_CHANGED };

struct store_pair {
	uint8_t was[16], is[16];
	uint8_t outcome; /* enum store_outcome; STORE_UNKNOWN: free */
};

/* Of one thread: each pair is compared once. */
struct store_pairs {
	struct store *s;
	MDB_txn *txn;
	const struct store_judge *judge;
	void *worker;
	struct survey *survey; /* of all threads; @lock guards its claims */
	pthread_mutex_t *lock;
	struct store_pair *slot; /* open addressing; owned */
	size_t slots, count;
};

/* What comes of it that services of @identity have the stored set @was and get one of digest @is.
 */
int store_pairs_ask(struct store_pairs *t, const uint8_t was[16], const uint8_t is[16],
                    const struct record_body *identity, enum store_outcome *out);
void store_pairs_fini(struct store_pairs *t);

#endif
