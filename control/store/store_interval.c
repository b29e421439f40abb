/* SPDX-License-Identifier: Apache-2.0 */
/* store_interval.c - the history of services: past states with start and end. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store_db.h"

/* u8 format (2), u64 end_us, text fingerprint, text product, text version, text service, text
 * ssl_sha256. Format 1 ends behind the version. */
enum { FORMAT = 2 };

void store_interval_fill(struct store_interval *i, const struct record *r,
                         const struct record_meta *meta)
{
	const struct vd_fact *cert = r->facts == NULL ? NULL : vd_facts_get(r->facts, "ssl.sha256");

	i->start_us = meta->interval_us;
	snprintf(i->service, sizeof(i->service), "%s", r->identity.service);
	if (cert != NULL)
		snprintf(i->ssl_sha256, sizeof(i->ssl_sha256), "%s", cert->value);
	if (meta->fingerprint != 0)
		snprintf(i->fingerprint, sizeof(i->fingerprint), "%016" PRIx64, meta->fingerprint);
	snprintf(i->product, sizeof(i->product), "%s", r->identity.product);
	snprintf(i->version, sizeof(i->version), "%s", r->identity.version);
}

int store_interval_put(struct store *s, MDB_txn *txn, const struct store_interval *i)
{
	uint8_t raw[KEY_INTERVAL];
	struct bytes b = {0};
	MDB_val key = store_val(raw, sizeof(raw)), value;
	int ret;

	store_key(raw, &i->addr, i->transport, i->port);
	store_key_be64(raw + KEY_SERVICE, (uint64_t)i->start_us);
	bytes_put_int(&b, FORMAT, 1);
	bytes_put_int(&b, (uint64_t)i->end_us, 8);
	bytes_put_text(&b, i->fingerprint);
	bytes_put_text(&b, i->product);
	bytes_put_text(&b, i->version);
	bytes_put_text(&b, i->service);
	bytes_put_text(&b, i->ssl_sha256);
	value = store_val(b.data, b.len);
	ret = b.failed ? ENOMEM : mdb_put(txn, s->dbi[DB_INTERVAL], &key, &value, 0);
	bytes_fini(&b);
	return ret;
}

static int decode(const MDB_val *key, const MDB_val *value, struct store_interval *i)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	const uint8_t *k = key->mv_data;
	uint64_t format = bytes_get_int(&in, 1);

	memset(i, 0, sizeof(*i));
	if (key->mv_size != KEY_INTERVAL || format == 0 || format > FORMAT)
		return EIO;
	store_key_read(k, &i->addr, &i->transport, &i->port);
	i->start_us = (int64_t)store_key_from_be64(k + KEY_SERVICE);
	i->end_us = (int64_t)bytes_get_int(&in, 8);
	bytes_get_text(&in, i->fingerprint, sizeof(i->fingerprint));
	bytes_get_text(&in, i->product, sizeof(i->product));
	bytes_get_text(&in, i->version, sizeof(i->version));
	if (format > 1) {
		bytes_get_text(&in, i->service, sizeof(i->service));
		bytes_get_text(&in, i->ssl_sha256, sizeof(i->ssl_sha256));
	}
	return in.bad ? EIO : 0;
}

struct walk {
	MDB_cursor *services, *past; /* of DB_SERVICE, and of DB_INTERVAL: the ended intervals */
	struct record *r;
	bool (*each)(void *arg, const struct store_interval *);
	void *arg;
};

/* Visits the ended intervals of one service. */
static int walk_past(const struct walk *w, const uint8_t service[KEY_SERVICE], bool *more)
{
	MDB_val key, value;
	bool first = true;
	int ret = 0;

	for (; *more && ret == 0; first = false) {
		struct store_interval i;

		ret = store_step(w->past, first, service, KEY_SERVICE, &key, &value);
		if (ret == 0 && !store_key_within(&key, service, KEY_SERVICE))
			ret = MDB_NOTFOUND;
		if (ret == 0)
			ret = decode(&key, &value, &i);
		if (ret == 0)
			*more = w->each(w->arg, &i);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

/* Visits the current interval of a service, if it counts. */
static int walk_present(const struct walk *w, const MDB_val *key, const MDB_val *value, bool *more)
{
	struct record_meta meta;
	struct store_interval i = {0};

	if (record_decode(value->mv_data, value->mv_size, w->r, &meta) != 0)
		return EIO;
	if (!*more || !record_is_up(w->r))
		return 0;
	store_key_read(key->mv_data, &i.addr, &i.transport, &i.port);
	store_interval_fill(&i, w->r, &meta);
	*more = w->each(w->arg, &i);
	return 0;
}

static int walk_services(const struct walk *w, const struct dp_addr *addr)
{
	MDB_val key, value;
	bool first = true, more = true;
	int ret = 0;

	for (; more && ret == 0; first = false) {
		ret = store_step(w->services, first, addr->b, KEY_ADDR, &key, &value);
		if (ret == 0 && !store_key_within(&key, addr->b, KEY_ADDR))
			ret = MDB_NOTFOUND;
		if (ret == 0 && key.mv_size != KEY_SERVICE)
			ret = EIO;
		if (ret == 0)
			ret = walk_past(w, key.mv_data, &more);
		if (ret == 0)
			ret = walk_present(w, &key, &value, &more);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_each_interval(struct store *s, const struct dp_addr *addr,
                        bool (*each)(void *arg, const struct store_interval *), void *arg)
{
	struct walk w = {.each = each, .arg = arg, .r = record_new()};
	MDB_txn *txn;
	int ret = w.r == NULL ? ENOMEM : store_read_begin(s, &txn);

	if (ret != 0)
		goto free;
	ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &w.services);
	if (ret != 0)
		goto end;
	ret = mdb_cursor_open(txn, s->dbi[DB_INTERVAL], &w.past);
	if (ret == 0) {
		ret = walk_services(&w, addr);
		mdb_cursor_close(w.past);
	}
	mdb_cursor_close(w.services);
end:
	mdb_txn_abort(txn);
free:
	record_free(w.r);
	return store_errno(ret);
}
