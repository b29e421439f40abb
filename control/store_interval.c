/* SPDX-License-Identifier: Apache-2.0 */
/* store_interval.c - the history of services: what was there from when to when. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store_db.h"

/* u8 format (1), u64 end_us, text fingerprint, text product, text version. */
enum { FORMAT = 1 };

int store_interval_put(struct store *s, MDB_txn *txn, const struct store_interval *i)
{
	uint8_t raw[KEY_INTERVAL];
	struct bytes b = {0};
	MDB_val key = store_val(raw, sizeof(raw)), value;
	int rc;

	store_key(raw, &i->addr, i->transport, i->port);
	store_key_be64(raw + KEY_SERVICE, (uint64_t)i->start_us);
	bytes_put_int(&b, FORMAT, 1);
	bytes_put_int(&b, (uint64_t)i->end_us, 8);
	bytes_put_text(&b, i->fingerprint);
	bytes_put_text(&b, i->product);
	bytes_put_text(&b, i->version);
	value = store_val(b.data, b.len);
	rc = b.failed ? ENOMEM : mdb_put(txn, s->dbi[DB_INTERVAL], &key, &value, 0);
	bytes_fini(&b);
	return rc;
}

static int decode(const MDB_val *key, const MDB_val *value, struct store_interval *i)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	const uint8_t *k = key->mv_data;

	memset(i, 0, sizeof(*i));
	if (key->mv_size != KEY_INTERVAL || bytes_get_int(&in, 1) != FORMAT)
		return EIO;
	store_key_read(k, &i->addr, &i->transport, &i->port);
	i->start_us = (int64_t)store_key_from_be64(k + KEY_SERVICE);
	i->end_us = (int64_t)bytes_get_int(&in, 8);
	bytes_get_text(&in, i->fingerprint, sizeof(i->fingerprint));
	bytes_get_text(&in, i->product, sizeof(i->product));
	bytes_get_text(&in, i->version, sizeof(i->version));
	return in.bad ? EIO : 0;
}

int store_each_interval(struct store *s, const struct dp_addr *addr,
			bool (*each)(void *arg, const struct store_interval *), void *arg)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_txn *txn;
	bool first = true, more = true;
	int rc = store_read_begin(s, &txn);

	if (rc != 0)
		return store_errno(rc);
	rc = mdb_cursor_open(txn, s->dbi[DB_INTERVAL], &cursor);
	if (rc != 0)
		goto end;
	for (; more && rc == 0; first = false) {
		struct store_interval i;

		rc = store_step(cursor, first, addr->b, KEY_ADDR, &key, &value);
		if (rc == 0 && !store_key_within(&key, addr->b, KEY_ADDR))
			rc = MDB_NOTFOUND;
		if (rc == 0)
			rc = decode(&key, &value, &i);
		if (rc == 0)
			more = each(arg, &i);
	}
	mdb_cursor_close(cursor);
end:
	store_read_end(s, txn);
	return rc == MDB_NOTFOUND ? 0 : store_errno(rc);
}
