/* SPDX-License-Identifier: Apache-2.0 */
/* store_accept.c - reads and writes accepted findings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_db.h"

/* Value: u8 format (1), u64 until_us, u64 made_us, text user, u16 length, reason. */
enum { FORMAT = 1, KEY_MAX = KEY_ADDR + 2 + 40 };

static MDB_val key_of(uint8_t raw[KEY_MAX], const struct store_accept *a)
{
	size_t len = strnlen(a->id, sizeof(a->id) - 1);

	memcpy(raw, a->addr.b, KEY_ADDR);
	raw[16] = (uint8_t)(a->port >> 8);
	raw[17] = (uint8_t)a->port;
	memcpy(raw + 18, a->id, len);
	return store_val(raw, 18 + len);
}

int store_accept_write(struct store *s, MDB_txn *txn, const struct store_accept *a)
{
	uint8_t raw[KEY_MAX];
	size_t reason = strnlen(a->reason, sizeof(a->reason) - 1);
	struct bytes b = {0};
	MDB_val key = key_of(raw, a), value;
	int ret;

	bytes_put_int(&b, FORMAT, 1);
	bytes_put_int(&b, (uint64_t)a->until_us, 8);
	bytes_put_int(&b, (uint64_t)a->made_us, 8);
	bytes_put_text(&b, a->user);
	bytes_put_int(&b, reason, 2);
	bytes_put(&b, a->reason, reason);
	value = store_val(b.data, b.len);
	ret = b.failed ? ENOMEM : mdb_put(txn, s->dbi[DB_ACCEPT], &key, &value, 0);
	bytes_fini(&b);
	return ret;
}

int store_accept_erase(struct store *s, MDB_txn *txn, const struct store_accept *a)
{
	uint8_t raw[KEY_MAX];
	MDB_val key = key_of(raw, a);

	return mdb_del(txn, s->dbi[DB_ACCEPT], &key, NULL);
}

static int decode(const MDB_val *key, const MDB_val *value, struct store_accept *a)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	const uint8_t *k = key->mv_data, *reason;
	size_t len;

	memset(a, 0, sizeof(*a));
	if (key->mv_size < 18 || key->mv_size - 18 >= sizeof(a->id) ||
	    bytes_get_int(&in, 1) != FORMAT)
		return EIO;
	memcpy(a->addr.b, k, KEY_ADDR);
	a->port = (uint16_t)(k[16] << 8 | k[17]);
	memcpy(a->id, k + 18, key->mv_size - 18);
	a->until_us = (int64_t)bytes_get_int(&in, 8);
	a->made_us = (int64_t)bytes_get_int(&in, 8);
	bytes_get_text(&in, a->user, sizeof(a->user));
	len = bytes_get_int(&in, 2);
	reason = bytes_get(&in, len);
	if (reason == NULL || len >= sizeof(a->reason))
		return EIO;
	memcpy(a->reason, reason, len);
	return 0;
}

/* Visits the accepted findings of @addr, or of all hosts if it is NULL. */
static int walk(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                bool (*each)(void *arg, const struct store_accept *), void *arg)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	bool first = true, more = true;
	int ret = mdb_cursor_open(txn, s->dbi[DB_ACCEPT], &cursor);

	if (ret != 0)
		return ret;
	for (; more && ret == 0; first = false) {
		struct store_accept a;

		ret = store_step(cursor, first, addr, addr == NULL ? 0 : KEY_ADDR, &key, &value);
		if (ret == 0 && addr != NULL && !store_key_within(&key, addr->b, KEY_ADDR))
			ret = MDB_NOTFOUND;
		if (ret == 0)
			ret = decode(&key, &value, &a);
		if (ret == 0)
			more = each(arg, &a);
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

struct list {
	struct store_accept *items;
	size_t n;
	bool failed;
};

static bool append(void *arg, const struct store_accept *a)
{
	struct list *l = arg;
	struct store_accept *more = realloc(l->items, (l->n + 1) * sizeof(*more));

	if (more == NULL) {
		l->failed = true;
		return false;
	}
	l->items = more;
	l->items[l->n++] = *a;
	return true;
}

int store_accept_load(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                      struct store_accept **out, size_t *n)
{
	struct list l = {0};
	int ret = walk(s, txn, addr, append, &l);

	if (ret == 0 && l.failed)
		ret = ENOMEM;
	if (ret != 0) {
		free(l.items);
		return ret;
	}
	*out = l.items;
	*n = l.n;
	return 0;
}

int store_accept_each(struct store *s, const struct dp_addr *addr,
                      bool (*each)(void *arg, const struct store_accept *), void *arg)
{
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = walk(s, txn, addr, each, arg);
	mdb_txn_abort(txn);
	return store_errno(ret);
}
