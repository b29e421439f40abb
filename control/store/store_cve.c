/* SPDX-License-Identifier: Apache-2.0 */
/* store_cve.c - finds the services that have a verdict on a CVE by the sets of verdicts that name
 * it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_db.h"

static bool names(const struct vd_verdict *list, uint32_t n, const char *cve)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(list[i].cve, cve) == 0)
			return true;
	return false;
}

/* Collects the keys of the sets that name the CVE. Far fewer sets than services are stored. */
static int find_sets(struct store *s, MDB_txn *txn, const char *cve, struct store_used *sets)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	int ret = mdb_cursor_open(txn, s->dbi[DB_VERDICTS], &cursor);

	if (ret != 0)
		return ret;
	while ((ret = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		struct record_verdicts v;

		if (key.mv_size != 16 ||
		    record_decode_verdicts(value.mv_data, value.mv_size, &v) != 0) {
			ret = EIO;
			break;
		}
		if (names(v.list, v.count, cve))
			ret = store_used_add(sets, key.mv_data);
		free(v.list);
		if (ret != 0)
			break;
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

struct walk {
	struct store *s;
	MDB_txn *txn;
	const struct store_used *sets;
	struct record *r;
	bool (*each)(void *arg, const struct record *r);
	void *arg;
};

static int visit(const struct walk *w, const MDB_val *key, const MDB_val *value, bool *more)
{
	struct record_meta meta;
	int ret;

	if (record_decode_header(value->mv_data, value->mv_size, w->r, &meta) < 0)
		return EIO;
	if (!store_used_has(w->sets, meta.verdict_set))
		return 0;
	ret = store_service_read(w->s, w->txn, key, value, w->r, &meta);
	if (ret == 0)
		*more = w->each(w->arg, w->r);
	return ret;
}

static int walk(const struct walk *w)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	bool more = true;
	int ret = mdb_cursor_open(w->txn, w->s->dbi[DB_SERVICE], &cursor);

	if (ret != 0)
		return ret;
	while (more && ret == 0) {
		ret = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
		if (ret == 0)
			ret = visit(w, &key, &value, &more);
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_each_with(struct store *s, const char *cve,
                    bool (*each)(void *arg, const struct record *r), void *arg)
{
	struct store_used sets;
	struct walk w = {.s = s, .sets = &sets, .each = each, .arg = arg};
	int ret = store_read_begin(s, &w.txn);

	if (ret != 0)
		return store_errno(ret);
	store_used_init(&sets);
	w.r = record_new();
	ret = w.r != NULL ? find_sets(s, w.txn, cve, &sets) : ENOMEM;
	if (ret == 0 && hash_table_count(&sets.sets) > 0)
		ret = walk(&w);
	record_free(w.r);
	store_used_fini(&sets);
	mdb_txn_abort(w.txn);
	return store_errno(ret);
}
