/* SPDX-License-Identifier: Apache-2.0 */
/* store_change.c - appends to the change log and reads it in the order of its sequence numbers. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store_db.h"

/*
 * u8 format (2), u8 type, u8 transport, u16 port, addr[16], u64 time_us, u8 cause, text scan, text
 * ref, text before, text after. Type and cause are indexes into the lists below, which are
 * therefore append only.
 */
enum { FORMAT = 2 };

static const char *const types[] = {
	"host.new",        "host.gone",    "port.opened", "port.reopened", "port.closed",
	"service.changed", "cert.changed", "vuln.added",  "vuln.resolved", "score.level_changed",
};
static const char *const causes[] = {"scan", "db"};

enum { TYPES = sizeof(types) / sizeof(types[0]), CAUSES = sizeof(causes) / sizeof(causes[0]) };

static unsigned place(const char *const *list, unsigned n, const char *name)
{
	unsigned i = 0;

	while (i < n && strcmp(list[i], name) != 0)
		i++;
	assert(i < n);
	return i;
}

int store_change_next(MDB_cursor *cursor, uint64_t *seq)
{
	MDB_val key, value;
	int ret = mdb_cursor_get(cursor, &key, &value, MDB_LAST);

	if (ret != 0 && ret != MDB_NOTFOUND)
		return ret;
	*seq = ret == 0 && key.mv_size == 8 ? store_key_from_be64(key.mv_data) + 1 : 1;
	return 0;
}

void store_change_encode(const struct store_event *e, struct bytes *b)
{
	bytes_put_int(b, FORMAT, 1);
	bytes_put_int(b, place(types, TYPES, e->type), 1);
	bytes_put_int(b, e->transport, 1);
	bytes_put_int(b, e->port, 2);
	bytes_put(b, e->addr.b, sizeof(e->addr.b));
	bytes_put_int(b, (uint64_t)e->time_us, 8);
	bytes_put_int(b, place(causes, CAUSES, e->cause), 1);
	bytes_put_text(b, e->scan);
	bytes_put_text(b, e->ref);
	bytes_put_text(b, e->before);
	bytes_put_text(b, e->after);
}

int store_change_append(MDB_cursor *cursor, uint64_t seq, const void *data, size_t len)
{
	uint8_t raw[8];
	MDB_val key = store_val(raw, sizeof(raw)), value = store_val(data, len);

	store_key_be64(raw, seq);
	return mdb_cursor_put(cursor, &key, &value, MDB_APPEND);
}

static int decode(const MDB_val *key, const MDB_val *value, struct store_change *c)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	const uint8_t *addr;
	uint64_t type, cause;

	memset(c, 0, sizeof(*c));
	if (key->mv_size != 8 || bytes_get_int(&in, 1) != FORMAT)
		return EIO;
	c->seq = store_key_from_be64(key->mv_data);
	type = bytes_get_int(&in, 1);
	c->transport = (uint8_t)bytes_get_int(&in, 1);
	c->port = (uint16_t)bytes_get_int(&in, 2);
	addr = bytes_get(&in, sizeof(c->addr.b));
	if (addr != NULL)
		memcpy(c->addr.b, addr, sizeof(c->addr.b));
	c->time_us = (int64_t)bytes_get_int(&in, 8);
	cause = bytes_get_int(&in, 1);
	if (type >= TYPES || cause >= CAUSES)
		return EIO;
	snprintf(c->type, sizeof(c->type), "%s", types[type]);
	snprintf(c->cause, sizeof(c->cause), "%s", causes[cause]);
	bytes_get_text(&in, c->scan, sizeof(c->scan));
	bytes_get_text(&in, c->ref, sizeof(c->ref));
	bytes_get_text(&in, c->before, sizeof(c->before));
	bytes_get_text(&in, c->after, sizeof(c->after));
	return in.bad ? EIO : 0;
}

int store_each_change(struct store *s, uint64_t after_seq, int64_t since_us,
                      bool (*each)(void *arg, const struct store_change *), void *arg)
{
	uint8_t from[8];
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_txn *txn;
	bool first = true, more = true;
	int ret;

	if (after_seq == UINT64_MAX)
		return 0;
	ret = store_read_begin(s, &txn);
	if (ret != 0)
		return store_errno(ret);
	ret = mdb_cursor_open(txn, s->dbi[DB_CHANGE], &cursor);
	if (ret != 0)
		goto end;
	store_key_be64(from, after_seq + 1);
	for (; more && ret == 0; first = false) {
		struct store_change c;

		ret = store_step(cursor, first, from, sizeof(from), &key, &value);
		if (ret == 0)
			ret = decode(&key, &value, &c);
		if (ret == 0 && c.time_us >= since_us)
			more = each(arg, &c);
	}
	mdb_cursor_close(cursor);
end:
	mdb_txn_abort(txn);
	return ret == MDB_NOTFOUND ? 0 : store_errno(ret);
}
