/* SPDX-License-Identifier: Apache-2.0 */
/* store_key.c - encodes keys so that their byte order is the order of addresses and ports. */
#include <string.h>

#include "store_db.h"

void store_key(uint8_t out[KEY_SERVICE], const struct dp_addr *addr, uint8_t transport,
               uint16_t port)
{
	memcpy(out, addr->b, KEY_ADDR);
	out[16] = transport;
	out[17] = (uint8_t)(port >> 8);
	out[18] = (uint8_t)port;
}

void store_key_read(const uint8_t *key, struct dp_addr *addr, uint8_t *transport, uint16_t *port)
{
	memcpy(addr->b, key, KEY_ADDR);
	*transport = key[16];
	*port = (uint16_t)(key[17] << 8 | key[18]);
}

void store_key_be64(uint8_t out[8], uint64_t v)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> (56 - 8 * i));
}

uint64_t store_key_from_be64(const uint8_t in[8])
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | in[i];
	return v;
}

bool store_key_within(const MDB_val *key, const void *prefix, size_t n)
{
	return key->mv_size >= n && memcmp(key->mv_data, prefix, n) == 0;
}

/* Six parameters: mdb_cursor_get()'s, and where to begin. */
int store_step(MDB_cursor *cursor, bool first, const void *at, size_t n, MDB_val *key,
               MDB_val *value)
{
	if (!first)
		return mdb_cursor_get(cursor, key, value, MDB_NEXT);
	*key = store_val(at, n);
	return mdb_cursor_get(cursor, key, value, n == 0 ? MDB_FIRST : MDB_SET_RANGE);
}
