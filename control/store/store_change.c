/* SPDX-License-Identifier: Apache-2.0 */
/* store_change.c - appends to the change log and reads it in the order of its sequence numbers. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "store_db.h"

/*
 * u8 format (3), u8 type, u8 transport, u16 port, addr[16], u64 time_us, u8 cause, u64 latest_us, text
 * scan, text ref, text before, text after; the last two are states (change.h). Type and cause are
 * indexes into the lists below, which are therefore append only. latest_us is the latest time of
 * this change and all before it: a reader that goes back in time ends there. Format 2 does not have
 * it, and before and after are words.
 */
enum { FORMAT_2 = 2, FORMAT = 3, TIME_AT = 21, LATEST_AT = 30, HEAD = 34 };

static const char *const types[] = {
	"host.new",          "host.gone",           "port.opened",        "port.reopened",
	"port.closed",       "service.changed",     "cert.changed",       "vuln.added",
	"vuln.resolved",     "score.level_changed", "service.identified", "exposure.added",
	"exposure.resolved",
};
static const char *const causes[] = {"scan", "db", "accept", "merge", "host"};

enum { TYPES = sizeof(types) / sizeof(types[0]), CAUSES = sizeof(causes) / sizeof(causes[0]) };
static_assert(TYPES <= 32, "a filter has one bit for each type");

uint32_t store_change_type(const char *name, size_t len)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < TYPES; i++)
		if (strncmp(types[i], name, len) == 0 &&
		    (types[i][len] == '\0' || (len > 0 && types[i][len] == '.')))
			bits |= UINT32_C(1) << i;
	return bits;
}

const char *store_change_type_name(unsigned i)
{
	return i < TYPES ? types[i] : NULL;
}

static unsigned place(const char *const *list, unsigned n, const char *name)
{
	unsigned i = 0;

	while (i < n && strcmp(list[i], name) != 0)
		i++;
	assert(i < n);
	return i;
}

/* latest_us of an entry; the end of time if it does not say that. */
static int64_t latest_of(const MDB_val *value)
{
	const uint8_t *b = value->mv_data;
	struct bytes_in in;

	if (value->mv_size < LATEST_AT + 8 || b[0] != FORMAT)
		return INT64_MAX;
	in = bytes_in_of(b + LATEST_AT, 8);
	return (int64_t)bytes_get_int(&in, 8);
}

int store_change_end(MDB_cursor *cursor, struct store_log_end *end)
{
	MDB_val key, value;
	int ret = mdb_cursor_get(cursor, &key, &value, MDB_LAST);

	*end = (struct store_log_end){.seq = 1};
	if (ret == MDB_NOTFOUND)
		return 0;
	if (ret != 0 || key.mv_size != 8 || value.mv_size == 0)
		return ret != 0 ? ret : EIO;
	end->seq = store_key_from_be64(key.mv_data) + 1;
	end->latest_us = latest_of(&value);
	return 0;
}

int store_change_last(struct store *s, uint64_t *seq)
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	struct store_log_end end;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = mdb_cursor_open(txn, s->dbi[DB_CHANGE], &cursor);
	if (ret == 0) {
		ret = store_change_end(cursor, &end);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	if (ret == 0)
		*seq = end.seq - 1;
	return store_errno(ret);
}

void store_change_encode(const struct store_event *e, struct store_log_end *end, struct bytes *b)
{
	if (e->time_us > end->latest_us)
		end->latest_us = e->time_us;
	bytes_put_int(b, FORMAT, 1);
	bytes_put_int(b, place(types, TYPES, e->type), 1);
	bytes_put_int(b, e->transport, 1);
	bytes_put_int(b, e->port, 2);
	bytes_put(b, e->addr.b, sizeof(e->addr.b));
	bytes_put_int(b, (uint64_t)e->time_us, 8);
	bytes_put_int(b, place(causes, CAUSES, e->cause), 1);
	bytes_put_int(b, (uint64_t)end->latest_us, 8);
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

/* The words of format 2 become a state whose only value is "text". */
static void take_words(char state[CHANGE_STATE], char words[CHANGE_WORDS])
{
	char old[CHANGE_STATE];

	if (state[0] == '\0')
		return;
	snprintf(old, sizeof(old), "%s", state);
	snprintf(state, CHANGE_STATE, "text\t%.160s\n", old);
	snprintf(words, CHANGE_WORDS, "%.159s", old);
}

int store_change_decode(const MDB_val *key, const MDB_val *value, struct store_change *c)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	uint64_t type, cause, format = bytes_get_int(&in, 1);
	const uint8_t *addr;

	memset(c, 0, sizeof(*c));
	if (key->mv_size != 8 || (format != FORMAT && format != FORMAT_2))
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
	if (format != FORMAT_2)
		bytes_get_int(&in, 8); /* latest_us */
	if (type >= TYPES || cause >= CAUSES)
		return EIO;
	snprintf(c->type, sizeof(c->type), "%s", types[type]);
	snprintf(c->cause, sizeof(c->cause), "%s", causes[cause]);
	bytes_get_text(&in, c->scan, sizeof(c->scan));
	bytes_get_text(&in, c->ref, sizeof(c->ref));
	bytes_get_text(&in, c->was, sizeof(c->was));
	bytes_get_text(&in, c->is, sizeof(c->is));
	if (format == FORMAT_2) {
		take_words(c->was, c->before);
		take_words(c->is, c->after);
	} else {
		change_state_words(c->was, c->before);
		change_state_words(c->is, c->after);
	}
	return in.bad ? EIO : 0;
}

