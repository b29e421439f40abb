/* SPDX-License-Identifier: Apache-2.0 */
/* index_rebuild.c - builds the index from the records, and compares it with them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index_db.h"

enum { PIECE = 50000 }; /* services in a transaction */

static int begin_anew(struct store *s, MDB_txn *txn, void *arg)
{
	struct index_head head = {.version = INDEX_VERSION};
	MDB_val key = store_val("h", 1), value = store_val(&head, sizeof(head));
	int ret = mdb_drop(txn, s->dbi[DB_ROW], 0);

	(void)arg;
	memcpy(head.digest, index_indexer()->digest, sizeof(head.digest));
	for (unsigned d = 0; d < STORE_DIMS; d++)
		head.profiles[d] = 1;
	for (unsigned f = 0; f < STORE_INDEX_FIELDS; f++)
		head.values[f] = 1;
	if (ret == 0)
		ret = mdb_drop(txn, s->dbi[DB_INDEX], 0);
	return ret != 0 ? ret : mdb_put(txn, s->dbi[DB_INDEX], &key, &value, 0);
}

struct piece {
	uint8_t from[KEY_SERVICE], next[KEY_SERVICE]; /* kept, because a piece may run twice */
	bool last;
};

static int add_services(struct store *s, MDB_txn *txn, MDB_cursor *cursor, struct piece *p)
{
	struct record *r = record_new();
	struct record_meta meta;
	MDB_val key, value;
	bool first = true;
	int ret = r == NULL ? ENOMEM : 0;

	for (size_t n = 0; ret == 0; n++, first = false) {
		ret = store_step(cursor, first, p->from, KEY_SERVICE, &key, &value);
		if (ret != 0)
			break;
		if (n == PIECE) {
			memcpy(p->next, key.mv_data, KEY_SERVICE);
			break;
		}
		ret = store_service_read(s, txn, &key, &value, r, &meta);
		if (ret == 0)
			ret = store_index_put(s, txn, r, &meta, true);
	}
	p->last = ret == MDB_NOTFOUND;
	record_free(r);
	return p->last ? 0 : ret;
}

static int run_piece(struct store *s, MDB_txn *txn, void *arg)
{
	MDB_cursor *cursor;
	int ret = mdb_cursor_open(txn, s->dbi[DB_SERVICE], &cursor);

	if (ret != 0)
		return ret;
	ret = add_services(s, txn, cursor, arg);
	mdb_cursor_close(cursor);
	return ret;
}

static int finish(struct store *s, MDB_txn *txn, void *arg)
{
	int ret = index_begin(s, txn);

	(void)arg;
	s->index->head.ready = 1;
	return ret;
}

int store_index_rebuild(struct store *s)
{
	struct piece p = {.last = false};
	int ret;

	if (index_indexer() == NULL)
		return -EINVAL;
	store_index_abort(s); /* numbers of profiles that are known are those of the old index */
	ret = store_write(s, begin_anew, NULL);
	while (ret == 0 && !p.last) {
		ret = store_write(s, run_piece, &p);
		memcpy(p.from, p.next, sizeof(p.from));
	}
	return ret != 0 ? ret : store_write(s, finish, NULL);
}

int store_index_ensure(struct store *s)
{
	struct index_head head;
	MDB_val key = store_val("h", 1), value;
	bool there;
	MDB_txn *txn;
	int ret;

	if (index_indexer() == NULL)
		return 0;
	ret = store_read_begin(s, &txn);
	if (ret != 0)
		return store_errno(ret);
	there = mdb_get(txn, s->dbi[DB_INDEX], &key, &value) == 0 && value.mv_size == sizeof(head);
	if (there)
		memcpy(&head, value.mv_data, sizeof(head));
	mdb_txn_abort(txn);
	if (there && head.version == INDEX_VERSION && head.ready == 1 &&
	    memcmp(head.digest, index_indexer()->digest, sizeof(head.digest)) == 0)
		return 0;
	return store_index_rebuild(s);
}

/* ---- the comparison -------------------------------------------------------------------------- */

struct check {
	struct store *s;
	MDB_txn *txn;
	struct store_index_report *out;
	struct bytes text, stored;
	uint32_t *counts[STORE_DIMS];
};

static void wrong(struct check *c, const struct record *r, const char *what)
{
	char addr[DP_ADDR_TEXT];

	if (c->out->wrong++ > 0)
		return;
	if (r == NULL)
		snprintf(c->out->first, sizeof(c->out->first), "%s", what);
	else
		snprintf(c->out->first, sizeof(c->out->first), "%s %s/%u: %s",
		         dp_addr_format(&r->addr, addr), record_transport_name(r->transport),
		         r->port, what);
}

