/* SPDX-License-Identifier: Apache-2.0 */
/* store_batch.c - sorts a batch of sightings and records and merges it in one transaction. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_db.h"
#include "store_merge.h"

/* An element of the batch. The sightings have the lowest numbers, then come the records, then the
 * flags. */
struct item {
	uint8_t key[KEY_SERVICE];
	uint32_t number;
};

struct job {
	const struct store_batch *batch;
	const char *scan;
	struct item *items;
	size_t n;
};

static int compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = memcmp(x->key, y->key, sizeof(x->key));

	return d != 0 ? d : x->number < y->number ? -1 : 1;
}

static int merge_service(struct store_merge *m, const struct store_batch *b, uint32_t number)
{
	bool doubted = m->doubted;
	int ret;

	m->opened = false;
	ret = number < b->sighting_count
	              ? store_merge_sighting(m, &b->sightings[number])
	              : store_merge_record(m, b->records[number - b->sighting_count]);
	if (b->opened != NULL)
		b->opened[number] = m->opened;
	if (b->traps != NULL && number >= b->sighting_count)
		b->traps[number - b->sighting_count] = m->doubted && !doubted;
	return ret;
}

static int merge_item(struct store_merge *m, const struct store_batch *b, uint32_t number)
{
	const size_t services = b->sighting_count + b->record_count;

	if (number < services)
		return merge_service(m, b, number);
	store_merge_flag(m, b->flags[number - services].middlebox);
	return 0;
}

/* Ends the host whose items lie from number @from to below @to. What was merged before its honeypot
 * showed is doubted, too. */
static int end_host(struct store_merge *m, const struct job *j, size_t from, size_t to)
{
	const struct store_batch *b = j->batch;

	for (size_t i = from; i < to && m->doubted; i++) {
		uint32_t number = j->items[i].number;

		if (number >= b->sighting_count && number < b->sighting_count + b->record_count)
			store_merge_doubt_record(b->records[number - b->sighting_count]);
	}
	return store_merge_end(m);
}

static int merge_all(struct store_merge *m, const struct job *j)
{
	size_t first = 0;
	int ret = 0;

	for (size_t i = 0; i < j->n && ret == 0; i++) {
		const struct item *item = &j->items[i];

		if (i == 0 || memcmp(item->key, m->addr.b, KEY_ADDR) != 0) {
			struct dp_addr addr;

			if (i > 0)
				ret = end_host(m, j, first, i);
			first = i;
			memcpy(addr.b, item->key, KEY_ADDR);
			if (ret == 0)
				ret = store_merge_begin(m, &addr);
		}
		if (ret == 0)
			ret = merge_item(m, j->batch, item->number);
	}
	return ret != 0 || j->n == 0 ? ret : end_host(m, j, first, j->n);
}

static int write_job(struct store *s, MDB_txn *txn, void *arg)
{
	const struct job *j = arg;
	struct store_merge m;
	int ret = store_merge_init(&m, s, txn);

	m.scan = j->scan;
	if (ret == 0 && j->batch->record_count > 0)
		ret = store_stamp_note(s, txn);
	if (ret == 0)
		ret = merge_all(&m, j);
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	if (ret == 0 && j->batch->checkpoint != NULL)
		ret = store_scan_put(s, txn, j->batch->checkpoint);
	return ret;
}

static void list_items(const struct store_batch *b, struct item *out)
{
	for (size_t i = 0; i < b->sighting_count; i++) {
		const struct record_sighting *r = &b->sightings[i];

		store_key(out->key, &r->addr, r->transport, r->port);
		out++->number = (uint32_t)i;
	}
	for (size_t i = 0; i < b->record_count; i++) {
		const struct record *r = b->records[i];

		store_key(out->key, &r->addr, r->transport, r->port);
		out++->number = (uint32_t)(b->sighting_count + i);
	}
	for (size_t i = 0; i < b->flag_count; i++) {
		store_key(out->key, &b->flags[i].addr, UINT8_MAX, UINT16_MAX);
		out++->number = (uint32_t)(b->sighting_count + b->record_count + i);
	}
}

int store_put_batch(struct store *s, const char *scan, const struct store_batch *batch)
{
	struct job j = {.batch = batch, .scan = scan};
	int ret;

	j.n = batch->sighting_count + batch->record_count + batch->flag_count;
	if (j.n > UINT32_MAX)
		return -EINVAL;
	j.items = malloc((j.n + 1) * sizeof(*j.items));
	if (j.items == NULL)
		return -ENOMEM;
	list_items(batch, j.items);
	if (j.n > 1)
		qsort(j.items, j.n, sizeof(*j.items), compare);
	ret = store_write(s, write_job, &j);
	free(j.items);
	return ret == 0 && batch->checkpoint != NULL ? store_sync(s) : ret;
}