static bool is_zero(const struct dp_addr *a)
{
	static const struct dp_addr none;

	return memcmp(a, &none, sizeof(none)) == 0;
}

/* Whether an entry fits, by the part of it that has fixed places: most entries of a large log are
 * passed over, and decoding them would take most of the time. */
static bool fits(const struct store_change_filter *f, const MDB_val *value)
{
	const uint8_t *b = value->mv_data;
	struct bytes_in in = bytes_in_of(b + TIME_AT, 8);
	int64_t time_us = (int64_t)bytes_get_int(&in, 8);

	return (f->types == 0 || (b[1] < TYPES && (f->types >> b[1] & 1) != 0)) &&
	       time_us >= f->since_us && (f->until_us == 0 || time_us < f->until_us) &&
	       memcmp(b + 5, f->first.b, 16) >= 0 &&
	       (is_zero(&f->last) || memcmp(b + 5, f->last.b, 16) <= 0);
}

struct walk {
	const struct store_change_filter *filter;
	bool (*each)(void *arg, const struct store_change *);
	void *arg;
};

/* Position @cursor at the first entry of the walk, in the direction of the filter. */
static int begin(MDB_cursor *cursor, const struct store_change_filter *f, MDB_val *key,
                 MDB_val *value)
{
	uint8_t from[8];
	int ret;

	store_key_be64(from, f->newest_first ? f->before_seq : f->after_seq + 1);
	*key = store_val(from, sizeof(from));
	if (!f->newest_first)
		return mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
	if (f->before_seq == 0)
		return mdb_cursor_get(cursor, key, value, MDB_LAST);
	ret = mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
	return mdb_cursor_get(cursor, key, value, ret == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
}

/* Whether the filter excludes the entry and all that the walk would still reach. */
static bool is_past(const struct store_change_filter *f, const MDB_val *key, const MDB_val *value)
{
	uint64_t seq = store_key_from_be64(key->mv_data);

	return f->newest_first ? seq <= f->after_seq || latest_of(value) < f->since_us
	                       : f->before_seq != 0 && seq >= f->before_seq;
}

static int walk(MDB_cursor *cursor, const struct walk *w)
{
	const struct store_change_filter *f = w->filter;
	MDB_val key, value;
	bool more = true;
	int ret = begin(cursor, f, &key, &value);

	while (ret == 0 && more) {
		struct store_change c;

		if (key.mv_size != 8 || value.mv_size < HEAD)
			return EIO;
		if (is_past(f, &key, &value))
			break;
		if (fits(f, &value)) {
			ret = store_change_decode(&key, &value, &c);
			if (ret != 0)
				break;
			more = w->each(w->arg, &c);
		}
		if (more)
			ret = mdb_cursor_get(cursor, &key, &value,
			                     f->newest_first ? MDB_PREV : MDB_NEXT);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_find_changes(struct store *s, const struct store_change_filter *filter,
                       bool (*each)(void *arg, const struct store_change *), void *arg)
{
	const struct walk w = {filter, each, arg};
	MDB_cursor *cursor;
	MDB_txn *txn;
	int ret;

	if (filter->after_seq == UINT64_MAX)
		return 0;
	ret = store_read_begin(s, &txn);
	if (ret != 0)
		return store_errno(ret);
	ret = mdb_cursor_open(txn, s->dbi[DB_CHANGE], &cursor);
	if (ret == 0) {
		ret = walk(cursor, &w);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return store_errno(ret);
}

int store_each_change(struct store *s, uint64_t after_seq, int64_t since_us,
                      bool (*each)(void *arg, const struct store_change *), void *arg)
{
	const struct store_change_filter filter = {.after_seq = after_seq, .since_us = since_us};

	return store_find_changes(s, &filter, each, arg);
}