/* Whether the value of a field that the index has for @profile is that of @r. */
static bool has_value(struct check *c, unsigned field, uint32_t profile, const struct record *r)
{
	uint32_t number = index_get(c->s, STORE_COL_FIELD + field, profile);
	uint8_t raw[8] = {'w', 0, (uint8_t)(field >> 8), (uint8_t)field};
	MDB_val key = store_val(raw, sizeof(raw)), value = {0};

	for (unsigned i = 0; i < 4; i++)
		raw[4 + i] = (uint8_t)(number >> (24 - 8 * i));
	bytes_clear(&c->text);
	index_indexer()->values(field, r, &c->text);
	if (number == 0)
		return c->text.len == 0;
	return mdb_get(c->txn, c->s->dbi[DB_INDEX], &key, &value) == 0 &&
	       value.mv_size == c->text.len &&
	       memcmp(value.mv_data, c->text.data, c->text.len) == 0;
}

static void check_values(struct check *c, unsigned dim, uint32_t profile, const struct record *r)
{
	for (unsigned f = 0; f < index_indexer()->fields; f++)
		if (index_indexer()->dim(f) == dim && !has_value(c, f, profile, r)) {
			wrong(c, r, "the index has another value of a field");
			return;
		}
}

static void check_row(struct check *c, const MDB_val *key, const struct record *r)
{
	MDB_val k = *key, value;
	const uint8_t *addr;
	const int64_t *seen, *first;
	uint32_t at[2];

	c->out->rows++;
	if (mdb_get(c->txn, c->s->dbi[DB_ROW], &k, &value) != 0 || value.mv_size != sizeof(at)) {
		wrong(c, r, "it is not in the index");
		return;
	}
	memcpy(at, value.mv_data, sizeof(at));
	addr = index_at(c->s, STORE_COL_ADDR, at[1], false);
	seen = index_at(c->s, STORE_COL_LAST_SEEN, at[0], false);
	first = index_at(c->s, STORE_COL_FIRST_SEEN, at[0], false);
	if (addr == NULL || memcmp(addr, r->addr.b, KEY_ADDR) != 0 ||
	    index_get(c->s, STORE_COL_HOST, at[0]) != at[1])
		wrong(c, r, "the index has another host");
	if (seen == NULL || *seen != r->last_seen_us || first == NULL || *first != r->first_seen_us)
		wrong(c, r, "the index has another time");
	for (unsigned d = 0; d < STORE_DIMS; d++) {
		uint32_t profile = index_get(c->s, STORE_COL_SERVICE + d, at[0]);

		if (profile == 0 || profile >= c->s->index->head.profiles[d]) {
			wrong(c, r, "the index has no profile for it");
			continue;
		}
		c->counts[d][profile]++;
		check_values(c, d, profile, r);
	}
}

static void check_counts(struct check *c)
{
	MDB_stat stat = {0};

	for (unsigned d = 0; d < STORE_DIMS; d++)
		for (uint32_t p = 1; p < c->s->index->head.profiles[d]; p++)
			if (index_get(c->s, STORE_COL_SERVICE_COUNT + d, p) != c->counts[d][p])
				wrong(c, NULL, "a profile has another count than rows");
	if (mdb_stat(c->txn, c->s->dbi[DB_ROW], &stat) == 0 && stat.ms_entries != c->out->rows)
		wrong(c, NULL, "the index has rows without a record");
}

static int check_all(struct check *c)
{
	struct record *r = record_new();
	struct record_meta meta;
	MDB_cursor *cursor;
	MDB_val key, value;
	int ret = r == NULL ? ENOMEM : mdb_cursor_open(c->txn, c->s->dbi[DB_SERVICE], &cursor);

	if (ret == 0) {
		while ((ret = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
			ret = store_service_read(c->s, c->txn, &key, &value, r, &meta);
			if (ret != 0)
				break;
			check_row(c, &key, r);
		}
		mdb_cursor_close(cursor);
	}
	record_free(r);
	if (ret != MDB_NOTFOUND)
		return ret;
	check_counts(c);
	return 0;
}

static int check_snapshot(struct check *c)
{
	int ret = index_begin(c->s, c->txn);

	if (ret == 0 && (!c->s->index->usable || c->s->index->head.ready == 0))
		ret = MDB_NOTFOUND;
	for (unsigned d = 0; d < STORE_DIMS && ret == 0; d++) {
		c->counts[d] = calloc(c->s->index->head.profiles[d] + 1ul, sizeof(uint32_t));
		if (c->counts[d] == NULL)
			ret = ENOMEM;
	}
	if (ret == 0)
		ret = check_all(c);
	store_index_abort(c->s);
	for (unsigned d = 0; d < STORE_DIMS; d++)
		free(c->counts[d]);
	bytes_fini(&c->text);
	bytes_fini(&c->stored);
	return ret;
}

int store_index_check(struct store *s, struct store_index_report *out)
{
	struct check c = {.s = s, .out = out};
	int ret = index_indexer() == NULL ? MDB_NOTFOUND : store_read_begin(s, &c.txn);

	memset(out, 0, sizeof(*out));
	if (ret != 0)
		return store_errno(ret);
	ret = check_snapshot(&c);
	mdb_txn_abort(c.txn);
	return store_errno(ret);
}
