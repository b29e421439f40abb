/* SPDX-License-Identifier: Apache-2.0 */
/* store_read.c - reads hosts and services from a snapshot. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "store_db.h"

/* Six parameters: what LMDB gives, and two records to fill. */
int store_service_read(struct store *s, MDB_txn *txn, const MDB_val *key, const MDB_val *value,
                       struct record *r, struct record_meta *meta)
{
	int ret;

	if (key->mv_size != KEY_SERVICE)
		return EIO;
	ret = record_decode(value->mv_data, value->mv_size, r, meta);
	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	store_key_read(key->mv_data, &r->addr, &r->transport, &r->port);
	if (r->state == RECORD_OPEN)
		vd_score(s->model, meta->findings, meta->finding_count, &r->score);
	return store_verdict_get(s, txn, meta->verdict_set, r);
}

int store_service_get(struct store *s, MDB_txn *txn, const uint8_t raw[KEY_SERVICE],
                      struct record *r, struct record_meta *meta)
{
	MDB_val key = store_val(raw, KEY_SERVICE), value;
	int ret = mdb_get(txn, s->dbi[DB_SERVICE], &key, &value);

	return ret == 0 ? store_service_read(s, txn, &key, &value, r, meta) : ret;
}

void store_host_fini(struct store_host *h)
{
	for (size_t i = 0; i < h->service_count; i++)
		record_free(h->services[i]);
	free(h->services);
	free(h->accepts);
	memset(h, 0, sizeof(*h));
}

static int add_service(struct store_host *h, struct record *r, size_t *cap)
{
	if (h->service_count == *cap) {
		size_t more = *cap * 2 + 8;
		struct record **list = realloc(h->services, more * sizeof(struct record *));

		if (list == NULL)
			return ENOMEM;
		h->services = list;
		*cap = more;
	}
	h->services[h->service_count++] = r;
	return 0;
}

