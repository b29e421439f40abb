/* SPDX-License-Identifier: Apache-2.0 */
/* store_sweep.c - collects the sets of verdicts that are in use and deletes all others. */
#include <errno.h>
#include <string.h>

#include "store_db.h"

enum { SET = 16 };

void store_used_init(struct store_used *u)
{
	hash_table_init(&u->sets, SET, SET);
	memset(u->last, 0, SET);
}

int store_used_add(struct store_used *u, const uint8_t set[SET])
{
	if (hash_table_count(&u->sets) > 0 && memcmp(set, u->last, SET) == 0)
		return 0;
	memcpy(u->last, set, SET);
	return hash_table_take(&u->sets, set) != NULL ? 0 : ENOMEM;
}

bool store_used_has(const struct store_used *u, const uint8_t set[SET])
{
	return hash_table_find(&u->sets, set) != NULL;
}

void store_used_fini(struct store_used *u)
{
	hash_table_fini(&u->sets);
}

int store_sweep(struct store *s, MDB_txn *txn, void *arg)
{
	const struct store_used *u = arg;
	MDB_cursor *cursor;
	MDB_val key, value;
	int ret = mdb_cursor_open(txn, s->dbi[DB_VERDICTS], &cursor);

	if (ret != 0)
		return ret;
	while ((ret = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		if (key.mv_size == 16 && store_used_has(u, key.mv_data))
			continue;
		ret = mdb_cursor_del(cursor, 0);
		if (ret != 0)
			break;
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : ret;
}
