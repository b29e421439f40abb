/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_settle.c - logs what a scan changed in hosts as a whole, once for each host.
 *
 * A scan probes the ports of a host in random order from its begin to its end, and the answers come
 * one at a time. If each of them were judged by itself, a host would pass through several levels
 * within a second. Therefore the summary of a host keeps what the host was before the scan
 * (struct store_unsettled), and the difference is logged when the scan has ended.
 */
#include <errno.h>
#include <string.h>

#include "change.h"
#include "store_pass.h"

enum { PIECE = 20000 }; /* hosts in a transaction */

struct look {
	bool count; /* all services, for the sum of the host */
	struct change_counts counts;
};

/* Adds the service in m->old, which has no verdicts, to the counts. */
static int count_service(struct store_merge *m, struct change_counts *n)
{
	struct store_counts verdicts;
	int ret;

	if (record_is_ping(m->old->transport))
		return 0;
	ret = store_verdict_count(m->s, m->txn, m->meta.verdict_set, &verdicts);
	n->ports++;
	n->exposures += m->old->exposure_count;
	n->affected += verdicts.affected;
	n->possible += verdicts.possible;
	return ret;
}

/* Writes the record in m->old, of which nothing but the mark "unlogged" has changed. Its set of
 * verdicts stays. */
static int put_mark(struct store_merge *m)
{
	bytes_clear(&m->scratch);
	record_encode(m->old, &m->meta, &m->scratch);
	return store_merge_put(m, m->old);
}

static int look_at(void *arg, struct store_merge *m, const uint8_t *key)
{
	struct look *look = arg;
	MDB_val k = store_val(key, KEY_SERVICE), value;
	int ret = mdb_cursor_get(m->services, &k, &value, MDB_SET);

	if (ret != 0)
		return ret;
	if (record_decode_header(value.mv_data, value.mv_size, m->seen, &m->meta) < 0)
		return EIO;
	if (!m->meta.unlogged && !(look->count && record_is_up(m->seen)))
		return 0;
	ret = record_decode(value.mv_data, value.mv_size, m->old, &m->meta);
	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	store_key_read(key, &m->old->addr, &m->old->transport, &m->old->port);
	if (look->count && record_is_up(m->old))
		ret = count_service(m, &look->counts);
	if (ret != 0 || !m->meta.unlogged)
		return ret;
	ret = store_merge_opened(m, m->old);
	return ret != 0 ? ret : put_mark(m);
}

static int log_host(struct store_merge *m, const struct store_unsettled *was,
                    const struct change_counts *counts)
{
	const struct vd_score before = {.value = was->value, .level = was->level};
	const struct vd_score *now = &m->summary.score;
	char from[CHANGE_STATE] = "", to[CHANGE_STATE];
	int ret = 0;

	if (!was->known || (was->open == 0 && m->summary.open > 0)) {
		change_host_state(counts, now, to);
		ret = store_merge_log(m, NULL, "host.new", was->known ? "state\tgone\n" : "", to);
	}
	if (ret == 0 && m->summary.open == 0 && (was->open > 0 || !was->known))
		ret = store_merge_log(m, NULL, "host.gone", "", "ports\t0\n");
	if (ret != 0 || !was->known || before.level == now->level)
		return ret;
	change_score_state(&before, from);
	change_score_state(now, to);
	return store_merge_event(
		m, NULL,
		(struct store_event){
			.type = "score.level_changed", .ref = m->ref, .before = from, .after = to});
}

int store_merge_settle(struct store_merge *m, const struct store_unsettled *was)
{
	struct look look = {.count = !was->known || (was->open == 0 && m->summary.open > 0)};
	const char *scan = m->scan, *cause = m->cause;
	int ret = 0;

	if (was->scan[0] != '\0') { /* a scan made the changes, whoever settles them */
		m->scan = was->scan;
		m->cause = "scan";
		m->touched = true;
	}
	memset(&m->summary.unsettled, 0, sizeof(m->summary.unsettled));
	if (look.count || was->openings)
		ret = store_pass_host(m, look_at, &look);
	if (ret == 0)
		ret = log_host(m, was, &look.counts);
	m->scan = scan;
	m->cause = cause;
	return ret;
}

