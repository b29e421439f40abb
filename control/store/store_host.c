/* SPDX-License-Identifier: Apache-2.0 */
/* store_host.c - reads, writes and computes the summary of a host: times, open ports, score. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_db.h"

/*
 * u8 format (1), u8 flags (1 middlebox, 2 truncated, 4 fragile, 8 unsettled, 16 it was known before,
 * 32 openings, 64 honeypot, 128 hint), u8 score, u8 level, u32 open, u64 first_seen_us, u64 last_seen_us, text
 * last_scan, u8 reasons, each: u8 base, u8 transport, u16 port, text code, text ref. If unsettled: text scan, u8
 * score, u8 level, u32 open. If a honeypot: text why, u16 port, u8 transport. With a hint: text distro, text
 * release, u8 transport, u16 port.
 */
enum {
	FORMAT = 1,
	FLAG_MIDDLEBOX = 1,
	FLAG_TRUNCATED = 2,
	FLAG_FRAGILE = 4,
	FLAG_UNSETTLED = 8,
	FLAG_KNOWN = 16,
	FLAG_OPENINGS = 32,
	FLAG_HONEYPOT = 64,
	FLAG_HINT = 128
};

static unsigned flags_of(const struct store_summary *h)
{
	return (h->middlebox ? FLAG_MIDDLEBOX : 0u) | (h->truncated ? FLAG_TRUNCATED : 0u) |
	       (h->fragile ? FLAG_FRAGILE : 0u) |
	       (h->unsettled.scan[0] != '\0' ? FLAG_UNSETTLED : 0u) |
	       (h->unsettled.known ? FLAG_KNOWN : 0u) |
	       (h->unsettled.openings ? FLAG_OPENINGS : 0u) |
	       (h->honeypot.why[0] != '\0' ? FLAG_HONEYPOT : 0u) |
	       (h->hint.distro[0] != '\0' ? FLAG_HINT : 0u);
}

static void encode_unsettled(const struct store_unsettled *u, struct bytes *b)
{
	if (u->scan[0] == '\0')
		return;
	bytes_put_text(b, u->scan);
	bytes_put_int(b, u->value, 1);
	bytes_put_int(b, u->level, 1);
	bytes_put_int(b, u->open, 4);
}

static void encode_honeypot(const struct store_honeypot *h, struct bytes *b)
{
	if (h->why[0] == '\0')
		return;
	bytes_put_text(b, h->why);
	bytes_put_int(b, h->port, 2);
	bytes_put_int(b, h->transport, 1);
}

static void encode_hint(const struct vd_hint *h, struct bytes *b)
{
	if (h->distro[0] == '\0')
		return;
	bytes_put_text(b, h->distro);
	bytes_put_text(b, h->release);
	bytes_put_int(b, h->transport, 1);
	bytes_put_int(b, h->port, 2);
}

static void encode(const struct store_summary *h, struct bytes *b)
{
	bytes_put_int(b, FORMAT, 1);
	bytes_put_int(b, flags_of(h), 1);
	bytes_put_int(b, h->score.value, 1);
	bytes_put_int(b, h->score.level, 1);
	bytes_put_int(b, h->open, 4);
	bytes_put_int(b, (uint64_t)h->first_seen_us, 8);
	bytes_put_int(b, (uint64_t)h->last_seen_us, 8);
	bytes_put_text(b, h->last_scan);
	bytes_put_int(b, h->score.reason_count, 1);
	for (unsigned i = 0; i < h->score.reason_count; i++) {
		const struct vd_finding *f = &h->score.reasons[i];

		bytes_put_int(b, f->base, 1);
		bytes_put_int(b, f->transport, 1);
		bytes_put_int(b, f->port, 2);
		bytes_put_text(b, f->code);
		bytes_put_text(b, f->ref);
	}
	encode_unsettled(&h->unsettled, b);
	encode_honeypot(&h->honeypot, b);
	encode_hint(&h->hint, b);
}

