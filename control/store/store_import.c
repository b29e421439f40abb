/* SPDX-License-Identifier: Apache-2.0 */
/* store_import.c - takes over the log, the scans and the accepted findings of other databases. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store_import.h"

enum { PIECE = 20000 }; /* changes in a transaction */

void store_import_scan(const struct store_input *in, const char *id, char out[32])
{
	if (id[0] == '\0' || strchr(id, ':') != NULL)
		snprintf(out, 32, "%.31s", id);
	else
		snprintf(out, 32, "%.12s:%.18s", in->name, id);
}

/* ---- the log --------------------------------------------------------------------------------- */

/* The key of the number of the last change that was taken from a source. Returns its length. */
static size_t key_of(const struct store_input *in, char out[32])
{
	return (size_t)snprintf(out, 32, "merged %.12s", in->name);
}

static int read_place(struct store_import *im, MDB_txn *txn, struct store_input *in)
{
	char name[32];
	MDB_val key = store_val(name, key_of(in, name)), value;
	int ret = mdb_get(txn, im->s->dbi[DB_META], &key, &value);
	struct store_log_end end;

	in->seq = ret == 0 && value.mv_size == 8 ? store_key_from_be64(value.mv_data) : 0;
	if (ret != 0 && ret != MDB_NOTFOUND)
		return ret;
	ret = store_change_end(in->changes, &end);
	if (ret == 0 && in->seq >= end.seq)
		in->seq = 0; /* it is another database of this name */
	return ret;
}

static int write_place(struct store *s, MDB_txn *txn, const struct store_input *in, uint64_t seq)
{
	char name[32];
	uint8_t raw[8];
	MDB_val key = store_val(name, key_of(in, name)), value = store_val(raw, sizeof(raw));

	store_key_be64(raw, seq);
	return mdb_put(txn, s->dbi[DB_META], &key, &value, 0);
}

/* The next change of each source. */
struct front {
	struct store_change c;
	bool there;
};

/* Changes of hosts as a whole are found anew (store.h). */
static bool is_of_host(const struct store_change *c)
{
	return strncmp(c->type, "host.", 5) == 0 || strncmp(c->type, "score.", 6) == 0;
}

