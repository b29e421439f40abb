/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_merge.h - merges what a scan saw into the database, host by host, inside a transaction.
 *
 * A merge lives as long as the transaction. All functions return 0, LMDB's codes or errno values.
 */
#ifndef SONDE_STORE_MERGE_H
#define SONDE_STORE_MERGE_H

#include "store_db.h"

struct store_merge {
	struct store *s;
	MDB_txn *txn;
	const char *scan;
	const char *cause;                      /* "scan", "db", "accept", "host" */
	const char *ref;                        /* of changes of the level */
	int64_t now_us;                         /* of the events */
	struct store_log_end end;               /* of the log, as written; the time: as encoded */
	struct bytes log;                       /* unwritten changes, each: u32 length, bytes */
	MDB_cursor *services, *hosts, *changes; /* kept: batches are sorted, the next key is near */
	struct hash_table sets;                 /* of verdicts, that the transaction has put */
	struct vd_verdict *doubted_list;        /* owned; of the record that is being merged */
	bool any_accept;                        /* the database has an accepted finding */
	struct bytes scratch;
	struct record *old; /* the current service as stored */
	/* a sighting in the form of a record; only the members of the header are ever set */
	struct record *seen;
	struct record_meta meta;
	int64_t *first_seen; /* owned; when each verdict of the current service was first seen */
	/* the current host */
	struct dp_addr addr;
	bool known;    /* it has a summary, or will have one */
	bool fresh;    /* the current scan is the first that sees it: its findings are summed up */
	bool openings; /* some of its services may be unlogged */
	bool touched;  /* the summary must be written */
	bool doubted;  /* it turned out to be a honeypot: its stored verdicts are in doubt */
	bool opened;   /* the service that was merged last did not count before */
	bool rejudge;  /* the score must be computed from all services */
	struct store_unsettled before; /* as it was when the merge of the host began */
	struct store_summary summary;
	struct store_hints *hints; /* owned; NULL until services are judged by their hosts */
	struct store_accept *accepts;
	size_t accept_count;
};

/*
 * Begin a merge within @txn; the caller then sets @scan, @cause and @now_us. For each host it calls
 * store_merge_begin(), any of the functions below, and store_merge_end(). It finishes with
 * store_merge_flush() and store_merge_fini(), the latter also after an error.
 */
int store_merge_init(struct store_merge *m, struct store *s, MDB_txn *txn);
/* Write the changes that are still in memory. The caller does so after the last host. */
int store_merge_flush(struct store_merge *m);
void store_merge_fini(struct store_merge *m);

/*
 * Read the summary and the accepted findings of the host @addr. The end computes its score if
 * services changed, and writes its summary. Changes of the host as a whole are logged when it is
 * settled: in a scan by store_settle(), otherwise by the end of the merge.
 */
int store_merge_begin(struct store_merge *m, const struct dp_addr *addr);
int store_merge_end(struct store_merge *m);

/* Merge a reply without a grab. */
int store_merge_sighting(struct store_merge *m, const struct record_sighting *in);
/* Merge a record. */
int store_merge_record(struct store_merge *m, const struct record *in);
/* store_honeypot.c: note whether the facts of @n show that the host is a honeypot, or no longer do. If it
 * is one, the verdicts of @n are changed to possible. */
void store_merge_honeypot(struct store_merge *m, struct record *n);
/* Give the verdicts that store_merge_honeypot() has changed to @in, the record of the batch, which shared
 * others. */
void store_merge_take_doubted(struct store_merge *m, const struct record *in);
/* As store_verdict_put(), but a set that records share is put once in a transaction. 0, LMDB's code or an
 * errno value. */
int store_verdict_put_once(struct store_merge *m, const struct record *r, uint8_t key[16]);
/* Change the verdicts of a service to what they are on a honeypot: possible at most. */
void store_merge_doubt_record(struct record *r);
/* Merge the verdicts in @set into the service @n of a honeypot, changed so, and write it. 0, LMDB's code or
 * an errno value. */
