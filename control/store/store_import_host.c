/* SPDX-License-Identifier: Apache-2.0 */
/* store_import_host.c - takes over the hosts of other databases, with services and intervals. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store_import.h"

enum { PIECE = 2000 }; /* hosts in a transaction */

/* ---- a service ------------------------------------------------------------------------------- */

/* Write the current interval of @r as one that ended when it was last seen there. */
static int end_interval(struct store_merge *m, const struct record *r,
                        const struct record_meta *meta)
{
	struct store_interval i = {.addr = r->addr,
	                           .port = r->port,
	                           .transport = r->transport,
	                           .end_us = r->last_seen_us};

	store_interval_fill(&i, r, meta);
	return store_interval_put(m->s, m->txn, &i);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* One service as two databases have it: the one that was seen last, and the other. */
struct pair {
	struct record *last, *other;
	struct record_meta *last_meta, *other_meta;
};

/* Add to the later record what only the earlier one has. */
static int join(struct store_merge *m, struct pair *p)
{
	struct record *n = p->last;
	const struct record *o = p->other;
	int ret = 0;

	if (!n->grabbed && o->grabbed) {
		store_merge_take(n, o);
		n->verdict_first_seen_us = o->verdict_first_seen_us;
		p->last_meta->fingerprint = p->other_meta->fingerprint;
	}
	if (p->last_meta->fingerprint == p->other_meta->fingerprint && record_is_up(o))
		p->last_meta->interval_us =
			earlier(p->last_meta->interval_us, p->other_meta->interval_us);
	else if (record_is_up(o))
		ret = end_interval(m, o, p->other_meta);
	n->first_seen_us = earlier(n->first_seen_us, o->first_seen_us);
	n->last_seen_us = later(n->last_seen_us, o->last_seen_us);
	n->last_changed_us = later(n->last_changed_us, o->last_changed_us);
	return ret;
}

static int write_service(struct store_merge *m, struct record *n, struct record_meta *meta)
{
	m->now_us = n->seen_us;
	m->openings = m->openings || meta->unlogged;
	store_merge_findings(m, n, meta);
	return store_merge_write(m, n, meta);
}

/* Merge the service @in of a source. *@written: it was not there, or not so. */
static int merge_service(struct store_merge *m, const struct record *in,
                         const struct record_meta *in_meta, bool *written)
{
	struct record mine, theirs = *in;
	struct record_meta theirs_meta = *in_meta;
	struct pair p = {&theirs, &mine, &theirs_meta, &m->meta};
	uint8_t key[KEY_SERVICE];
	int ret;

	store_key(key, &in->addr, in->transport, in->port);
	ret = store_service_get(m->s, m->txn, key, m->old, &m->meta);
	*written = true;
	if (ret == MDB_NOTFOUND)
		return write_service(m, &theirs, &theirs_meta);
	if (ret != 0)
		return ret;
	mine = *m->old;
	if (mine.seen_us >= theirs.seen_us) {
		*written = theirs.first_seen_us < mine.first_seen_us ||
		           (theirs.grabbed && !mine.grabbed);
		if (!*written)
			return 0;
		p = (struct pair){&mine, &theirs, &m->meta, &theirs_meta};
	}
	ret = join(m, &p);
	return ret != 0 ? ret : write_service(m, p.last, p.last_meta);
}

/* ---- a host ---------------------------------------------------------------------------------- */

static int take_services(struct store_import *im, struct store_merge *m, struct store_input *in)
{
	struct record *r = record_new();
	struct record_meta meta;
	MDB_val key, value;
	bool first = true, written;
	char scan[32];
	int ret = r == NULL ? ENOMEM : 0;

	for (; ret == 0; first = false) {
		ret = store_step(in->services, first, m->addr.b, KEY_ADDR, &key, &value);
		if (ret != 0 || !store_key_within(&key, m->addr.b, KEY_ADDR))
			break;
		ret = store_service_read(in->s, in->txn, &key, &value, r, &meta);
		if (ret != 0)
			break;
		store_import_scan(in, r->scan, scan);
		memcpy(r->scan, scan, sizeof(scan));
		ret = merge_service(m, r, &meta, &written);
		im->out->services += ret == 0 && written;
	}
	record_free(r);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int take_intervals(struct store_merge *m, struct store_input *in)
{
	MDB_val key, value;
	bool first = true;
	int ret = 0;

	for (; ret == 0; first = false) {
		ret = store_step(in->intervals, first, m->addr.b, KEY_ADDR, &key, &value);
		if (ret != 0 || !store_key_within(&key, m->addr.b, KEY_ADDR))
			break;
		ret = mdb_put(m->txn, m->s->dbi[DB_INTERVAL], &key, &value, 0);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static void take_summary(struct store_merge *m, const struct store_input *in,
                         const struct store_summary *from)
{
	struct store_summary *to = &m->summary;

	if (!m->known || from->first_seen_us < to->first_seen_us) {
		to->first_seen_us = from->first_seen_us;
		m->touched = true;
	}
	if (!m->known || from->last_seen_us > to->last_seen_us) {
		to->last_seen_us = from->last_seen_us;
		to->middlebox = from->middlebox;
		to->truncated = from->truncated;
		store_import_scan(in, from->last_scan, to->last_scan);
		m->touched = true;
	}
	to->fragile = to->fragile || from->fragile;
	if (to->honeypot.why[0] == '\0' && from->honeypot.why[0] != '\0') {
		to->honeypot = from->honeypot;
		m->touched = true;
	}
	/* What the services of several databases tell each other is found out by the next scan. */
	to->hint = m->known ? (struct vd_hint){0} : from->hint;
	m->known = true;
}

static int take_host(struct store_import *im, struct store_merge *m, const struct dp_addr *addr)
{
	int ret = store_merge_begin(m, addr);

	for (size_t i = 0; i < im->n && ret == 0; i++) {
		struct store_summary from;

		ret = store_summary_get(im->in[i].s, im->in[i].txn, addr, &from);
		if (ret == MDB_NOTFOUND) {
			ret = 0;
			continue;
		}
		if (ret == 0)
			ret = take_services(im, m, &im->in[i]);
		if (ret == 0)
			ret = take_intervals(m, &im->in[i]);
		if (ret == 0)
			take_summary(m, &im->in[i], &from);
	}
	im->out->hosts += m->touched;
	m->now_us = m->summary.last_seen_us;
	m->rejudge = m->touched;
	m->doubted = m->summary.honeypot.why[0] != '\0';
	m->before.openings = m->openings;
	return ret != 0 ? ret : store_merge_end(m);
}

/* ---- all hosts ------------------------------------------------------------------------------- */

struct piece {
	struct store_import *im;
	uint8_t from[KEY_ADDR], next[KEY_ADDR]; /* kept, because a piece may run twice */
	bool last;
	struct store_imported before; /* the counts, likewise */
};

/* The lowest address of a host from @at on that some source has. */
static int lowest(struct store_import *im, const uint8_t at[KEY_ADDR], struct dp_addr *out)
{
	bool found = false;

	for (size_t i = 0; i < im->n; i++) {
		MDB_val key = store_val(at, KEY_ADDR), value;
		int ret = mdb_cursor_get(im->in[i].hosts, &key, &value, MDB_SET_RANGE);

		if (ret == MDB_NOTFOUND)
			continue;
		if (ret != 0 || key.mv_size != KEY_ADDR)
			return ret != 0 ? ret : EIO;
		if (!found || memcmp(key.mv_data, out->b, KEY_ADDR) < 0)
			memcpy(out->b, key.mv_data, KEY_ADDR);
		found = true;
	}
	return found ? 0 : MDB_NOTFOUND;
}

static int take_piece(struct piece *p, struct store_merge *m)
{
	struct dp_addr addr;
	int ret = 0;

	memcpy(p->next, p->from, KEY_ADDR);
	for (size_t n = 0; n < PIECE && ret == 0; n++) {
		ret = lowest(p->im, p->next, &addr);
		if (ret != 0)
			break;
		ret = take_host(p->im, m, &addr);
		memcpy(p->next, addr.b, KEY_ADDR);
		for (int i = KEY_ADDR - 1; i >= 0 && ++p->next[i] == 0; i--)
			;
	}
	p->last = ret == MDB_NOTFOUND;
	return p->last ? 0 : ret;
}

static int run_piece(struct store *s, MDB_txn *txn, void *arg)
{
	struct piece *p = arg;
	struct store_merge m;
	int ret = store_merge_init(&m, s, txn);

	*p->im->out = p->before;
	m.cause = "merge";
	if (ret == 0)
		ret = take_piece(p, &m);
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	return ret;
}

int store_import_hosts(struct store_import *im)
{
	struct piece p = {.im = im};
	int ret = 0;

	while (ret == 0 && !p.last) {
		p.before = *im->out;
		ret = store_write(im->s, run_piece, &p);
		memcpy(p.from, p.next, sizeof(p.from));
	}
	return ret;
}
