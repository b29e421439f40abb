/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_db.h - what the files of the store share: the environment, its sub-databases and their
 * keys.
 *
 * Functions that run inside a transaction return 0, LMDB's codes or positive errno values. The
 * public functions turn these into -errno with store_errno(). Private to store*.c.
 *
 * 	sub-database  key                                          value
 * 	meta          "format"                                     u32 STORE_FORMAT
 * 	meta          "score" "rescore" "knowledge"                store_stamp.c
 * 	meta          "judged"                                     u64_be time; store_rejudge.c
 * 	meta          "words " id                                  store_words.c
 * 	meta          "unsettled"                                  store_settle.c
 * 	meta          "merged " name                               store_import.c
 * 	service       addr[16] transport port_be[2]                record.h
 * 	host          addr[16]                                     store_host.c
 * 	interval      addr[16] transport port_be[2] start_us_be[8] store_interval.c
 * 	change        seq_be[8]                                    store_change.c
 * 	scan          id                                           store_scan.c
 * 	verdicts      hash[16]                                     record_verdicts.c
 * 	accept        addr[16] port_be[2] id                       store_accept.c
 * 	accept        255[16] first[16] last[16] port_be[2] id     store_accept.c
 * 	row, index    index_db.h
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
	DB_ROW, /* index_db.h */
	DB_INDEX,
	DB_COUNT
};

/* The set of verdicts that was read last; neighbouring services often share one. */
struct store_verdict_cache {
	uint8_t key[16];
	struct record_verdicts v; /* owns its list */
};

struct store {
	MDB_env *env;
	MDB_dbi dbi[DB_COUNT];
	struct vd_model *model; /* the score weights that the stored findings have; owned */
	uint8_t knowledge[16];  /* the digest given to store_stamp(); all zero: none */
	uint8_t format;         /* as the database says; 0: not known yet */
	bool write;
	bool for_sharing;      /* open as STORE_READ_SHARED */
	bool shared;           /* of store_share(): what is above belongs to another handle */
	struct places *places; /* the files beside the database; owned */
	const struct store_judge *judge; /* of store_judge_by(); NULL: nobody */
	int lock_fd;                     /* -1 = a reader */
	struct store_verdict_cache cache;
	/* how many verdicts of which kind the sets have that store_verdict_count() was asked for */
	struct hash_table counts;
	bool counting;              /* @counts is in use */
	struct index_writer *index; /* owned; NULL: nothing was indexed yet */
};

/* ---- transactions (store.c) ------------------------------------------------------------------ */

int store_errno(int ret); /* 0 or -errno */

/* Begin a read transaction. The caller ends it with mdb_txn_abort(). */
int store_read_begin(struct store *s, MDB_txn **txn);

/* Run @work in one write transaction and commit it. If the map was full, grows it and runs @work
 * again in a new transaction; @work must therefore leave nothing behind outside of @txn. Returns 0
 * or -errno. */
int store_write(struct store *s, int (*work)(struct store *s, MDB_txn *txn, void *arg), void *arg);

/* Flush everything written so far to the disk, the meta page included. 0 or -errno. */
int store_sync(struct store *s);

/* Write the pid of this process and the id @scan ("" = none) into the lock file. */
void store_lock_note(const struct store *s, const char *scan);

/* ---- files (store_file.c) -------------------------------------------------------------------- */

/* Whether LMDB may open the database @path: without its first pages it would read behind the end of
 * the file. 0 (also if there is no file), -EINVAL (empty) or -EIO (cut short), with @err. */
int store_file_look(const char *path, bool write, struct error *err);
/* Whether the file has all its pages. Reads the list of free pages, if the file is shorter than its
 * header says. 0 or -EIO with @err. */
int store_file_check(struct store *s, const char *path, struct error *err);
/* If the directory has the set-group-ID bit, let its group read: group and modes of the files. */
void store_file_share(const char *path);

/* ---- keys (store_key.c) ---------------------------------------------------------------------- */

enum { KEY_ADDR = 16, KEY_SERVICE = 19, KEY_INTERVAL = 27 };

/* Encode and decode the key of a service. Pure. */
void store_key(uint8_t out[KEY_SERVICE], const struct dp_addr *addr, uint8_t transport,
               uint16_t port);