static void decode_unsettled(struct bytes_in *in, unsigned flags, struct store_unsettled *u)
{
	if ((flags & FLAG_UNSETTLED) == 0)
		return;
	bytes_get_text(in, u->scan, sizeof(u->scan));
	u->value = (uint8_t)bytes_get_int(in, 1);
	u->level = (uint8_t)bytes_get_int(in, 1);
	u->open = (uint32_t)bytes_get_int(in, 4);
	u->known = (flags & FLAG_KNOWN) != 0;
	u->openings = (flags & FLAG_OPENINGS) != 0;
}

static void decode_honeypot(struct bytes_in *in, unsigned flags, struct store_honeypot *h)
{
	if ((flags & FLAG_HONEYPOT) == 0)
		return;
	bytes_get_text(in, h->why, sizeof(h->why));
	h->port = (uint16_t)bytes_get_int(in, 2);
	h->transport = (uint8_t)bytes_get_int(in, 1);
}

static void decode_hint(struct bytes_in *in, unsigned flags, struct vd_hint *h)
{
	if ((flags & FLAG_HINT) == 0)
		return;
	bytes_get_text(in, h->distro, sizeof(h->distro));
	bytes_get_text(in, h->release, sizeof(h->release));
	h->transport = (uint8_t)bytes_get_int(in, 1);
	h->port = (uint16_t)bytes_get_int(in, 2);
}

static void decode_reason(struct bytes_in *in, struct vd_finding *f)
{
	f->base = (uint8_t)bytes_get_int(in, 1);
	f->transport = (uint8_t)bytes_get_int(in, 1);
	f->port = (uint16_t)bytes_get_int(in, 2);
	bytes_get_text(in, f->code, sizeof(f->code));
	bytes_get_text(in, f->ref, sizeof(f->ref));
}

int store_summary_decode(const MDB_val *value, struct store_summary *h)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	unsigned flags;

	memset(h, 0, sizeof(*h));
	if (bytes_get_int(&in, 1) != FORMAT)
		return EIO;
	flags = (unsigned)bytes_get_int(&in, 1);
	h->middlebox = (flags & FLAG_MIDDLEBOX) != 0;
	h->truncated = (flags & FLAG_TRUNCATED) != 0;
	h->fragile = (flags & FLAG_FRAGILE) != 0;
	h->score.value = (uint8_t)bytes_get_int(&in, 1);
	h->score.level = (uint8_t)bytes_get_int(&in, 1);
	h->open = (uint32_t)bytes_get_int(&in, 4);
	h->first_seen_us = (int64_t)bytes_get_int(&in, 8);
	h->last_seen_us = (int64_t)bytes_get_int(&in, 8);
	bytes_get_text(&in, h->last_scan, sizeof(h->last_scan));
	h->score.reason_count = (uint8_t)bytes_get_int(&in, 1);
	if (h->score.reason_count > VD_REASONS_MAX || h->score.level > VD_CRITICAL)
		return EIO;
	for (unsigned i = 0; i < h->score.reason_count; i++)
		decode_reason(&in, &h->score.reasons[i]);
	decode_unsettled(&in, flags, &h->unsettled);
	decode_honeypot(&in, flags, &h->honeypot);
	decode_hint(&in, flags, &h->hint);
	return in.bad ? EIO : 0;
}

int store_summary_get(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                      struct store_summary *out)
{
	MDB_val key = store_val(addr->b, KEY_ADDR), value;
	int ret = mdb_get(txn, s->dbi[DB_HOST], &key, &value);

	return ret == 0 ? store_summary_decode(&value, out) : ret;
}

int store_summary_find(MDB_cursor *cursor, const struct dp_addr *addr, struct store_summary *out)
{
	MDB_val key = store_val(addr->b, KEY_ADDR), value;
	int ret = mdb_cursor_get(cursor, &key, &value, MDB_SET);

	return ret == 0 ? store_summary_decode(&value, out) : ret;
}

