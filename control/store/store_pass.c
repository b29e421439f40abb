/* SPDX-License-Identifier: Apache-2.0 */
/* store_pass.c - visits all services in several transactions, or those of one host in one. */
#include "store_pass.h"

#include <errno.h>
#include <string.h>

enum { PIECE = 20000 }; /* services in a transaction, or more: it ends between two hosts */

struct piece {
	const struct store_pass *pass;
	uint8_t from[KEY_SERVICE]; /* where it begins; kept, because it may run twice */
	uint8_t next[KEY_SERVICE]; /* where the next piece begins */
	bool last;
};

static void step_past(uint8_t key[KEY_SERVICE])
{
	for (int i = KEY_SERVICE - 1; i >= 0 && ++key[i] == 0; i--)
		;
}

/* Finds the first service at or after @key and copies its key to @key. */
static int seek(MDB_cursor *cursor, uint8_t key[KEY_SERVICE], MDB_val *value)
{
	MDB_val k = store_val(key, KEY_SERVICE);
	int ret = mdb_cursor_get(cursor, &k, value, MDB_SET_RANGE);

	if (ret == 0 && k.mv_size != KEY_SERVICE)
		ret = EIO;
	if (ret == 0)
		memcpy(key, k.mv_data, KEY_SERVICE);
	return ret;
}

/* Ends the current host and begins that of @key, so that each host is scored once. */
static int change_host(struct store_merge *m, const uint8_t *key, bool first)
{
	int ret = first ? 0 : store_merge_end(m);
	struct dp_addr addr;

	memcpy(addr.b, key, KEY_ADDR);
	return ret != 0 ? ret : store_merge_begin(m, &addr);
}

static int visit_piece(struct store_merge *m, MDB_cursor *cursor, struct piece *p)
{
	uint8_t key[KEY_SERVICE];
	MDB_val value;
	int ret;

	memcpy(key, p->from, sizeof(key));
	for (size_t n = 0;; n++, step_past(key)) {
		bool new_host;

		ret = seek(cursor, key, &value);
		new_host = ret == 0 && (n == 0 || memcmp(key, m->addr.b, KEY_ADDR) != 0);
		if (ret != 0 || (new_host && n >= PIECE))
			break;
		if (new_host)
			ret = change_host(m, key, n == 0);
		if (ret == 0)
			ret = p->pass->visit(p->pass->arg, m, key, &value);
		if (ret != 0)
			return ret;
	}
	memcpy(p->next, key, sizeof(key));
	p->last = ret == MDB_NOTFOUND;
	return ret != 0 && !p->last ? ret : store_merge_end(m);
}

static int run_piece(struct store *s, MDB_txn *txn, void *arg)
{
	struct piece *p = arg;
	struct store_merge m;
	MDB_cursor *cursor;
	int ret = store_merge_init(&m, s, txn);

	m.scan = p->pass->scan;
	m.cause = p->pass->cause;
	m.now_us = p->pass->now_us;
	if (p->pass->begin != NULL)
		p->pass->begin(p->pass->arg);
	if (ret == 0)
		ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &cursor);
	if (ret == 0) {
		ret = visit_piece(&m, cursor, p);
		mdb_cursor_close(cursor);
	}
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	return ret;
}

int store_pass(struct store *s, const struct store_pass *pass)
{
	struct piece p = {.pass = pass};
	int ret = 0;

	while (ret == 0 && !p.last) {
		ret = store_write(s, run_piece, &p);
		memcpy(p.from, p.next, sizeof(p.from));
		if (ret == 0 && pass->committed != NULL)
			pass->committed(pass->arg);
	}
	return ret;
}

int store_pass_host(struct store_merge *m,
                    int (*visit)(void *arg, struct store_merge *m, const uint8_t *key), void *arg)
{
	uint8_t key[KEY_SERVICE];
	MDB_cursor *cursor;
	MDB_val value;
	int ret = mdb_cursor_open(m->txn, m->s->dbi[DB_SERVICE], &cursor);

	if (ret != 0)
		return ret;
	store_key(key, &m->addr, 0, 0);
	for (; ret == 0; step_past(key)) {
		ret = seek(cursor, key, &value);
		if (ret != 0 || memcmp(key, m->addr.b, KEY_ADDR) != 0)
			break;
		ret = visit(arg, m, key);
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int reweigh(void *arg, struct store_merge *m, const uint8_t *key)
{
	(void)arg;
	return store_merge_reweigh(m, key);
}

int store_pass_reweigh(struct store_merge *m)
{
	return store_pass_host(m, reweigh, NULL);
}
