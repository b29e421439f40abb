/* SPDX-License-Identifier: Apache-2.0 */
/* store_verdict.c - stores each set of verdicts once, under the hash of its first content. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_merge.h"

static const uint8_t none[16];

struct record_verdicts store_verdict_of(const struct store_set *set)
{
	return (struct record_verdicts){(struct vd_verdict *)(uintptr_t)set->list, set->count,
	                                set->candidates};
}

static int put(struct store *s, MDB_txn *txn, const struct record_verdicts *v, uint8_t key[16])
{
	struct bytes b = {0};
	int ret, tries = 0;
	MDB_val k, data;
	bool taken;

	if (v->count == 0 && v->candidates == 0) {
		memcpy(key, none, sizeof(none));
		return 0;
	}
	record_encode_verdicts(v, &b);
	if (b.failed) {
		bytes_fini(&b);
		return ENOMEM;
	}
	record_verdict_hash(b.data, b.len, key);
	/* store_rejudge() overwrites a set under the hash of its first content. If the content
	 * under this hash differs, the next key serves as well. */
	do {
		k = store_val(key, 16);
		data = store_val(b.data, b.len);
		ret = mdb_put(txn, s->dbi[DB_VERDICTS], &k, &data, MDB_NOOVERWRITE);
		taken = ret == MDB_KEYEXIST &&
		        !(data.mv_size == b.len && memcmp(data.mv_data, b.data, b.len) == 0);
		key[15] = (uint8_t)(key[15] + taken);
	} while (taken && tries++ < 255);
	bytes_fini(&b);
	return ret == MDB_KEYEXIST && !taken ? 0 : ret;
}

int store_verdict_put(struct store *s, MDB_txn *txn, const struct record *r, uint8_t key[16])
{
	const struct record_verdicts v = {r->verdicts, r->verdict_count, r->candidates};

	return put(s, txn, &v, key);
}

/* Where a set of verdicts stands that the transaction has put. */
struct standing {
	uint8_t digest[16];
	bool known;
	uint8_t key[16];
};

int store_verdict_put_once(struct store_merge *m, const struct record *r, uint8_t key[16])
{
	struct standing *s;
	int ret = 0;

	if (r->set == NULL)
		return store_verdict_put(m->s, m->txn, r, key);
	if (m->sets.entry_size == 0)
		hash_table_init(&m->sets, sizeof(s->digest), sizeof(*s));
	s = hash_table_take(&m->sets, r->set->key);
	if (s == NULL)
		return ENOMEM;
	if (!s->known)
		ret = store_verdict_put(m->s, m->txn, r, s->key);
	s->known = ret == 0;
	memcpy(key, s->key, sizeof(s->key));
	return ret;
}

int store_verdict_put_set(struct store *s, MDB_txn *txn, const struct store_set *set,
                          uint8_t key[16])
{
	const struct record_verdicts v = store_verdict_of(set);
	MDB_val k = store_val(set->digest, 16), data;
	uint8_t stands[16];
	int ret = mdb_get(txn, s->dbi[DB_VERDICTS], &k, &data);

	if (ret == 0)
		record_verdict_hash(data.mv_data, data.mv_size, stands);
	if (ret != 0 || memcmp(stands, set->digest, 16) != 0)
		return put(s, txn, &v, key);
	memcpy(key, set->digest, 16);
	return 0;
}

static int load(struct store *s, MDB_txn *txn, const uint8_t key[16])
{
	MDB_val k = store_val(key, 16), data;
	struct record_verdicts v;
	int ret = mdb_get(txn, s->dbi[DB_VERDICTS], &k, &data);

	if (ret != 0)
		return ret == MDB_NOTFOUND ? EIO : ret;
	ret = record_decode_verdicts(data.mv_data, data.mv_size, &v);
	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	free(s->cache.v.list);
	s->cache.v = v;
	memcpy(s->cache.key, key, 16);
	return 0;
}

int store_verdict_get(struct store *s, MDB_txn *txn, const uint8_t key[16], struct record *r)
{
	int ret = 0;

	if (memcmp(key, none, 16) == 0)
		return r->verdict_count == 0 ? 0 : EIO;
	if (s->cache.v.list == NULL || memcmp(key, s->cache.key, 16) != 0)
		ret = load(s, txn, key);
	if (ret != 0)
		return ret;
	if (s->cache.v.count != r->verdict_count)
		return EIO;
	r->verdicts = malloc(s->cache.v.count * sizeof(*r->verdicts) + 1);
	if (r->verdicts == NULL)
		return ENOMEM;
	memcpy(r->verdicts, s->cache.v.list, s->cache.v.count * sizeof(*r->verdicts));
	r->candidates = s->cache.v.candidates;
	return 0;
}

/* An entry of s->counts. */
struct counted {
	uint8_t key[16];
	bool known;
	struct store_counts counts;
};

static int count(struct store *s, MDB_txn *txn, struct counted *c)
{
	int ret = load(s, txn, c->key);

	for (uint32_t i = 0; i < s->cache.v.count && ret == 0; i++) {
		c->counts.affected += s->cache.v.list[i].kind == VD_AFFECTED;
		c->counts.possible += s->cache.v.list[i].kind == VD_POSSIBLE;
	}
	c->known = ret == 0;
	return ret;
}

int store_verdict_count(struct store *s, MDB_txn *txn, const uint8_t key[16],
                        struct store_counts *out)
{
	struct counted *c;
	int ret = 0;

	*out = (struct store_counts){0};
	if (memcmp(key, none, 16) == 0)
		return 0;
	if (!s->counting)
		hash_table_init(&s->counts, 16, sizeof(struct counted));
	s->counting = true;
	c = hash_table_take(&s->counts, key);
	if (c == NULL)
		return ENOMEM;
	if (!c->known)
		ret = count(s, txn, c);
	*out = c->counts;
	return ret;
}

void store_verdict_fini(struct store *s)
{
	free(s->cache.v.list);
	s->cache.v.list = NULL;
	if (s->counting)
		hash_table_fini(&s->counts);
	s->counting = false;
}