int store_summary_put(MDB_cursor *cursor, const struct dp_addr *addr,
                      const struct store_summary *in, struct bytes *scratch)
{
	MDB_val key = store_val(addr->b, KEY_ADDR), value;

	bytes_clear(scratch);
	encode(in, scratch);
	value = store_val(scratch->data, scratch->len);
	return scratch->failed ? ENOMEM : mdb_cursor_put(cursor, &key, &value, 0);
}

struct findings {
	struct vd_finding *list;
	size_t n, cap;
};

static int collect(struct findings *all, const struct record_meta *meta, const uint8_t *key)
{
	struct dp_addr addr;

	if (all->cap - all->n < meta->finding_count) {
		size_t cap = all->cap * 2 + VD_REASONS_MAX;
		struct vd_finding *list = realloc(all->list, cap * sizeof(*list));

		if (list == NULL)
			return ENOMEM;
		all->list = list;
		all->cap = cap;
	}
	for (unsigned i = 0; i < meta->finding_count; i++) {
		struct vd_finding *f = &all->list[all->n++];

		*f = meta->findings[i];
		store_key_read(key, &addr, &f->transport, &f->port);
	}
	return 0;
}

/* Counts the service of @value in @open and adds its findings, if it counts. Overwrites @r. */
static int collect_service(struct findings *all, const MDB_val *key, const MDB_val *value,
                           struct record *r, uint32_t *open)
{
	struct record_meta meta;

	if (key->mv_size != KEY_SERVICE ||
	    record_decode_header(value->mv_data, value->mv_size, r, &meta) < 0)
		return EIO;
	if (!record_is_up(r))
		return 0;
	++*open;
	return collect(all, &meta, key->mv_data);
}

int store_summary_judge(struct store *s, MDB_txn *txn, const struct dp_addr *addr,
                        struct store_summary *io)
{
	struct findings all = {0};
	struct record r;
	MDB_cursor *cursor;
	MDB_val key, value;
	bool first = true;
	int ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &cursor);

	if (ret != 0)
		return ret;
	io->open = 0;
	for (; ret == 0; first = false) {
		ret = store_step(cursor, first, addr->b, KEY_ADDR, &key, &value);
		if (ret == 0 && !store_key_within(&key, addr->b, KEY_ADDR))
			ret = MDB_NOTFOUND;
		if (ret == 0)
			ret = collect_service(&all, &key, &value, &r, &io->open);
	}
	mdb_cursor_close(cursor);
	if (ret == MDB_NOTFOUND) {
		vd_score(s->model, all.list, all.n, &io->score);
		ret = 0;
	}
	free(all.list);
	return ret;
}

void store_summary_add(const struct vd_model *model, struct store_summary *io,
                       const struct record_meta *meta, uint8_t transport, uint16_t port)
{
	struct vd_finding all[2 * VD_REASONS_MAX];
	unsigned n = io->score.reason_count;

	memcpy(all, io->score.reasons, n * sizeof(all[0]));
	for (unsigned i = 0; i < meta->finding_count; i++) {
		all[n] = meta->findings[i];
		all[n].transport = transport;
		all[n++].port = port;
	}
	vd_score(model, all, n, &io->score);
}

static int walk_flagged(MDB_cursor *cursor, store_flagged_each each, void *arg)
{
	struct store_summary h;
	struct dp_addr addr;
	MDB_val key, value;
	int ret;

	while ((ret = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		if (key.mv_size != KEY_ADDR || store_summary_decode(&value, &h) != 0)
			return EIO;
		memcpy(addr.b, key.mv_data, KEY_ADDR);
		if (h.middlebox || h.fragile)
			each(arg, &addr, h.middlebox, h.fragile);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_each_flagged(struct store *s, store_flagged_each each, void *arg)
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = mdb_cursor_open(txn, s->dbi[DB_HOST], &cursor);
	if (ret == 0) {
		ret = walk_flagged(cursor, each, arg);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return store_errno(ret);
}
