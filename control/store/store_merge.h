/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_merge.h - the work on one host inside a transaction: begin, its services, end.
 *
 * A merge lives as long as the transaction. All functions return LMDB's codes or errno values.
 */
#ifndef SONDE_STORE_MERGE_H
#define SONDE_STORE_MERGE_H

#include "store_db.h"

struct store_merge {
	struct store *s;
	MDB_txn *txn;
	const char *scan;
	const char *cause;                      /* "scan", "db" */
	int64_t now_us;                         /* of the events */
	uint64_t seq;                           /* of the next change that is written */
	struct bytes log;                       /* changes to be written: u32 length, bytes */
	MDB_cursor *services, *hosts, *changes; /* where the last ones were: batches are sorted */
	bool any_accept;                        /* an accepted finding exists */
	struct bytes scratch;
	struct record *old; /* the service at hand as it was */
	/* a sighting as a record: nothing but the header is ever filled */
	struct record *seen;
	struct record_meta meta;
	int64_t *first_seen; /* owned: of the verdicts of the service at hand */
	/* of the host at hand */
	struct dp_addr addr;
	bool known; /* it has a summary, or will have one */
	bool judged_before;
	bool touched;                       /* the summary is to be written */
	bool rejudge;                       /* and the score to be computed from all services */
	uint8_t value_before, level_before; /* of the score */
	struct store_summary summary;
	struct store_accept *accepts;
	size_t accept_count;
};

/*
 * Begin to merge within @txn; the caller sets @scan, @cause and @now_us. Then for each host begin, any
 * of the functions below, end; last flush and fini, fini also after an error. 0, LMDB's code or an
 * errno value, as of all functions here.
 */
int store_merge_init(struct store_merge *m, struct store *s, MDB_txn *txn);
/* Write what is still to be written, once all hosts are done. */
int store_merge_flush(struct store_merge *m);
void store_merge_fini(struct store_merge *m);

/* Read what is known of the host at @addr; at the end write its summary and score. */
int store_merge_begin(struct store_merge *m, const struct dp_addr *addr);
int store_merge_end(struct store_merge *m); /* summary and score */

/* A port that answered. */
int store_merge_sighting(struct store_merge *m, const struct record_sighting *in);
/* A sighting with an identity. */
int store_merge_record(struct store_merge *m, const struct record *in);
/* The host answers on every port, or does not. */
void store_merge_flag(struct store_merge *m, bool middlebox);
/* The service of @key was covered and not seen. */
int store_merge_miss(struct store_merge *m, const uint8_t key[KEY_SERVICE], uint64_t scan_hash);
/* Weigh the findings of the service of @key anew. */
int store_merge_reweigh(struct store_merge *m, const uint8_t key[KEY_SERVICE]);

/* ---- between the files of the merge ---------------------------------------------------------- */

/* Append to the log; @r NULL = about the host. @e names type, ref, before and after; the rest is
 * filled in. */
int store_merge_event(struct store_merge *m, const struct record *r, struct store_event e);
/* @n takes over what @in learned; the pointers stay @in's. */
void store_merge_take(struct record *n, const struct record *in);
int store_merge_identity(struct store_merge *m, struct record *n, struct record_meta *meta);
int store_merge_write(struct store_merge *m, const struct record *r, struct record_meta *meta);
/* The same where @meta names the set of verdicts, which is there. */
int store_merge_write_as(struct store_merge *m, const struct record *r,
                         const struct record_meta *meta);
/* Put what m->scratch holds as the encoding of @r. */
int store_merge_put(struct store_merge *m, const struct record *r);
/* The host was seen as well. */
void store_merge_note(struct store_merge *m, const struct record *n);
/* The port answers: what that means for state, times and log; @n is what the record becomes. m->old
 * is read only where it @existed. */
int store_merge_open(struct store_merge *m, bool existed, struct record *n);

/* store_merge_findings.c: compare the verdicts of @n with those of m->old, log, set when each was first
 * seen. */
int store_merge_verdicts(struct store_merge *m, struct record *n);
/* Fill the findings of @n that count for the host's score. */
void store_merge_findings(struct store_merge *m, const struct record *n, struct record_meta *meta);

#endif
