/* SPDX-License-Identifier: Apache-2.0 */
/* store_accept.c - reads and writes accepted findings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "store_db.h"

/* The key of a range has both ends behind 16 bytes of 255 (store_db.h). Value: u8 format (1), u64 until_us, u64 made_us, text user, u16 length, reason. */
enum { FORMAT = 1, KEY_MAX = 3 * KEY_ADDR + 2 + 40 };

/* The keys of ranges begin with this address, which no host has. */
static const struct dp_addr ranges = {
	{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};

static MDB_val key_of(uint8_t raw[KEY_MAX], const struct store_accept *a)
{
	size_t id = strnlen(a->id, sizeof(a->id) - 1), len = 0;

	if (a->range) {
		memcpy(raw, ranges.b, KEY_ADDR);
		len = KEY_ADDR;
	}
	memcpy(raw + len, a->addr.b, KEY_ADDR);
	len += KEY_ADDR;
	if (a->range) {
		memcpy(raw + len, a->last.b, KEY_ADDR);
		len += KEY_ADDR;
	}
	raw[len++] = (uint8_t)(a->port >> 8);
	raw[len++] = (uint8_t)a->port;
	memcpy(raw + len, a->id, id);
	return store_val(raw, len + id);
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

static int decode_key(const MDB_val *key, struct store_accept *a)
{
	struct bytes_in in = bytes_in_of(key->mv_data, key->mv_size);
	const uint8_t *last, *port, *first = bytes_get(&in, KEY_ADDR);

	a->range = first != NULL && memcmp(first, ranges.b, KEY_ADDR) == 0;
	if (a->range)
		first = bytes_get(&in, KEY_ADDR);
	last = a->range ? bytes_get(&in, KEY_ADDR) : first;
	port = bytes_get(&in, 2);
	if (in.bad || (size_t)(in.end - in.pos) >= sizeof(a->id))
		return EIO;
	memcpy(a->addr.b, first, KEY_ADDR);
	memcpy(a->last.b, last, KEY_ADDR);
	a->port = (uint16_t)(port[0] << 8 | port[1]);
	memcpy(a->id, in.pos, (size_t)(in.end - in.pos));
	return 0;
}

static int decode(const MDB_val *key, const MDB_val *value, struct store_accept *a)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	const uint8_t *reason;
	size_t len;

	memset(a, 0, sizeof(*a));
	if (decode_key(key, a) != 0 || bytes_get_int(&in, 1) != FORMAT)
		return EIO;
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

struct walk {
	const struct dp_addr *addr; /* NULL: of all hosts */
	bool (*each)(void *arg, const struct store_accept *);
	void *arg;
	bool more;
};

/* Visits the accepted findings whose key begins with @prefix, NULL: all. Of ranges, those that have
 * the address of the walk. */
static int walk_keys(MDB_cursor *cursor, struct walk *w, const struct dp_addr *prefix)
{
	MDB_val key, value;
	bool first = true;
	int ret = 0;

	for (; w->more && ret == 0; first = false) {
		struct store_accept a;

		ret = store_step(cursor, first, prefix, prefix == NULL ? 0 : KEY_ADDR, &key,
		                 &value);
		if (ret == 0 && prefix != NULL && !store_key_within(&key, prefix->b, KEY_ADDR))
			ret = MDB_NOTFOUND;
		if (ret == 0)
			ret = decode(&key, &value, &a);
		if (ret == 0 && (w->addr == NULL || accept_has(&a, w->addr)))
			w->more = w->each(w->arg, &a);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

/* Visits the accepted findings that cover @w->addr, or all of them. */
static int walk(struct store *s, MDB_txn *txn, struct walk *w)
{
	MDB_cursor *cursor;
	int ret = mdb_cursor_open(txn, s->dbi[DB_ACCEPT], &cursor);

	if (ret != 0)
		return ret;
	w->more = true;
	ret = walk_keys(cursor, w, w->addr);
	if (ret == 0 && w->addr != NULL)
		ret = walk_keys(cursor, w, &ranges);
	mdb_cursor_close(cursor);
	return ret;
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
	struct walk w = {.addr = addr, .each = append, .arg = &l};
	int ret = walk(s, txn, &w);

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
	struct walk w = {.addr = addr, .each = each, .arg = arg};
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = walk(s, txn, &w);
	mdb_txn_abort(txn);
	return store_errno(ret);
}