void store_key_read(const uint8_t *key, struct dp_addr *addr, uint8_t *transport, uint16_t *port);
/* Encode a number in big-endian bytes, which sort like the numbers, and decode it. Pure. */
void store_key_be64(uint8_t out[8], uint64_t v);
uint64_t store_key_from_be64(const uint8_t in[8]);

static inline MDB_val store_val(const void *p, size_t n)
{
	return (MDB_val){.mv_size = n, .mv_data = (void *)(uintptr_t)p};
}

/* Whether @key begins with @n bytes @prefix. */
bool store_key_within(const MDB_val *key, const void *prefix, size_t n);

/* Move @cursor and read its key and value. @first: to the first key >= the @n bytes at @at;
 * otherwise to the next key. 0, MDB_NOTFOUND, ... */
int store_step(MDB_cursor *cursor, bool first, const void *at, size_t n, MDB_val *key,
               MDB_val *value);

/* ---- parts ----------------------------------------------------------------------------------- */

/* store_verdict.c: write the verdicts of @r unless their set is stored already, and return its key in
 * @key. */
int store_verdict_put(struct store *s, MDB_txn *txn, const struct record *r, uint8_t key[16]);
/* The same for a set whose digest is known; cheaper if the set is stored already. */
int store_verdict_put_set(struct store *s, MDB_txn *txn, const struct store_set *set,
                          uint8_t key[16]);
/* Copy the set of @key into a new @r->verdicts and @r->candidates. EIO if it has not @r->verdict_count verdicts. */
int store_verdict_get(struct store *s, MDB_txn *txn, const uint8_t key[16], struct record *r);
/* How many verdicts of a kind a set has. Asked again, it reads nothing: few sets belong to many
 * services. */
struct store_counts {
	uint32_t affected, possible;
};
int store_verdict_count(struct store *s, MDB_txn *txn, const uint8_t key[16],
                        struct store_counts *out);
/* Drop what is cached of sets. */
void store_verdict_fini(struct store *s);
/* @set in the form that is encoded; its list is only read. */
struct record_verdicts store_verdict_of(const struct store_set *set);

/* store_sweep.c: the keys of sets of verdicts that are in use, to select or delete sets by. */
struct store_used {
	struct hash_table sets; /* of the 16-byte keys */
	uint8_t last[16];       /* the key added last; neighbouring services often share one */
};
void store_used_init(struct store_used *u);
int store_used_add(struct store_used *u, const uint8_t set[16]);
bool store_used_has(const struct store_used *u, const uint8_t set[16]);
void store_used_fini(struct store_used *u);
/* Delete all sets of verdicts except those of @used, a struct store_used. */
int store_sweep(struct store *s, MDB_txn *txn, void *used);

/* store_stamp.c: note that @txn writes services that this process's knowledge identified. */
int store_stamp_note(struct store *s, MDB_txn *txn);
/* Whether this process's knowledge identified all stored services. */
bool store_stamp_same(struct store *s, MDB_txn *txn);
/* Whether some stored findings have the weights of another table. */
bool store_stamp_rescore(struct store *s, MDB_txn *txn);
/* Note that this process's knowledge identified all services and that all findings have its
 * weights. */
int store_stamp_all(struct store *s, MDB_txn *txn);

/* Before services of @from are copied: an empty database takes the weights and the knowledge of
 * @from; in another one, services are in doubt unless @from has the same knowledge. */
int store_stamp_take(struct store *s, MDB_txn *txn, struct store *from, MDB_txn *from_txn);

/* store_scan.c: write the record of a scan. */
int store_scan_put(struct store *s, MDB_txn *txn, const struct store_scan *scan);

/* Call @each for every scan, by id, until it returns false. */
int store_scan_walk(struct store *s, MDB_txn *txn,
                    bool (*each)(void *arg, const struct store_scan *), void *arg);

/* store_settle.c: note that a scan begins, whose hosts store_settle() has to settle. */
int store_settle_mark(struct store *s, MDB_txn *txn);
/* Settle what a scan left whose process was killed. 0 or -errno. */
int store_settle_left(struct store *s);

/* store_words.c: write the command line of the scan @id. */
int store_words_put(struct store *s, MDB_txn *txn, const char *id, const struct store_words *words);

/* A struct store_change before it gets its number. The caller owns the texts; before and after are
 * states (change.h). */
