/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_db.h - what the files of the index share. Private to index_*.c and the places of the store
 * that write.
 *
 * 	sub-database  key                                  value
 * 	row           addr[16] transport port_be[2]        u32 row, u32 host
 * 	index         "h"                                  struct index_head
 * 	index         "c" 0 column_be[2] page_be[4]        a page of a column
 * 	index         "d" dimension key[16]                u32 profile
 * 	index         "v" 0 field_be[2] key[16]            u32 value
 * 	index         "w" 0 field_be[2] value_be[4]        the value, as the indexer made it
 *
 * Numbers are in the byte order of the machine. A key of 16 bytes is the text itself if it is short,
 * else the begin of its SHA-256.
 */
#ifndef SONDE_INDEX_DB_H
#define SONDE_INDEX_DB_H

#include "store_db.h"
#include "store_index.h"

enum { INDEX_VERSION = 2 };

struct index_head {
	uint32_t version;
	uint32_t ready; /* 0: it is being built */
	uint8_t digest[16];
	uint32_t rows, hosts, texts;
	uint32_t profiles[STORE_DIMS];
	uint32_t values[STORE_INDEX_FIELDS];
};

/* What the writer knows. Pages that a transaction changes are kept here until its end. */
struct index_writer {
	MDB_txn *txn; /* NULL: none has written yet */
	MDB_cursor *rows;
	bool usable; /* the database has an index with the fields of this program */
	bool failed; /* no memory */
	struct index_head head;
	struct hash_table pages;             /* of struct index_page */
	struct hash_table known[STORE_DIMS]; /* of struct index_known */
	struct bytes key, value;
	bool has_host; /* the host of the row that was added last: */
	struct dp_addr addr;
	uint32_t host;
};

struct index_page {
	uint64_t key; /* column << 32 | page */
	uint8_t *data;
};

struct index_known {
	uint8_t key[16];
	uint32_t number;
};

/* index_put.c: the indexer of this process, or NULL. */
const struct store_indexer *index_indexer(void);
/* Begin to write in @txn, if that did not happen yet. 0; the index is w->usable or not. */
int index_begin(struct store *s, MDB_txn *txn);

/* index_page.c: the place of value number @i of a column to read it or, with @edit, to change it. NULL: it
 * was never written (not with @edit), or no memory. The page is valid until the next call. */
void *index_at(struct store *s, unsigned column, uint32_t i, bool edit);
uint32_t index_get(struct store *s, unsigned column, uint32_t i);
void index_set(struct store *s, unsigned column, uint32_t i, uint32_t value);
/* Write what is kept. 0 or LMDB's code. */
int index_flush_pages(struct store *s);
void index_drop_pages(struct index_writer *w);

/* index_dim.c: the number of the profile that @r has in @dim; it is added if it is new. @score and
 * @meta are those of the record. 0, LMDB's code or an errno value. */
int index_profile(struct store *s, unsigned dim, const struct record *r,
                  const struct record_meta *meta, uint32_t *out);
/* Make the key of 16 bytes of @text. Pure. */
void index_key(const struct bytes *text, uint8_t out[16]);
/* The score of a record, of which only state and findings are known. */
void index_score(const struct store *s, const struct record *r, const struct record_meta *meta,
                 struct vd_score *out);

/* index_text.c: add the texts of a row, unless they are as they were. */
void index_text_put(struct store *s, uint32_t row, const struct record *r);

/* ---- what the store calls -------------------------------------------------------------------- */

/* index_put.c: the record @r was written. @whole: with its body, else only its header changed, or it has
 * no body. 0, LMDB's code or an errno value. */
int store_index_put(struct store *s, MDB_txn *txn, const struct record *r,
                    const struct record_meta *meta, bool whole);
/* The record of @key was deleted. */
int store_index_forget(struct store *s, MDB_txn *txn, const uint8_t key[KEY_SERVICE]);
/* Something that many records share has changed: there is no index from now on. */
int store_index_void(struct store *s, MDB_txn *txn);
/* Before @txn is committed, and after it was aborted. */
int store_index_flush(struct store *s, MDB_txn *txn);
void store_index_abort(struct store *s);
void store_index_fini(struct store *s);
/* index_rebuild.c: build the index if there is an indexer and no index. */
int store_index_ensure(struct store *s);

#endif
