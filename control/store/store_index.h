/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_index.h - the index: what queries, counts and facets ask instead of reading records.
 *
 * A service is a row, a number that it keeps. A column has one value for each row, in pages that a
 * reader uses where the database is mapped. Most values are those of few: services of the same port,
 * product, version, findings and score share a profile. A row has a profile in each dimension, and the
 * values of a field are stored once for each profile, as the number of a value. So a term is decided
 * for each distinct value, then for each profile; rows are looked at last, if at all.
 *
 * 	column SERVICE  row -> profile --> column of "product": profile -> value --> value "nginx"
 * 	column FACTS    row -> profile --> column of "ssl.version" ...
 *
 * Which fields there are, whoever asks for the index decides: struct store_indexer. README.md of the folder query has the
 * figures. The index is written in the transactions of the records. A database that was
 * written by a program without an indexer, or with other fields, has none until one that has
 * opens it for writing.
 */
#ifndef SONDE_STORE_INDEX_H
#define SONDE_STORE_INDEX_H

#include "bytes.h"
#include "store.h"

enum store_dim { STORE_DIM_SERVICE, STORE_DIM_FACTS, STORE_DIM_PORT, STORE_DIMS };

enum store_column {
	STORE_COL_SERVICE, /* row -> u32 profile of that dimension; 0: there is no such row any more */
	STORE_COL_FACTS,
	STORE_COL_PORT,
	STORE_COL_HOST,          /* row -> u32 host */
	STORE_COL_FIRST_SEEN,    /* row -> i64 */
	STORE_COL_LAST_SEEN,     /* row -> i64 */
	STORE_COL_ADDR,          /* host -> address */
	STORE_COL_SERVICE_COUNT, /* profile -> u32: how many rows have it */
	STORE_COL_FACTS_COUNT,   /* the same for the other dimensions */
	STORE_COL_PORT_COUNT,
	STORE_COL_TEXT_HASH,  /* row -> u32 hash of its searched texts; 0: none */
	STORE_COL_TEXT_ROW,   /* piece of a text -> u32 row */
	STORE_COL_TEXT_SIGN,  /* one of the newest pieces -> signature */
	STORE_COL_FIELD = 16, /* and behind it, for each field: profile -> u32 value; 0: none */
	STORE_COL_BIT =
		512, /* and behind it, for each bit: older piece -> that bit of its signature */
};

enum {
	STORE_PAGE_BYTES = 4080, /* of a page: LMDB gives it one page of memory of its own */
	STORE_INDEX_FIELDS = 240,
	STORE_SIGN = 32, /* bytes of a signature: index_text.c */
};

/* How many values a page of the column has. Pure. */
unsigned store_column_room(unsigned column);

/* Makes the values of an index. The functions are called by the writer. */
struct store_indexer {
	uint8_t digest[16]; /* of the fields: their names, types and dimensions */
	unsigned fields;    /* how many, at most STORE_INDEX_FIELDS */
	/* Append the key of the profile: whoever has the same has the same values in all fields of the
	 * dimension. Of @r, the score and verdicts are not those to use: @score and the key of their
	 * @set are given. */
	void (*key)(unsigned dim, const struct record *r, const struct vd_score *score,
	            const uint8_t set[16], struct bytes *out);
	unsigned (*dim)(unsigned field); /* enum store_dim */
	/* Append the values of the field, of a record that is whole. Nothing: it has none. */
	void (*values)(unsigned field, const struct record *r, struct bytes *out);
	/* Give the texts that phrases are looked for in. */
	void (*texts)(const struct record *r, void (*take)(void *arg, const char *text, size_t len),
	              void *arg);
};

/* Let @by index every database that this process writes; NULL: none. The caller keeps it. Call it
 * before the first store_open(), which builds the index of a database that has none. */
void store_index_by(const struct store_indexer *by);

/* Build the index anew from the records. Blocks during a pass over all of them. If interrupted, it can be called again. Writer. 0 or -errno. */
int store_index_rebuild(struct store *s);

struct store_index_report {
	uint64_t rows;   /* compared */
	uint64_t wrong;  /* differ from the records, are missing or have no record */
	char first[160]; /* what the first of them is; "" */
};
/* Compare the index with what its records give. A read-only handle suffices. 0, -ENOENT (there is no
 * index), -errno. */
int store_index_check(struct store *s, struct store_index_report *out);

/* ---- reading --------------------------------------------------------------------------------- */

/* A snapshot of records and index. One thread uses it, with the handle that it came from. */
struct store_view;

/* 0 with *@out, which the caller closes, or -errno. */
int store_view_open(struct store *s, struct store_view **out);
void store_view_close(struct store_view *v); /* NULL is fine */

/* Whether it has an index of @digest. Pure. */
bool store_view_indexed(const struct store_view *v, const uint8_t digest[16]);
uint32_t store_view_rows(const struct store_view *v);  /* numbers of rows are below it. Pure. */
uint32_t store_view_hosts(const struct store_view *v); /* numbers of hosts are below it. Pure. */
/* Numbers of profiles of the dimension are below it. Pure. */
uint32_t store_view_profiles(const struct store_view *v, unsigned dim);
/* Numbers of values of the field are below it. Pure. */
uint32_t store_view_values(const struct store_view *v, unsigned field);

/* Page @page of a column, STORE_PAGE_BYTES of it, valid as long as the view; NULL: all its values are
 * zero. Pages in ascending order are fastest. */
const void *store_view_page(struct store_view *v, unsigned column, uint32_t page);

/* Call @each with each value of a field, as the indexer made it. 0 or -errno. */
int store_view_each_value(struct store_view *v, unsigned field,
                          void (*each)(void *arg, uint32_t value, const void *data, size_t len),
                          void *arg);

/* Make the signature that every text with @text in it has, whatever the case of its letters. False: it is too
 * short. Pure. */
bool store_text_sign(const char *text, size_t len, uint8_t out[STORE_SIGN]);
/* Call @each with each row that has a text of which a piece has the bits of @wanted, and with some that had
 * one. A row may come several times. */
void store_view_each_text(struct store_view *v, const uint8_t wanted[STORE_SIGN],
                          void (*each)(void *arg, uint32_t row), void *arg);
uint32_t store_view_texts(const struct store_view *v); /* how many pieces there are. Pure. */

struct store_row {
	struct dp_addr addr;
	uint8_t transport;
	uint16_t port;
	uint32_t row;
};
/* Call @each for the rows from (@from->addr, transport, port) on, in that order, until it returns
 * false. 0 or -errno. */
int store_view_walk(struct store_view *v, const struct store_row *from,
                    bool (*each)(void *arg, const struct store_row *), void *arg);

/* Read a host of the snapshot; the caller frees it with store_host_fini(). 0, -ENOENT or -errno. */
int store_view_host(struct store_view *v, const struct dp_addr *addr, struct store_host *out);
/* store_each_host() in the snapshot. */
int store_view_each_host(struct store_view *v, const struct dp_addr *from,
                         bool (*each)(void *arg, const struct store_host *h), void *arg);

#endif
