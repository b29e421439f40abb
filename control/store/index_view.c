/* SPDX-License-Identifier: Apache-2.0 */
/* index_view.c - a snapshot for readers: records, and the index beside them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index_db.h"

struct store_view {
	struct store *s;
	MDB_txn *txn;
	MDB_cursor *services;
	bool has_head;
	struct index_head head;
	/* where the last page of a column was: the next one is often asked for next */
	struct {
		MDB_cursor *cursor;
		uint64_t at;
		const void *page;
	} column[STORE_COL_FIELD];
};

static int open_parts(struct store_view *v)
{
	MDB_val key = store_val("h", 1), value;
	int ret = mdb_cursor_open(v->txn, v->s->dbi[DB_SERVICE], &v->services);

	if (ret != 0 || v->s->dbi[DB_INDEX] == 0)
		return ret;
	ret = mdb_get(v->txn, v->s->dbi[DB_INDEX], &key, &value);
	v->has_head = ret == 0 && value.mv_size == sizeof(v->head);
	if (v->has_head)
		memcpy(&v->head, value.mv_data, sizeof(v->head));
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_view_open(struct store *s, struct store_view **out)
{
	struct store_view *v = calloc(1, sizeof(*v));
	int ret;

	if (v == NULL)
		return -ENOMEM;
	v->s = s;
	ret = store_read_begin(s, &v->txn);
	if (ret == 0)
		ret = open_parts(v);
	if (ret != 0)
		store_view_close(v);
	else
		*out = v;
	return store_errno(ret);
}

void store_view_close(struct store_view *v)
{
	if (v == NULL)
		return;
	for (unsigned c = 0; c < STORE_COL_FIELD; c++)
		if (v->column[c].cursor != NULL)
			mdb_cursor_close(v->column[c].cursor);
	if (v->services != NULL)
		mdb_cursor_close(v->services);
	if (v->txn != NULL)
		mdb_txn_abort(v->txn);
	free(v);
}

bool store_view_indexed(const struct store_view *v, const uint8_t digest[16])
{
	return v->has_head && v->head.version == INDEX_VERSION && v->head.ready == 1 &&
	       memcmp(v->head.digest, digest, sizeof(v->head.digest)) == 0;
}

uint32_t store_view_rows(const struct store_view *v)
{
	return v->head.rows;
}

uint32_t store_view_texts(const struct store_view *v)
{
	return v->head.texts;
}

uint32_t store_view_hosts(const struct store_view *v)
{
	return v->head.hosts;
}

uint32_t store_view_profiles(const struct store_view *v, unsigned dim)
{
	return v->head.profiles[dim];
}

uint32_t store_view_values(const struct store_view *v, unsigned field)
{
	return v->head.values[field];
}

/* ---- pages and values ------------------------------------------------------------------------ */

static const void *page_of(const MDB_val *value)
{
	return value->mv_size == STORE_PAGE_BYTES ? value->mv_data : NULL;
}

static const void *seek_page(struct store_view *v, MDB_cursor *cursor, uint64_t at)
{
	uint8_t raw[8];
	MDB_val key = store_val(raw, sizeof(raw)), value;
	int ret;

	store_key_be64(raw, at);
	raw[0] = 'c';
	ret = cursor != NULL ? mdb_cursor_get(cursor, &key, &value, MDB_SET)
	                     : mdb_get(v->txn, v->s->dbi[DB_INDEX], &key, &value);
	return ret == 0 ? page_of(&value) : NULL;
}

const void *store_view_page(struct store_view *v, unsigned column, uint32_t page)
{
	uint64_t at = (uint64_t)column << 32 | page;
	MDB_val key, value;
	const void *found = NULL;

	if (column >= STORE_COL_FIELD)
		return seek_page(v, NULL, at);
	if (v->column[column].page != NULL && v->column[column].at == at)
		return v->column[column].page;
	if (v->column[column].cursor == NULL &&
	    mdb_cursor_open(v->txn, v->s->dbi[DB_INDEX], &v->column[column].cursor) != 0)
		return NULL;
	if (page > 0 && v->column[column].at == at - 1 &&
	    mdb_cursor_get(v->column[column].cursor, &key, &value, MDB_NEXT) == 0 &&
	    key.mv_size == 8 && (store_key_from_be64(key.mv_data) & 0xffffffffffffff) == at)
		found = page_of(&value);
	if (found == NULL)
		found = seek_page(v, v->column[column].cursor, at);
	v->column[column].at = found != NULL ? at : UINT64_MAX;
	v->column[column].page = found;
	return found;
}

int store_view_each_value(struct store_view *v, unsigned field,
                          void (*each)(void *arg, uint32_t value, const void *data, size_t len),
                          void *arg)
{
	const uint8_t prefix[4] = {'w', 0, (uint8_t)(field >> 8), (uint8_t)field};
	MDB_cursor *cursor;
	MDB_val key, value;
	int ret = mdb_cursor_open(v->txn, v->s->dbi[DB_INDEX], &cursor);

	if (ret != 0)
		return store_errno(ret);
	for (bool first = true; ret == 0; first = false) {
		const uint8_t *k;

		ret = store_step(cursor, first, prefix, sizeof(prefix), &key, &value);
		if (ret != 0 || !store_key_within(&key, prefix, sizeof(prefix)))
			break;
		k = key.mv_data;
		if (key.mv_size == 8)
			each(arg,
			     (uint32_t)k[4] << 24 | (uint32_t)k[5] << 16 | (uint32_t)k[6] << 8 |
			             k[7],
			     value.mv_data, value.mv_size);
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : store_errno(ret);
}

/* ---- rows and hosts -------------------------------------------------------------------------- */

int store_view_walk(struct store_view *v, const struct store_row *from,
                    bool (*each)(void *arg, const struct store_row *), void *arg)
{
	uint8_t raw[KEY_SERVICE];
	struct store_row at;
	MDB_cursor *cursor;
	MDB_val key, value;
	int ret = mdb_cursor_open(v->txn, v->s->dbi[DB_ROW], &cursor);

	if (ret != 0)
		return store_errno(ret);
	store_key(raw, &from->addr, from->transport, from->port);
	for (bool first = true; ret == 0; first = false) {
		ret = store_step(cursor, first, raw, sizeof(raw), &key, &value);
		if (ret == 0 && (key.mv_size != KEY_SERVICE || value.mv_size != 8))
			ret = EIO;
		if (ret != 0)
			break;
		store_key_read(key.mv_data, &at.addr, &at.transport, &at.port);
		memcpy(&at.row, value.mv_data, sizeof(at.row));
		if (!each(arg, &at))
			break;
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : store_errno(ret);
}

int store_view_host(struct store_view *v, const struct dp_addr *addr, struct store_host *out)
{
	struct store_host h;
	int ret = store_host_read(v->s, v->txn, v->services, addr, &h);

	if (ret == 0)
		*out = h;
	return store_errno(ret);
}

int store_view_each_host(struct store_view *v, const struct dp_addr *from,
                         bool (*each)(void *arg, const struct store_host *h), void *arg)
{
	return store_errno(store_host_each(v->s, v->txn, from, each, arg));
}
