/* SPDX-License-Identifier: Apache-2.0 */
/* index_put.c - keeps the index equal to the records, in their transactions. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index_db.h"

static const struct store_indexer *indexer; /* set once, before any database is open */

void store_index_by(const struct store_indexer *by)
{
	indexer = by;
}

const struct store_indexer *index_indexer(void)
{
	return indexer;
}

/* ---- a transaction --------------------------------------------------------------------------- */

static struct index_writer *writer_new(void)
{
	struct index_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	hash_table_init(&w->pages, sizeof(uint64_t), sizeof(struct index_page));
	for (unsigned d = 0; d < STORE_DIMS; d++)
		hash_table_init(&w->known[d], 16, sizeof(struct index_known));
	return w;
}

static void end(struct index_writer *w)
{
	index_drop_pages(w);
	if (w->rows != NULL)
		mdb_cursor_close(w->rows);
	w->rows = NULL;
	w->txn = NULL;
	w->has_host = false;
}

static bool is_ours(const MDB_val *head)
{
	struct index_head h;

	if (indexer == NULL || head->mv_size != sizeof(h))
		return false;
	memcpy(&h, head->mv_data, sizeof(h));
	return h.version == INDEX_VERSION && memcmp(h.digest, indexer->digest, 16) == 0;
}

/* Who writes without an indexer, or with one of other fields, leaves no index behind. */
static int read_head(struct store *s, MDB_txn *txn)
{
	struct index_writer *w = s->index;
	MDB_val key = store_val("h", 1), value;
	int ret = mdb_get(txn, s->dbi[DB_INDEX], &key, &value);

	w->usable = ret == 0 && is_ours(&value);
	if (w->usable) {
		memcpy(&w->head, value.mv_data, sizeof(w->head));
		return mdb_cursor_open(txn, s->dbi[DB_ROW], &w->rows);
	}
	if (ret == 0)
		ret = mdb_del(txn, s->dbi[DB_INDEX], &key, NULL);
	return ret == MDB_NOTFOUND || ret == EACCES ? 0 : ret; /* EACCES: of who only reads */
}

int index_begin(struct store *s, MDB_txn *txn)
{
	int ret;

	if (s->index == NULL)
		s->index = writer_new();
	if (s->index == NULL)
		return ENOMEM;
	if (s->index->txn == txn)
		return 0;
	end(s->index);
	s->index->txn = txn;
	ret = read_head(s, txn);
	if (ret != 0)
		s->index->txn = NULL;
	return ret;
}

int store_index_flush(struct store *s, MDB_txn *txn)
{
	struct index_writer *w = s->index;
	MDB_val key = store_val("h", 1), value;
	int ret = 0;

	if (w == NULL || w->txn != txn)
		return 0;
	if (w->usable) {
		value = store_val(&w->head, sizeof(w->head));
		ret = w->failed ? ENOMEM : index_flush_pages(s);
		if (ret == 0)
			ret = mdb_put(txn, s->dbi[DB_INDEX], &key, &value, 0);
	}
	if (ret == 0)
		end(w);
	return ret;
}

void store_index_abort(struct store *s)
{
	struct index_writer *w = s->index;

	if (w == NULL)
		return;
	end(w);
	w->failed = false;
	bytes_fini(&w->key);
	bytes_fini(&w->value);
	memset(&w->key, 0, sizeof(w->key));
	memset(&w->value, 0, sizeof(w->value));
	for (unsigned d = 0; d < STORE_DIMS; d++) {
		hash_table_fini(&w->known[d]);
		hash_table_init(&w->known[d], 16, sizeof(struct index_known));
	}
}

void store_index_fini(struct store *s)
{
	store_index_abort(s);
	if (s->index == NULL)
		return;
	for (unsigned d = 0; d < STORE_DIMS; d++)
		hash_table_fini(&s->index->known[d]);
	hash_table_fini(&s->index->pages);
	free(s->index);
	s->index = NULL;
}