struct store_event {
	int64_t time_us;
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;
	const char *type, *cause, *scan, *ref, *before, *after;
};

/* Where the log ends: the number that the next change gets, and the latest time of all changes. */
struct store_log_end {
	uint64_t seq;
	int64_t latest_us;
};
/* store_change.c: read where the log ends. @cursor is a cursor of DB_CHANGE. */
int store_change_end(MDB_cursor *cursor, struct store_log_end *end);
/* Append the encoding of @e to @out. Changes are encoded in the order in which they are appended to
 * the log: the function keeps @end->latest_us. */
void store_change_encode(const struct store_event *e, struct store_log_end *end, struct bytes *out);
/* Decode an entry of the log. 0 or EIO. */
int store_change_decode(const MDB_val *key, const MDB_val *value, struct store_change *c);
/* Append an encoded change to the log; @seq must be the next number. */
int store_change_append(MDB_cursor *cursor, uint64_t seq, const void *data, size_t len);

/* store_interval.c: write an interval that has ended. The current one is not written: it follows
 * from the service's record. */
int store_interval_put(struct store *s, MDB_txn *txn, const struct store_interval *i);
/* Fill start, fingerprint, product and version of @i from the record of a service. */
void store_interval_fill(struct store_interval *i, const struct record *r,
                         const struct record_meta *meta);

/* store_accept.c: write one accepted finding, delete one. */
int store_accept_write(struct store *s, MDB_txn *txn, const struct store_accept *a);
int store_accept_erase(struct store *s, MDB_txn *txn, const struct store_accept *a);
/* Read all of @addr into an array *@out, which the caller frees; NULL if there are none. */
int store_accept_load(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                      struct store_accept **out, size_t *n);

/* store_host.c: the stored summary of a host. */
struct store_summary {
	int64_t first_seen_us, last_seen_us;
	char last_scan[32];
	bool middlebox, truncated, fragile;
	struct store_honeypot {
		char why[VD_HONEYPOT_TEXT]; /* "" = the host is none */
		uint16_t port;              /* the service that shows it */
		uint8_t transport;
	} honeypot;
	uint32_t open;
	struct vd_score score;
	struct store_unsettled {
		char scan[32];        /* "" = the host is settled */
		bool known;           /* the host had a summary before that scan */
		bool openings;        /* some of its services may be unlogged (record_meta) */
		uint8_t value, level; /* of the score */
		uint32_t open;
	} unsettled;         /* what the host was before the scan of which the log has no sum yet */
	struct vd_hint hint; /* what the host told when its services were last judged by it */
};
int store_summary_get(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                      struct store_summary *out);
/* Read the summary of @addr, or write it. @cursor is a cursor of DB_HOST. */
int store_summary_find(MDB_cursor *cursor, const struct dp_addr *addr, struct store_summary *out);
int store_summary_put(MDB_cursor *cursor, const struct dp_addr *addr,
                      const struct store_summary *in, struct bytes *scratch);
/* Count the open services of @addr and compute the score from their stored findings. */
int store_summary_judge(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                        struct store_summary *io);
/* Add the findings of one new service to the score. A summary keeps the highest reasons, as many as
 * can count, so the result is the same as that of store_summary_judge(). */
void store_summary_add(const struct vd_model *model, struct store_summary *io,
                       const struct record_meta *meta, uint8_t transport, uint16_t port);

/* store_host.c: decode the summary of a host. 0 or EIO. */
int store_summary_decode(const MDB_val *value, struct store_summary *out);

/* store_read.c: read a service with its verdicts: from the key and value of a cursor, or by its
 * key. */
int store_service_read(struct store *s, MDB_txn *txn, const MDB_val *key, const MDB_val *value,
                       struct record *r, struct record_meta *meta);
int store_service_get(struct store *s, MDB_txn *txn, const uint8_t key[KEY_SERVICE],
                      struct record *r, struct record_meta *meta);
/* Read a host. @services is a cursor of DB_SERVICE. */
int store_host_read(struct store *s, MDB_txn *txn, MDB_cursor *services, const struct dp_addr *addr,
                    struct store_host *h);
/* store_each_host() in a transaction. */
int store_host_each(struct store *s, MDB_txn *txn, const struct dp_addr *from,
                    bool (*each)(void *arg, const struct store_host *h), void *arg);

#endif
