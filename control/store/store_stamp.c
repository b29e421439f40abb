/* SPDX-License-Identifier: Apache-2.0 */
/* store_stamp.c - records which knowledge judged the services of a database. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index_db.h"

/*
 * Keys in "meta": "score" holds the table of weights that the findings have. "rescore" exists while
 * some findings have the weights of another table. "knowledge" holds the digest of the knowledge
 * that identified every service; it is all zero if this is not the same for all.
 */
static const uint8_t nothing[16];

static int put(struct store *s, MDB_txn *txn, const char *name, const void *data, size_t len)
{
	MDB_val key = store_val(name, strlen(name)), value = store_val(data, len);

	return mdb_put(txn, s->dbi[DB_META], &key, &value, 0);
}

static bool is(struct store *s, MDB_txn *txn, const char *name, const void *data, size_t len)
{
	MDB_val key = store_val(name, strlen(name)), value;

	return mdb_get(txn, s->dbi[DB_META], &key, &value) == 0 && value.mv_size == len &&
	       memcmp(value.mv_data, data, len) == 0;
}

static bool is_empty(struct store *s, MDB_txn *txn)
{
	MDB_stat stat = {0};

	return mdb_stat(txn, s->dbi[DB_SERVICE], &stat) == 0 && stat.ms_entries == 0;
}

static int write_model(struct store *s, MDB_txn *txn, void *arg)
{
	const struct vd_model *m = arg;
	const char *text = vd_model_text(m);
	bool none = is_empty(s, txn), same = strcmp(text, vd_model_text(s->model)) == 0;
	int ret = put(s, txn, "score", text, strlen(text));

	if (ret != 0 || same || none)
		return ret;
	ret = store_index_void(s, txn); /* scores are computed by the weights when they are read */
	return ret != 0 ? ret : put(s, txn, "rescore", "", 0);
}

int store_stamp(struct store *s, const struct store_stamp *k)
{
	struct vd_model *copy = NULL;
	int ret = vd_model_open(vd_model_text(k->model), strlen(vd_model_text(k->model)), &copy);

	if (ret == 0)
		ret = store_write(s, write_model, copy);
	if (ret != 0) {
		vd_model_close(copy);
		return ret;
	}
	vd_model_close(s->model);
	s->model = copy;
	memcpy(s->knowledge, k->digest, sizeof(s->knowledge));
	return store_index_ensure(s);
}

int store_stamp_note(struct store *s, MDB_txn *txn)
{
	if (is(s, txn, "knowledge", s->knowledge, sizeof(s->knowledge)))
		return 0;
	return put(s, txn, "knowledge", is_empty(s, txn) ? s->knowledge : nothing, sizeof(nothing));
}

bool store_stamp_same(struct store *s, MDB_txn *txn)
{
	return memcmp(s->knowledge, nothing, sizeof(nothing)) != 0 &&
	       is(s, txn, "knowledge", s->knowledge, sizeof(s->knowledge));
}

bool store_stamp_rescore(struct store *s, MDB_txn *txn)
{
	return is(s, txn, "rescore", "", 0);
}

int store_stamp_all(struct store *s, MDB_txn *txn)
{
	MDB_val key = store_val("rescore", 7);
	int ret = mdb_del(txn, s->dbi[DB_META], &key, NULL);

	if (ret != 0 && ret != MDB_NOTFOUND)
		return ret;
	return put(s, txn, "knowledge", s->knowledge, sizeof(s->knowledge));
}

int store_stamp_take(struct store *s, MDB_txn *txn, struct store *from, MDB_txn *from_txn)
{
	MDB_val key = store_val("knowledge", 9), theirs, mine;
	const char *text = vd_model_text(from->model);
	struct vd_model *copy = NULL;
	uint8_t digest[16] = {0};
	int ret;

	if (mdb_get(from_txn, from->dbi[DB_META], &key, &theirs) == 0 && theirs.mv_size == 16)
		memcpy(digest, theirs.mv_data, sizeof(digest));
	if (!is_empty(s, txn)) {
		bool same = mdb_get(txn, s->dbi[DB_META], &key, &mine) == 0 && mine.mv_size == 16 &&
		            memcmp(mine.mv_data, digest, sizeof(digest)) == 0;

		return same ? 0 : put(s, txn, "knowledge", nothing, sizeof(nothing));
	}
	if (mdb_get(txn, s->dbi[DB_META], &key, &mine) == 0 && mine.mv_size == 16 &&
	    memcmp(mine.mv_data, digest, sizeof(digest)) != 0)
		memset(digest, 0, sizeof(digest)); /* two sources that do not agree */
	ret = vd_model_open(text, strlen(text), &copy);
	if (ret != 0)
		return -ret;
	vd_model_close(s->model);
	s->model = copy;
	ret = put(s, txn, "score", text, strlen(text));
	return ret != 0 ? ret : put(s, txn, "knowledge", digest, sizeof(digest));
}