/* ---- all hosts ------------------------------------------------------------------------------- */

struct piece {
	int64_t now_us;
	uint8_t from[KEY_ADDR], next[KEY_ADDR]; /* kept, because a piece may run twice */
	bool last;
};

/* Finds the first host at or after @key and copies its address to @key. */
static int seek(MDB_cursor *cursor, uint8_t key[KEY_ADDR])
{
	MDB_val k = store_val(key, KEY_ADDR), value;
	int ret = mdb_cursor_get(cursor, &k, &value, MDB_SET_RANGE);

	if (ret == 0 && k.mv_size != KEY_ADDR)
		ret = EIO;
	if (ret == 0)
		memcpy(key, k.mv_data, KEY_ADDR);
	return ret;
}

/* The begin of a merge that belongs to no scan settles the host. */
static int settle_host(struct store_merge *m, const uint8_t key[KEY_ADDR])
{
	struct dp_addr addr;
	int ret;

	memcpy(addr.b, key, KEY_ADDR);
	ret = store_merge_begin(m, &addr);
	if (ret != 0 || !m->touched)
		return ret;
	return store_summary_put(m->hosts, &m->addr, &m->summary, &m->scratch);
}

static int settle_piece(struct store_merge *m, MDB_cursor *cursor, struct piece *p)
{
	uint8_t key[KEY_ADDR];
	int ret = 0;

	memcpy(key, p->from, sizeof(key));
	for (size_t n = 0; n < PIECE; n++) {
		ret = seek(cursor, key);
		if (ret != 0)
			break;
		ret = settle_host(m, key);
		if (ret != 0)
			return ret;
		for (int i = KEY_ADDR - 1; i >= 0 && ++key[i] == 0; i--)
			;
	}
	memcpy(p->next, key, sizeof(key));
	p->last = ret == MDB_NOTFOUND;
	return p->last ? 0 : ret;
}

static int run_piece(struct store *s, MDB_txn *txn, void *arg)
{
	struct piece *p = arg;
	struct store_merge m;
	MDB_cursor *cursor;
	int ret = store_merge_init(&m, s, txn);

	m.now_us = p->now_us;
	if (ret == 0)
		ret = mdb_cursor_open(txn, s->dbi[DB_HOST], &cursor);
	if (ret == 0) {
		ret = settle_piece(&m, cursor, p);
		mdb_cursor_close(cursor);
	}
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	return ret;
}

/* "unsettled" in DB_META exists from the begin of a scan until its hosts are settled. */
static const char mark[] = "unsettled";

int store_settle_mark(struct store *s, MDB_txn *txn)
{
	MDB_val key = store_val(mark, sizeof(mark) - 1), value = store_val("", 0);

	return mdb_put(txn, s->dbi[DB_META], &key, &value, 0);
}

static int unmark(struct store *s, MDB_txn *txn, void *arg)
{
	MDB_val key = store_val(mark, sizeof(mark) - 1);
	int ret = mdb_del(txn, s->dbi[DB_META], &key, NULL);

	(void)arg;
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int is_marked(struct store *s, bool *out)
{
	MDB_val key = store_val(mark, sizeof(mark) - 1), value;
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	*out = mdb_get(txn, s->dbi[DB_META], &key, &value) == 0;
	mdb_txn_abort(txn);
	return 0;
}

int store_settle(struct store *s, int64_t now_us)
{
	struct piece p = {.now_us = now_us};
	int ret = 0;

	while (ret == 0 && !p.last) {
		ret = store_write(s, run_piece, &p);
		memcpy(p.from, p.next, sizeof(p.from));
	}
	return ret == 0 ? store_write(s, unmark, NULL) : ret;
}

int store_settle_left(struct store *s)
{
	bool marked = false;
	int ret = is_marked(s, &marked);

	return ret == 0 && marked ? store_settle(s, 0) : ret;
}