int store_index_void(struct store *s, MDB_txn *txn)
{
	MDB_val key = store_val("h", 1);
	int ret = index_begin(s, txn);

	if (ret != 0 || !s->index->usable)
		return ret;
	s->index->usable = false;
	ret = mdb_del(txn, s->dbi[DB_INDEX], &key, NULL);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

/* ---- a row ----------------------------------------------------------------------------------- */

struct row {
	uint32_t row, host;
};

static int find_row(struct index_writer *w, const uint8_t raw[KEY_SERVICE], struct row *out)
{
	MDB_val key = store_val(raw, KEY_SERVICE), value;
	int ret = mdb_cursor_get(w->rows, &key, &value, MDB_SET);

	if (ret == 0 && value.mv_size != sizeof(*out))
		ret = EIO;
	if (ret == 0)
		memcpy(out, value.mv_data, sizeof(*out));
	return ret;
}

/* The number of the host of a new row: that of another row of it, or a new one. */
static int host_of(struct store *s, const struct dp_addr *addr, uint32_t *out)
{
	struct index_writer *w = s->index;
	MDB_val key, value;
	uint8_t *place;
	int ret = 0;

	if (!w->has_host || memcmp(w->addr.b, addr->b, KEY_ADDR) != 0) {
		ret = store_step(w->rows, true, addr->b, KEY_ADDR, &key, &value);
		w->addr = *addr;
		w->has_host = true;
		if (ret == 0 && store_key_within(&key, addr->b, KEY_ADDR)) {
			memcpy(&w->host, (const uint8_t *)value.mv_data + 4, 4);
		} else if (ret == 0 || ret == MDB_NOTFOUND) {
			w->host = w->head.hosts++;
			place = index_at(s, STORE_COL_ADDR, w->host, true);
			if (place != NULL)
				memcpy(place, addr->b, KEY_ADDR);
			ret = 0;
		}
	}
	*out = w->host;
	return ret;
}

static int add_row(struct store *s, const uint8_t raw[KEY_SERVICE], const struct record *r,
                   struct row *out)
{
	struct index_writer *w = s->index;
	MDB_val key = store_val(raw, KEY_SERVICE), value = store_val(out, sizeof(*out));
	int ret = host_of(s, &r->addr, &out->host);

	if (ret != 0)
		return ret;
	out->row = w->head.rows++;
	ret = mdb_cursor_put(w->rows, &key, &value, 0);
	if (ret == 0)
		index_set(s, STORE_COL_HOST, out->row, out->host);
	return ret;
}

static void set_time(struct store *s, unsigned column, uint32_t row, int64_t us)
{
	const int64_t *was = index_at(s, column, row, false);
	int64_t *at;

	if (was != NULL && *was == us)
		return;
	at = index_at(s, column, row, true);
	if (at != NULL)
		*at = us;
}

static void count(struct store *s, unsigned dim, uint32_t profile, int by)
{
	uint32_t *n;

	if (profile == 0)
		return;
	n = index_at(s, STORE_COL_SERVICE_COUNT + dim, profile, true);
	if (n != NULL)
		*n = (uint32_t)((int64_t)*n + by);
}

static void set_profile(struct store *s, unsigned dim, uint32_t row, uint32_t profile)
{
	uint32_t was = index_get(s, STORE_COL_SERVICE + dim, row);

	if (was == profile)
		return;
	count(s, dim, was, -1);
	count(s, dim, profile, 1);
	index_set(s, STORE_COL_SERVICE + dim, row, profile);
}

int store_index_put(struct store *s, MDB_txn *txn, const struct record *r,
                    const struct record_meta *meta, bool whole)
{
	uint8_t raw[KEY_SERVICE];
	uint32_t profile;
	struct row at;
	bool is_new;
	int ret = index_begin(s, txn);

	if (ret != 0 || !s->index->usable)
		return ret;
	store_key(raw, &r->addr, r->transport, r->port);
	ret = find_row(s->index, raw, &at);
	is_new = ret == MDB_NOTFOUND;
	if (is_new)
		ret = add_row(s, raw, r, &at);
	if (ret != 0)
		return ret;
	set_time(s, STORE_COL_LAST_SEEN, at.row, r->last_seen_us);
	if (!whole && !is_new)
		return 0;
	set_time(s, STORE_COL_FIRST_SEEN, at.row, r->first_seen_us);
	if (whole)
		index_text_put(s, at.row, r);
	for (unsigned d = 0; d < STORE_DIMS && ret == 0; d++) {
		ret = index_profile(s, d, r, meta, &profile);
		if (ret == 0)
			set_profile(s, d, at.row, profile);
	}
	return ret;
}

int store_index_forget(struct store *s, MDB_txn *txn, const uint8_t key[KEY_SERVICE])
{
	struct row at;
	int ret = index_begin(s, txn);

	if (ret != 0 || !s->index->usable)
		return ret;
	ret = find_row(s->index, key, &at);
	if (ret != 0)
		return ret == MDB_NOTFOUND ? 0 : ret;
	for (unsigned d = 0; d < STORE_DIMS; d++)
		set_profile(s, d, at.row, 0);
	s->index->has_host = false;
	return mdb_cursor_del(s->index->rows, 0);
}
