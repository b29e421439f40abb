/* SPDX-License-Identifier: Apache-2.0 */
/* store_sweep.c - the end of sets of verdicts that no service has any more. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_db.h"

static uint64_t half(const uint8_t set[16])
{
	uint64_t h;

	memcpy(&h, set, sizeof(h));
	return h != 0 ? h : 1;
}

/* Where a key is, or would be. */
static size_t place(const struct store_used *u, uint64_t key)
{
	size_t at = (size_t)key & (u->slots - 1);

	while (u->keys[at] != 0 && u->keys[at] != key)
		at = (at + 1) & (u->slots - 1);
	return at;
}

static int grow(struct store_used *u)
{
	struct store_used more = {.slots = u->slots == 0 ? 1024 : u->slots * 2, .count = u->count};

	more.keys = calloc(more.slots, sizeof(*more.keys));
	if (more.keys == NULL)
		return ENOMEM;
	for (size_t i = 0; i < u->slots; i++)
		if (u->keys[i] != 0)
			more.keys[place(&more, u->keys[i])] = u->keys[i];
	free(u->keys);
	*u = more;
	return 0;
}

int store_used_add_half(struct store_used *u, uint64_t key)
{
	size_t at;

	if (u->count * 2 >= u->slots && grow(u) != 0)
		return ENOMEM;
	at = place(u, key);
	u->count += u->keys[at] == 0;
	u->keys[at] = key;
	return 0;
}

int store_used_add(struct store_used *u, const uint8_t set[16])
{
	uint64_t key = half(set);

	/* Neighbours often share one. */
	if (u->slots > 0 && u->keys[(size_t)key & (u->slots - 1)] == key)
		return 0;
	return store_used_add_half(u, key);
}

bool store_used_has(const struct store_used *u, const uint8_t set[16])
{
	return u->slots > 0 && u->keys[place(u, half(set))] != 0;
}

void store_used_fini(struct store_used *u)
{
	free(u->keys);
	memset(u, 0, sizeof(*u));
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
