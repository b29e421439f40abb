/* SPDX-License-Identifier: Apache-2.0 */
/* index_page.c - the columns of the index: values of one width in pages. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index_db.h"

enum { KEY_PAGE = 8 };

static unsigned width(unsigned column)
{
	switch (column) {
	case STORE_COL_TEXT_SIGN:
		return STORE_SIGN;
	case STORE_COL_ADDR:
		return 16;
	case STORE_COL_FIRST_SEEN:
	case STORE_COL_LAST_SEEN:
		return 8;
	default:
		return 4;
	}
}

unsigned store_column_room(unsigned column)
{
	return STORE_PAGE_BYTES / width(column);
}

static void page_key(uint8_t out[KEY_PAGE], uint64_t key)
{
	store_key_be64(out, key);
	out[0] = 'c';
}

static const void *stored(struct store *s, uint64_t at)
{
	uint8_t raw[KEY_PAGE];
	MDB_val key = store_val(raw, sizeof(raw)), value;

	page_key(raw, at);
	if (mdb_get(s->index->txn, s->dbi[DB_INDEX], &key, &value) != 0 ||
	    value.mv_size != STORE_PAGE_BYTES)
		return NULL;
	return value.mv_data;
}

/* The page in memory, which the transaction changes. */
static uint8_t *edited(struct store *s, uint64_t at)
{
	struct index_page *p = hash_table_take(&s->index->pages, &at);
	const void *was;

	if (p == NULL || p->data != NULL)
		return p == NULL ? NULL : p->data;
	p->data = malloc(STORE_PAGE_BYTES);
	if (p->data == NULL)
		return NULL;
	was = stored(s, at);
	if (was != NULL)
		memcpy(p->data, was, STORE_PAGE_BYTES);
	else
		memset(p->data, 0, STORE_PAGE_BYTES);
	return p->data;
}

static const uint8_t *seen(struct store *s, uint64_t at)
{
	const struct index_page *p = hash_table_find(&s->index->pages, &at);

	return p != NULL && p->data != NULL ? p->data : stored(s, at);
}

void *index_at(struct store *s, unsigned column, uint32_t i, bool edit)
{
	unsigned room = store_column_room(column);
	uint64_t at = (uint64_t)column << 32 | i / room;
	const uint8_t *page = edit ? edited(s, at) : seen(s, at);

	if (page == NULL) {
		s->index->failed |= edit;
		return NULL;
	}
	return (uint8_t *)(uintptr_t)page + (size_t)(i % room) * width(column);
}

uint32_t index_get(struct store *s, unsigned column, uint32_t i)
{
	const uint32_t *at = index_at(s, column, i, false);

	return at == NULL ? 0 : *at;
}

void index_set(struct store *s, unsigned column, uint32_t i, uint32_t value)
{
	uint32_t *at = index_at(s, column, i, true);

	if (at != NULL)
		*at = value;
}

static int by_key(const void *a, const void *b)
{
	const struct index_page *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static int write_pages(struct store *s, const struct index_page *list, size_t n)
{
	int ret = 0;

	for (size_t i = 0; i < n && ret == 0; i++) {
		uint8_t raw[KEY_PAGE];
		MDB_val key = store_val(raw, sizeof(raw)),
			value = store_val(list[i].data, STORE_PAGE_BYTES);

		page_key(raw, list[i].key);
		ret = mdb_put(s->index->txn, s->dbi[DB_INDEX], &key, &value, 0);
	}
	return ret;
}

int index_flush_pages(struct store *s)
{
	struct index_writer *w = s->index;
	struct index_page *list = calloc(hash_table_count(&w->pages) + 1, sizeof(*list));
	const struct index_page *p;
	size_t at = 0, n = 0;
	int ret;

	if (list == NULL)
		return ENOMEM;
	while ((p = hash_table_next(&w->pages, &at)) != NULL)
		if (p->data != NULL)
			list[n++] = *p;
	qsort(list, n, sizeof(*list), by_key);
	ret = write_pages(s, list, n);
	free(list);
	return ret;
}

void index_drop_pages(struct index_writer *w)
{
	const struct index_page *p;
	size_t at = 0;

	while ((p = hash_table_next(&w->pages, &at)) != NULL)
		free(p->data);
	hash_table_fini(&w->pages);
	hash_table_init(&w->pages, sizeof(uint64_t), sizeof(struct index_page));
}
