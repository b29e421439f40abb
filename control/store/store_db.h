/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_db.h - what the files of the store share: the environment, its sub-databases and their
 * keys.
 *
 * Inside a transaction functions return LMDB's codes or positive errno values; store_errno() maps
 * them at the border. Private to store*.c.
 *
 * 	sub-database  key                                          value
 * 	meta          "format"                                     u32 STORE_FORMAT
 * 	meta          "score" "rescore" "knowledge"                store_stamp.c
 * 	meta          "judged"                                     u64_be: the last pass of store_rejudge()
 * 	service       addr[16] transport port_be[2]                record.h
 * 	host          addr[16]                                     store_host.c
 * 	interval      addr[16] transport port_be[2] start_us_be[8] store_interval.c
 * 	change        seq_be[8]                                    store_change.c
 * 	scan          id                                           store_scan.c
 * 	verdicts      hash[16]                                     record_verdicts.c
 * 	accept        addr[16] port_be[2] id                       store_accept.c
 */
#ifndef SONDE_STORE_DB_H
#define SONDE_STORE_DB_H

#include <lmdb.h>

#include "bytes.h"
#include "hash_table.h"
#include "store.h"

enum { STORE_FORMAT = 2 };

enum store_db {
	DB_META,
	DB_SERVICE,
	DB_HOST,
	DB_INTERVAL,
	DB_CHANGE,
	DB_SCAN,
	DB_VERDICTS,
	DB_ACCEPT,
	DB_COUNT
};

/* The set of verdicts that was read last: neighbours often share one. */
struct store_verdict_cache {
	uint8_t key[16];
	struct vd_verdict *list; /* owned */
	uint32_t count;
};

struct store {
	MDB_env *env;
	MDB_dbi dbi[DB_COUNT];
	struct vd_model *model; /* the score's weights that its findings have; owned */
	uint8_t knowledge[16];  /* of this process, store_stamp(); all zero: not told */
	bool write;
	int lock_fd; /* -1 = a reader */
	struct store_verdict_cache cache;
};

/* ---- transactions (store.c) ------------------------------------------------------------------ */

int store_errno(int ret); /* 0 or -errno */

/* Begin a transaction that reads, to be ended by mdb_txn_abort(). */
int store_read_begin(struct store *s, MDB_txn **txn);

/* Run @work in one write transaction; again with a bigger map if that was full, so it must not keep
 * what it did outside of @txn. Returns 0 or -errno. */
int store_write(struct store *s, int (*work)(struct store *s, MDB_txn *txn, void *arg), void *arg);

/* Everything written so far is on the disk when it returns. 0 or -errno. */
int store_sync(struct store *s);

/* Say in the lock file who writes. */
void store_lock_note(const struct store *s, const char *scan);

/* ---- keys (store_key.c) ---------------------------------------------------------------------- */

enum { KEY_ADDR = 16, KEY_SERVICE = 19, KEY_INTERVAL = 27 };

/* The key of a service, and back. Pure. */
void store_key(uint8_t out[KEY_SERVICE], const struct dp_addr *addr, uint8_t transport,
               uint16_t port);
void store_key_read(const uint8_t *key, struct dp_addr *addr, uint8_t *transport, uint16_t *port);
/* A number as bytes that sort as it does, and back. Pure. */
void store_key_be64(uint8_t out[8], uint64_t v);
uint64_t store_key_from_be64(const uint8_t in[8]);

static inline MDB_val store_val(const void *p, size_t n)
{
	return (MDB_val){.mv_size = n, .mv_data = (void *)(uintptr_t)p};
}

/* Whether @key begins with @n bytes @prefix. */
bool store_key_within(const MDB_val *key, const void *prefix, size_t n);

/* Place @cursor on the first key >= @at (@first) or the next one. 0, MDB_NOTFOUND, ... */
int store_step(MDB_cursor *cursor, bool first, const void *at, size_t n, MDB_val *key,
               MDB_val *value);

/* ---- parts ----------------------------------------------------------------------------------- */

/* store_verdict.c: write a set once and give its key; fetch one into @r, whose verdict_count it
 * must meet. */