int store_merge_put_doubted(struct store_merge *m, struct record *n, const struct store_set *set);
/* Change the verdicts of all services of the host so. */
int store_merge_doubt(struct store_merge *m);
/* Mark whether the host answers on every port; does nothing if the host is unknown. */
void store_merge_flag(struct store_merge *m, bool middlebox);
/* Count a miss of the service of @key, once for each @scan_hash: it is missing then, and closes if it
 * counts no more (record_is_up()). */
int store_merge_miss(struct store_merge *m, const uint8_t key[KEY_SERVICE], uint64_t scan_hash);
/* Compute the findings of the service of @key again, if it is open. */
int store_merge_reweigh(struct store_merge *m, const uint8_t key[KEY_SERVICE]);

/* ---- between the files of the merge ---------------------------------------------------------- */

/* Append an event to the log; @r NULL = an event of the host. The caller sets type, ref, before and
 * after of @e; the function sets the other members. */
int store_merge_event(struct store_merge *m, const struct record *r, struct store_event e);
/* Append an event that names no CVE. */
int store_merge_log(struct store_merge *m, const struct record *r, const char *type,
                    const char *before, const char *after);
/* Log that the port of @r opened, and what runs there. */
int store_merge_opened(struct store_merge *m, const struct record *r);
/* store_settle.c: log what became of the host since it was as in @was: that it is new, gone or back,
 * has another level, and which of its ports opened and are not logged yet. */
int store_merge_settle(struct store_merge *m, const struct store_unsettled *was);
/* store_hint.c: give each service of m's host the hint that the host tells it now, and judge again
 * those whose hint has changed. Does nothing if nobody judges (store_judge_by()). */
int store_merge_hint(struct store_merge *m);
/* store_hint.c: judge @n, which a grab has just named, by what its host told when the last scan ended:
 * it still counts until this scan has ended. @existed: m->old is the service as it was. Its verdicts
 * are valid until the next judgement. */
int store_merge_old_hint(struct store_merge *m, bool existed, struct record *n);
/* Copy the results of the grab from @in to @n. @in keeps the memory behind the pointers. */
void store_merge_take(struct record *n, const struct record *in);
/* Set the fingerprint of @n in @meta. If service or certificate differ from m->old, log that; a
 * service that changed, or of which more is known, also begins a new interval. */
int store_merge_identity(struct store_merge *m, struct record *n, struct record_meta *meta);
/* Write the verdicts of @r and the record, and set the key of the verdicts in @meta. */
int store_merge_write(struct store_merge *m, const struct record *r, struct record_meta *meta);
/* The same for a record whose set of verdicts is stored already, under the key in @meta. */
int store_merge_write_as(struct store_merge *m, const struct record *r,
                         const struct record_meta *meta);
/* Write m->scratch, which holds the encoding of @r. */
int store_merge_put(struct store_merge *m, const struct record *r);
/* Set when the host was last seen, from @n, and by which scan. */
void store_merge_note(struct store_merge *m, const struct record *n);
/* Update the record @n of an open port: reset its misses, and if it did not count before, set its
 * times. Logs that it opened again, or marks it as unlogged if it is new. m->old is read only if
 * @existed. */
int store_merge_open(struct store_merge *m, bool existed, struct record *n);

/* store_merge_findings.c: compare the verdicts and exposures of @n with those of m->old, log the
 * differences, and set when each verdict was first seen. */
int store_merge_verdicts(struct store_merge *m, struct record *n);
/* Log all findings of m->old as added, because its port opened again, or as resolved, because it
 * closed. */
int store_merge_all_findings(struct store_merge *m, bool added);
/* Fill @meta with the findings of @n that count for the host's score. */
void store_merge_findings(struct store_merge *m, const struct record *n, struct record_meta *meta);

#endif
