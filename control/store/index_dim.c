/* SPDX-License-Identifier: Apache-2.0 */
/* index_dim.c - the profiles of the index and the values that they have. */
#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "index_db.h"

enum { KEY_LEN = 16, KEY_LONG = 20 };

void index_key(const struct bytes *text, uint8_t out[16])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	memset(out, 0, KEY_LEN);
	if (text->len < KEY_LEN) {
		out[0] = (uint8_t)text->len;
		memcpy(out + 1, text->data, text->len);
		return;
	}
	SHA256(text->data, text->len, digest);
	memcpy(out, digest, KEY_LEN);
	out[0] = 255;
}

void index_score(const struct store *s, const struct record *r, const struct record_meta *meta,
                 struct vd_score *out)
{
	memset(out, 0, sizeof(*out));
	if (r->state == RECORD_OPEN)
		vd_score(s->model, meta->findings, meta->finding_count, out);
}

/* Finds the number of @key, or writes it as *@next and counts that up. *@added tells which. */
static int number_of(struct store *s, MDB_val key, uint32_t *next, uint32_t *out, bool *added)
{
	MDB_txn *txn = s->index->txn;
	MDB_val value;
	int ret = mdb_get(txn, s->dbi[DB_INDEX], &key, &value);

	*added = ret == MDB_NOTFOUND;
	if (ret == 0) {
		if (value.mv_size != sizeof(*out))
			return EIO;
		memcpy(out, value.mv_data, sizeof(*out));
		return 0;
	}
	if (ret != MDB_NOTFOUND)
		return ret;
	*out = *next;
	value = store_val(out, sizeof(*out));
	ret = mdb_put(txn, s->dbi[DB_INDEX], &key, &value, 0);
	*next += ret == 0;
	return ret;
}

static void field_key(uint8_t out[4], char kind, unsigned field)
{
	out[0] = (uint8_t)kind;
	out[1] = 0;
	out[2] = (uint8_t)(field >> 8);
	out[3] = (uint8_t)field;
}

static int write_value(struct store *s, unsigned field, uint32_t number)
{
	const struct bytes *v = &s->index->value;
	uint8_t raw[8];
	MDB_val key = store_val(raw, sizeof(raw)), value = store_val(v->data, v->len);

	field_key(raw, 'w', field);
	for (unsigned i = 0; i < 4; i++)
		raw[4 + i] = (uint8_t)(number >> (24 - 8 * i));
	return mdb_put(s->index->txn, s->dbi[DB_INDEX], &key, &value, 0);
}

/* Gives profile number @profile the value of a field that w->value holds. */
static int give_value(struct store *s, unsigned field, uint32_t profile)
{
	struct index_writer *w = s->index;
	uint8_t raw[KEY_LONG];
	uint32_t number;
	bool added;
	int ret;

	field_key(raw, 'v', field);
	index_key(&w->value, raw + 4);
	ret = number_of(s, store_val(raw, sizeof(raw)), &w->head.values[field], &number, &added);
	if (ret == 0 && added)
		ret = write_value(s, field, number);
	if (ret == 0)
		index_set(s, STORE_COL_FIELD + field, profile, number);
	return ret;
}

/* Computes the values of a new profile from @r, which is whole but for score and verdicts. */
static int describe(struct store *s, unsigned dim, const struct record *r, uint32_t profile)
{
	const struct store_indexer *by = index_indexer();
	struct bytes *v = &s->index->value;
	int ret = 0;

	for (unsigned f = 0; f < by->fields && ret == 0; f++) {
		if (by->dim(f) != dim)
			continue;
		bytes_clear(v);
		by->values(f, r, v);
		if (v->failed)
			return ENOMEM;
		if (v->len > 0)
			ret = give_value(s, f, profile);
	}
	return ret;
}

/* The same with the score and the verdicts of the record. */
static int describe_whole(struct store *s, unsigned dim, const struct record *r,
                          const struct record_meta *meta, uint32_t profile)
{
	struct record *whole = malloc(sizeof(*whole));
	int ret = 0;

	if (whole == NULL)
		return ENOMEM;
	*whole = *r;
	index_score(s, r, meta, &whole->score);
	whole->verdicts = NULL;
	if (dim == STORE_DIM_SERVICE)
		ret = store_verdict_get(s, s->index->txn, meta->verdict_set, whole);
	if (ret == 0)
		ret = describe(s, dim, whole, profile);
	free(whole->verdicts);
	free(whole);
	return ret;
}

static int find_or_add(struct store *s, unsigned dim, const uint8_t key[KEY_LEN], uint32_t *out,
                       bool *added)
{
	uint8_t raw[2 + KEY_LEN] = {'d', (uint8_t)dim};

	memcpy(raw + 2, key, KEY_LEN);
	return number_of(s, store_val(raw, sizeof(raw)), &s->index->head.profiles[dim], out, added);
}

int index_profile(struct store *s, unsigned dim, const struct record *r,
                  const struct record_meta *meta, uint32_t *out)
{
	struct index_writer *w = s->index;
	struct index_known *known;
	uint8_t key[KEY_LEN];
	struct vd_score score;
	bool added;
	int ret;

	index_score(s, r, meta, &score);
	bytes_clear(&w->key);
	index_indexer()->key(dim, r, &score, meta->verdict_set, &w->key);
	if (w->key.failed)
		return ENOMEM;
	index_key(&w->key, key);
	known = hash_table_take(&w->known[dim], key);
	if (known == NULL)
		return ENOMEM;
	*out = known->number;
	if (known->number != 0)
		return 0;
	ret = find_or_add(s, dim, key, out, &added);
	if (ret == 0 && added)
		ret = describe_whole(s, dim, r, meta, *out);
	if (ret == 0)
		known->number = *out;
	return ret;
}
