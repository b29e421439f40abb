/* SPDX-License-Identifier: Apache-2.0 */
/* store_pass.c - passes over all services, in pieces, and writes to one host. */
#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "store_merge.h"

/* ---- passes over all services ---------------------------------------------------------------- */

enum { PIECE = 20000 }; /* services in one transaction */

struct pass {
	uint8_t next[KEY_SERVICE]; /* where the next piece begins */
	uint8_t from[KEY_SERVICE]; /* where this piece began: it may be run twice */
	bool done;
	const char *scan, *cause;
	int64_t now_us;
	int (*visit)(struct store_merge *m, const uint8_t key[KEY_SERVICE], const struct pass *p);
	uint64_t scan_hash;
	bool (*covered)(void *arg, const struct dp_addr *addr, uint16_t port, uint8_t transport);
	void *arg;
};

static void step_past(uint8_t key[KEY_SERVICE])
{
	for (int i = KEY_SERVICE - 1; i >= 0 && ++key[i] == 0; i--)
		;
}

/* Visit services from p->from on. Ends a piece only between hosts, so that each host is judged
 * once. */
static int visit_piece(struct store_merge *m, MDB_cursor *cursor, struct pass *p)
{
	uint8_t key[KEY_SERVICE];
	MDB_val k, v;
	size_t n = 0;
	int ret;

	memcpy(key, p->from, sizeof(key));
	for (;; n++) {
		k = store_val(key, sizeof(key));
		ret = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
		if (ret != 0)
			break;
		if (k.mv_size != KEY_SERVICE)
			return EIO;
		memcpy(key, k.mv_data, KEY_SERVICE); /* writing invalidates what the cursor shows */
		if (n == 0 || memcmp(key, m->addr.b, KEY_ADDR) != 0) {
			struct dp_addr addr;

			ret = n == 0 ? 0 : store_merge_end(m);
			if (ret != 0 || n >= PIECE)
				break;
			memcpy(addr.b, key, KEY_ADDR);
			ret = store_merge_begin(m, &addr);
		}
		if (ret == 0)
			ret = p->visit(m, key, p);
		if (ret != 0)
			return ret;
		step_past(key);
	}
	memcpy(p->next, key, sizeof(key));
	p->done = ret == MDB_NOTFOUND;
	if (p->done)
		ret = n == 0 ? 0 : store_merge_end(m);
	return ret;
}

static int run_piece(struct store *s, MDB_txn *txn, void *arg)
{
	struct pass *p = arg;
	struct store_merge m;
	MDB_cursor *cursor;
	int ret = store_merge_init(&m, s, txn);

	m.scan = p->scan;
	m.cause = p->cause;
	m.now_us = p->now_us;
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

static int run_pass(struct store *s, struct pass *p)
{
	int ret = 0;

	while (ret == 0 && !p->done) {
		memcpy(p->from, p->next, sizeof(p->from));
		ret = store_write(s, run_piece, p);
	}
	return ret;
}

/* ---- finish ---------------------------------------------------------------------------------- */

static int visit_unseen(struct store_merge *m, const uint8_t key[KEY_SERVICE], const struct pass *p)
{
	MDB_val k = store_val(key, KEY_SERVICE), v;
	struct dp_addr addr;
	struct record_meta meta;
	uint8_t transport;
	uint16_t port;
	int ret;

	store_key_read(key, &addr, &transport, &port);
	if (!p->covered(p->arg, &addr, port, transport))
		return 0;
	if (m->summary.middlebox && strcmp(m->summary.last_scan, p->scan) == 0)
		return 0;
	ret = mdb_get(m->txn, m->s->dbi[DB_SERVICE], &k, &v);
	if (ret != 0)
		return ret;
	if (record_decode_header(v.mv_data, v.mv_size, m->seen, &meta) < 0)
		return EIO;
	return strcmp(m->seen->scan, p->scan) == 0 ? 0 : store_merge_miss(m, key, p->scan_hash);
}

int store_finish(struct store *s, const struct store_scan *scan,
                 bool (*covered)(void *arg, const struct dp_addr *addr, uint16_t port,
                                 uint8_t transport),
                 void *arg)
{
	struct pass p = {.scan = scan->id,
	                 .cause = "scan",
	                 .now_us = scan->end_us,
	                 .visit = visit_unseen,
	                 .covered = covered,
	                 .arg = arg};
	uint8_t digest[SHA256_DIGEST_LENGTH];

	if (scan->stats.ring_drops + scan->stats.nic_missed + scan->stats.nic_errors > 0)
		return 1;
	SHA256((const unsigned char *)scan->id, strlen(scan->id), digest);
	p.scan_hash = store_key_from_be64(digest);
	return run_pass(s, &p);
}

/* ---- one host -------------------------------------------------------------------------------- */

struct host_write {
	const struct store_accept *accept;
	bool remove;
	struct dp_addr addr;
	int64_t now_us;
};

/* Compute the findings of every service of the host afresh. */
static int judge_host(struct store_merge *m, const struct dp_addr *addr)
{
	uint8_t key[KEY_SERVICE];
	MDB_cursor *cursor;
	MDB_val k, v;
	int ret = mdb_cursor_open(m->txn, m->s->dbi[DB_SERVICE], &cursor);

	if (ret != 0)
		return ret;
	store_key(key, addr, 0, 0);
	for (;; step_past(key)) {
		k = store_val(key, sizeof(key));
		ret = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
		if (ret != 0 || !store_key_within(&k, addr->b, KEY_ADDR))
			break;
		memcpy(key, k.mv_data, KEY_SERVICE);
		ret = store_merge_reweigh(m, key);
		if (ret != 0)
			break;
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int write_accept(struct store *s, MDB_txn *txn, void *arg)
{
	const struct host_write *w = arg;
	struct store_merge m;
	int ret = w->remove ? store_accept_erase(s, txn, w->accept)
	                    : store_accept_write(s, txn, w->accept);

	if (ret != 0)
		return ret;
	ret = store_merge_init(&m, s, txn);
	m.cause = "db";
	m.now_us = w->now_us;
	if (ret == 0)
		ret = store_merge_begin(&m, &w->addr);
	if (ret == 0)
		ret = judge_host(&m, &w->addr);
	if (ret == 0)
		ret = store_merge_end(&m);
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	return ret;
}

int store_accept_put(struct store *s, const struct store_accept *a)
{
	struct host_write w = {.accept = a, .addr = a->addr, .now_us = a->made_us};

	return store_write(s, write_accept, &w);
}

int store_accept_remove(struct store *s, const struct store_accept *a, int64_t now_us)
{
	struct host_write w = {.accept = a, .addr = a->addr, .now_us = now_us, .remove = true};

	return store_write(s, write_accept, &w);
}
