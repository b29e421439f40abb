/* SPDX-License-Identifier: Apache-2.0 */
/* store_words.c - keeps the command line of a scan word by word, however long it is. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_db.h"

/* The value: u8 format (1), then the words, each with its NUL byte. */
enum { FORMAT = 1 };

/* The key: "words " and the id of the scan. Returns its length. */
static size_t key_of(const char *id, char out[48])
{
	return (size_t)snprintf(out, 48, "words %.31s", id);
}

int store_words_put(struct store *s, MDB_txn *txn, const char *id, const struct store_words *words)
{
	char name[48];
	MDB_val key = store_val(name, key_of(id, name)), value = {.mv_size = words->len + 1};
	int ret = mdb_put(txn, s->dbi[DB_META], &key, &value, MDB_RESERVE);
	uint8_t *to = value.mv_data;

	if (ret != 0)
		return ret;
	to[0] = FORMAT;
	memcpy(to + 1, words->text, words->len);
	return 0;
}

/* Copy the words out of the value. They must end with a NUL byte. */
static int copy(const MDB_val *value, struct store_words *out)
{
	const uint8_t *from = value->mv_data;
	size_t len = value->mv_size;

	if (len < 2 || from[0] != FORMAT || from[len - 1] != '\0')
		return EIO;
	out->text = malloc(len - 1);
	if (out->text == NULL)
		return ENOMEM;
	memcpy(out->text, from + 1, len - 1);
	out->len = len - 1;
	return 0;
}

int store_scan_words(struct store *s, const char *id, struct store_words *out)
{
	char name[48];
	MDB_val key = store_val(name, key_of(id, name)), value;
	struct store_words words;
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = mdb_get(txn, s->dbi[DB_META], &key, &value);
	if (ret == 0)
		ret = copy(&value, &words);
	mdb_txn_abort(txn);
	if (ret == 0)
		*out = words;
	return store_errno(ret);
}