/* Read the change behind number @seq that is to be taken. */
static int advance(const struct store_input *in, uint64_t seq, struct front *f)
{
	uint8_t from[8];
	MDB_val key, value;
	bool first = true;
	int ret;

	store_key_be64(from, seq + 1);
	do {
		ret = store_step(in->changes, first, from, sizeof(from), &key, &value);
		first = false;
		if (ret == 0)
			ret = store_change_decode(&key, &value, &f->c);
	} while (ret == 0 && is_of_host(&f->c));
	f->there = ret == 0;
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int append(MDB_cursor *log, struct store_log_end *end, const struct store_input *in,
                  const struct store_change *c)
{
	char scan[32];
	struct bytes b = {0};
	int ret;

	store_import_scan(in, c->scan, scan);
	store_change_encode(&(struct store_event){.time_us = c->time_us,
	                                          .addr = c->addr,
	                                          .port = c->port,
	                                          .transport = c->transport,
	                                          .type = c->type,
	                                          .cause = c->cause,
	                                          .scan = scan,
	                                          .ref = c->ref,
	                                          .before = c->was,
	                                          .after = c->is},
	                    end, &b);
	ret = b.failed ? ENOMEM : store_change_append(log, end->seq++, b.data, b.len);
	bytes_fini(&b);
	return ret;
}

struct piece {
	struct store_import *im;
	uint64_t seq[STORE_SOURCES]; /* after this piece */
	uint64_t taken;
};

static struct front *earliest(struct front *all, size_t n)
{
	struct front *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (all[i].there && (best == NULL || all[i].c.time_us < best->c.time_us))
			best = &all[i];
	return best;
}

/* Append up to PIECE changes, always the earliest of those that come next. */
static int take_changes(struct piece *p, MDB_cursor *log, struct front *all)
{
	const struct store_import *im = p->im;
	struct front *next;
	struct store_log_end end;
	int ret = store_change_end(log, &end);

	for (size_t i = 0; i < im->n && ret == 0; i++) {
		p->seq[i] = im->in[i].seq;
		ret = advance(&im->in[i], p->seq[i], &all[i]);
	}
	for (p->taken = 0; ret == 0 && p->taken < PIECE; p->taken++) {
		size_t i;

		next = earliest(all, im->n);
		if (next == NULL)
			break;
		i = (size_t)(next - all);
		ret = append(log, &end, &im->in[i], &next->c);
		p->seq[i] = next->c.seq;
		if (ret == 0)
			ret = advance(&im->in[i], p->seq[i], next);
	}
	return ret;
}

static int run_piece(struct store *s, MDB_txn *txn, void *arg)
{
	static struct front
		all[STORE_SOURCES]; /* one thread uses a store; too large for the stack */
	struct piece *p = arg;
	MDB_cursor *log;
	int ret = mdb_cursor_open(txn, s->dbi[DB_CHANGE], &log);

	if (ret != 0)
		return ret;
	memset(all, 0, sizeof(all));
	ret = take_changes(p, log, all);
	mdb_cursor_close(log);
	for (size_t i = 0; i < p->im->n && ret == 0; i++)
		if (p->seq[i] != p->im->in[i].seq)
			ret = write_place(s, txn, &p->im->in[i], p->seq[i]);
	return ret;
}

static int take_log(struct store_import *im)
{
	struct piece p = {.im = im};
	int ret;

	do {
		ret = store_write(im->s, run_piece, &p);
		for (size_t i = 0; i < im->n && ret == 0; i++)
			im->in[i].seq = p.seq[i];
		if (ret == 0)
			im->out->changes += p.taken;
	} while (ret == 0 && p.taken == PIECE);
	return ret;
}

/* ---- scans, accepted findings, the knowledge ------------------------------------------------- */

struct scans {
	MDB_txn *txn;
	struct store *s;
	const struct store_input *in;
	uint64_t taken;
	int ret;
};

static bool take_scan(void *arg, const struct store_scan *from)
{
	struct scans *t = arg;
	struct store_scan scan = *from;
	MDB_val key, value;

	store_import_scan(t->in, from->id, scan.id);
	key = store_val(scan.id, strlen(scan.id));
	t->taken += mdb_get(t->txn, t->s->dbi[DB_SCAN], &key, &value) == MDB_NOTFOUND;
	t->ret = store_scan_put(t->s, t->txn, &scan);
	return t->ret == 0;
}

/* Copy the entries of a sub-database that are not there yet. */
static int copy_new(struct store *s, MDB_txn *txn, const struct store_input *in, enum store_db db)
{
	MDB_cursor *from;
	MDB_val key, value;
	int ret = mdb_cursor_open(in->txn, in->s->dbi[db], &from);

	if (ret != 0)
		return ret;
	while (ret == 0 && (ret = mdb_cursor_get(from, &key, &value, MDB_NEXT)) == 0) {
		ret = mdb_put(txn, s->dbi[db], &key, &value, MDB_NOOVERWRITE);
		if (ret == MDB_KEYEXIST)
			ret = 0;
	}
	mdb_cursor_close(from);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int take_rest(struct store *s, MDB_txn *txn, void *arg)
{
	struct store_import *im = arg;
	int ret = 0;

	im->out->scans = 0;
	for (size_t i = 0; i < im->n && ret == 0; i++) {
		struct scans t = {.txn = txn, .s = s, .in = &im->in[i]};

		ret = store_scan_walk(im->in[i].s, im->in[i].txn, take_scan, &t);
		if (ret == 0)
			ret = t.ret;
		if (ret == 0)
			ret = copy_new(s, txn, &im->in[i], DB_ACCEPT);
		if (ret == 0)
			ret = store_stamp_take(s, txn, im->in[i].s, im->in[i].txn);
		if (ret == 0)
			ret = read_place(im, txn, &im->in[i]);
		im->out->scans += t.taken;
	}
	return ret;
}

/* ---- all --------------------------------------------------------------------------------------- */

static int open_input(struct store_input *in)
{
	const MDB_dbi *dbi = in->s->dbi;
	int ret = store_read_begin(in->s, &in->txn);

	if (ret != 0)
		return ret;
	ret = mdb_cursor_open(in->txn, dbi[DB_CHANGE], &in->changes);
	if (ret == 0)
		ret = mdb_cursor_open(in->txn, dbi[DB_HOST], &in->hosts);
	if (ret == 0)
		ret = mdb_cursor_open(in->txn, dbi[DB_SERVICE], &in->services);
	return ret != 0 ? ret : mdb_cursor_open(in->txn, dbi[DB_INTERVAL], &in->intervals);
}

static void close_input(struct store_input *in)
{
	mdb_cursor_close(in->changes);
	mdb_cursor_close(in->hosts);
	mdb_cursor_close(in->services);
	mdb_cursor_close(in->intervals);
	if (in->txn != NULL)
		mdb_txn_abort(in->txn);
}

int store_import(struct store *s, const struct store_source *sources, size_t n,
                 struct store_imported *out)
{
	struct store_import im = {.s = s, .out = out};
	int ret = n > STORE_SOURCES ? -EINVAL : 0;

	*out = (struct store_imported){0};
	for (; im.n < n && ret == 0; im.n++) {
		im.in[im.n].name = sources[im.n].name;
		im.in[im.n].s = sources[im.n].s;
		ret = store_errno(open_input(&im.in[im.n]));
	}
	if (ret == 0)
		ret = store_write(s, take_rest, &im);
	if (ret == 0)
		ret = take_log(&im);
	if (ret == 0)
		ret = store_import_hosts(&im);
	for (size_t i = 0; i < im.n; i++)
		close_input(&im.in[i]);
	return ret != 0 ? ret : store_sync(s);
}