static int read_services(struct store *s, MDB_txn *txn, MDB_cursor *cursor, struct store_host *h)
{
	struct record_meta meta;
	MDB_val key, value;
	size_t cap = 0;
	bool first = true;
	int ret = 0;

	for (; ret == 0; first = false) {
		struct record *r;

		ret = store_step(cursor, first, h->addr.b, KEY_ADDR, &key, &value);
		if (ret != 0 || !store_key_within(&key, h->addr.b, KEY_ADDR))
			break;
		r = record_new();
		if (r == NULL)
			return ENOMEM;
		ret = store_service_read(s, txn, &key, &value, r, &meta);
		if (ret == 0)
			ret = add_service(h, r, &cap);
		if (ret != 0)
			record_free(r);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_host_read(struct store *s, MDB_txn *txn, MDB_cursor *cursor, const struct dp_addr *addr,
                    struct store_host *h)
{
	struct store_summary sum;
	int ret = store_summary_get(s, txn, addr, &sum);

	memset(h, 0, sizeof(*h));
	if (ret != 0)
		return ret;
	h->addr = *addr;
	h->first_seen_us = sum.first_seen_us;
	h->last_seen_us = sum.last_seen_us;
	memcpy(h->last_scan, sum.last_scan, sizeof(h->last_scan));
	h->middlebox = sum.middlebox;
	h->fragile = sum.fragile;
	memcpy(h->honeypot, sum.honeypot.why, sizeof(h->honeypot));
	h->truncated = sum.truncated;
	h->score = sum.score;
	h->model = s->model;
	place_find(s->places, addr, &h->place);
	h->read_us = clock_now_us();
	ret = read_services(s, txn, cursor, h);
	if (ret == 0)
		ret = store_accept_load(s, txn, addr, &h->accepts, &h->accept_count);
	if (ret != 0)
		store_host_fini(h);
	return ret;
}

int store_host_get(struct store *s, const struct dp_addr *addr, struct store_host *out)
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &cursor);
	if (ret == 0) {
		struct store_host h;

		ret = store_host_read(s, txn, cursor, addr, &h);
		if (ret == 0)
			*out = h;
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return store_errno(ret);
}

int store_host_each(struct store *s, MDB_txn *txn, const struct dp_addr *from,
                    bool (*each)(void *arg, const struct store_host *h), void *arg)
{
	MDB_cursor *hosts, *services;
	MDB_val key, value;
	bool first = true, more = true;
	int ret = mdb_cursor_open(txn, s->dbi[DB_HOST], &hosts);

	if (ret != 0)
		return ret;
	ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &services);
	if (ret != 0) {
		mdb_cursor_close(hosts);
		return ret;
	}
	for (; more && ret == 0; first = false) {
		struct store_host h;
		struct dp_addr addr;

		ret = store_step(hosts, first, from, from == NULL ? 0 : KEY_ADDR, &key, &value);
		if (ret == 0 && key.mv_size != KEY_ADDR)
			ret = EIO;
		if (ret != 0)
			break;
		memcpy(addr.b, key.mv_data, KEY_ADDR);
		ret = store_host_read(s, txn, services, &addr, &h);
		if (ret != 0)
			break;
		more = each(arg, &h);
		store_host_fini(&h);
	}
	mdb_cursor_close(services);
	mdb_cursor_close(hosts);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_each_host(struct store *s, const struct dp_addr *from,
                    bool (*each)(void *arg, const struct store_host *h), void *arg)
{
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = store_host_each(s, txn, from, each, arg);
	mdb_txn_abort(txn);
	return store_errno(ret);
}

static int each_service(struct store *s, MDB_txn *txn, const struct dp_addr *from,
                        bool (*each)(void *arg, const struct record *r), void *arg)
{
	struct record *r = record_new();
	struct record_meta meta;
	MDB_cursor *cursor;
	MDB_val key, value;
	bool first = true, more = true;
	int ret;

	if (r == NULL)
		return ENOMEM;
	ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &cursor);
	if (ret != 0) {
		record_free(r);
		return ret;
	}
	for (; more && ret == 0; first = false) {
		ret = store_step(cursor, first, from, from == NULL ? 0 : KEY_ADDR, &key, &value);
		if (ret == 0)
			ret = store_service_read(s, txn, &key, &value, r, &meta);
		if (ret == 0)
			more = each(arg, r);
	}
	mdb_cursor_close(cursor);
	record_free(r);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

size_t store_service_count(struct store *s)
{
	MDB_txn *txn;
	MDB_stat stat = {0};

	if (store_read_begin(s, &txn) != 0)
		return 0;
	mdb_stat(txn, s->dbi[DB_SERVICE], &stat);
	mdb_txn_abort(txn);
	return stat.ms_entries;
}

static int walk_open(MDB_cursor *cursor, struct record *r,
                     void (*each)(void *arg, const struct dp_addr *addr, uint16_t port,
                                  uint8_t transport),
                     void *arg)
{
	struct record_meta meta;
	MDB_val key, value;
	int ret;

	while ((ret = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		if (key.mv_size != KEY_SERVICE ||
		    record_decode_header(value.mv_data, value.mv_size, r, &meta) < 0)
			return EIO;
		store_key_read(key.mv_data, &r->addr, &r->transport, &r->port);
		if (record_is_up(r))
			each(arg, &r->addr, r->port, r->transport);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_each_open(struct store *s,
                    void (*each)(void *arg, const struct dp_addr *addr, uint16_t port,
                                 uint8_t transport),
                    void *arg)
{
	struct record *r = record_new();
	MDB_cursor *cursor;
	MDB_txn *txn;
	int ret = r == NULL ? ENOMEM : store_read_begin(s, &txn);

	if (ret == 0) {
		ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &cursor);
		if (ret == 0) {
			ret = walk_open(cursor, r, each, arg);
			mdb_cursor_close(cursor);
		}
		mdb_txn_abort(txn);
	}
	record_free(r);
	return store_errno(ret);
}

int store_each(struct store *s, const struct dp_addr *from,
               bool (*each)(void *arg, const struct record *r), void *arg)
{
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = each_service(s, txn, from, each, arg);
	mdb_txn_abort(txn);
	return store_errno(ret);
}