int store_verdict_put(struct store *s, MDB_txn *txn, const struct vd_verdict *v, uint32_t n,
                      uint8_t key[16]);
/* The same for a set of known digest, which is cheaper where it is there. */
int store_verdict_put_set(struct store *s, MDB_txn *txn, const struct store_set *set,
                          uint8_t key[16]);
int store_verdict_get(struct store *s, MDB_txn *txn, const uint8_t key[16], struct record *r);
void store_verdict_fini(struct store *s);

/* store_sweep.c: which sets of verdicts are in use, and the end of all others. */
struct store_used {
	struct hash_table sets; /* of the 16 bytes of their keys */
	uint8_t last[16];       /* added last: neighbours often share one */
};
void store_used_init(struct store_used *u);
int store_used_add(struct store_used *u, const uint8_t set[16]);
bool store_used_has(const struct store_used *u, const uint8_t set[16]);
void store_used_fini(struct store_used *u);
int store_sweep(struct store *s, MDB_txn *txn, void *used);

/* store_stamp.c: note that services are written that this process's knowledge identified; whether
 * it identified all; whether findings have the weights of another table; that from now on neither
 * is in doubt. */
int store_stamp_note(struct store *s, MDB_txn *txn);
bool store_stamp_same(struct store *s, MDB_txn *txn);
bool store_stamp_rescore(struct store *s, MDB_txn *txn);
int store_stamp_all(struct store *s, MDB_txn *txn);

/* store_scan.c: write the record of a scan. */
int store_scan_put(struct store *s, MDB_txn *txn, const struct store_scan *scan);

/* A struct store_change on its way into the log: the texts are the caller's. */
struct store_event {
	int64_t time_us;
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;
	const char *type, *cause, *scan, *ref, *before, *after;
};

/* store_change.c: the number of the next change; one as bytes, appended to @out; append one to the
 * log, whose number must be that. @cursor is one of the log. */
int store_change_next(MDB_cursor *cursor, uint64_t *seq);
void store_change_encode(const struct store_event *e, struct bytes *out);
int store_change_append(MDB_cursor *cursor, uint64_t seq, const void *data, size_t len);

/* store_interval.c: write an interval that has ended. The one in force follows from the service's
 * record. */
int store_interval_put(struct store *s, MDB_txn *txn, const struct store_interval *i);
/* Its start and what was there, as the record of a service says. */
void store_interval_fill(struct store_interval *i, const struct record *r,
                         const struct record_meta *meta);

/* store_accept.c: all of @addr; @out is allocated, NULL for none. */
int store_accept_write(struct store *s, MDB_txn *txn, const struct store_accept *a);
int store_accept_erase(struct store *s, MDB_txn *txn, const struct store_accept *a);
int store_accept_load(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                      struct store_accept **out, size_t *n);

/* store_host.c: the summary of a host as it is on disk. */
struct store_summary {
	int64_t first_seen_us, last_seen_us;
	char last_scan[32];
	bool middlebox, truncated, fragile;
	uint32_t open;
	struct vd_score score;
};
int store_summary_get(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                      struct store_summary *out);
/* @cursor is one of the hosts. */
int store_summary_find(MDB_cursor *cursor, const struct dp_addr *addr, struct store_summary *out);
int store_summary_put(MDB_cursor *cursor, const struct dp_addr *addr,
                      const struct store_summary *in, struct bytes *scratch);
/* Count open services and compute the score from their findings. */
int store_summary_judge(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                        struct store_summary *io);
/* The score with the findings of one more service. The reasons kept are the highest of all and as
 * many as can count, so this gives what judging everything would. */
void store_summary_add(const struct vd_model *model, struct store_summary *io,
                       const struct record_meta *meta, uint8_t transport, uint16_t port);

/* store_read.c: one service, with its verdicts, from what a cursor gave or by its key. */
int store_service_read(struct store *s, MDB_txn *txn, const MDB_val *key, const MDB_val *value,
                       struct record *r, struct record_meta *meta);
int store_service_get(struct store *s, MDB_txn *txn, const uint8_t key[KEY_SERVICE],
                      struct record *r, struct record_meta *meta);

#endif
