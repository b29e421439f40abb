/* SPDX-License-Identifier: Apache-2.0 */
/* store_accept_put.c - adds or removes an accepted finding and computes the scores of its hosts
 * again. */
#include <string.h>

#include "accept.h"
#include "store_pass.h"

struct write {
	const struct store_accept *accept;
	bool remove;
	int64_t now_us;
};

static int put_or_erase(struct store *s, MDB_txn *txn, const struct write *w)
{
	return w->remove ? store_accept_erase(s, txn, w->accept)
	                 : store_accept_write(s, txn, w->accept);
}

static int write_one(struct store *s, MDB_txn *txn, void *arg)
{
	const struct write *w = arg;
	struct store_merge m;
	int ret = put_or_erase(s, txn, w);

	if (ret != 0)
		return ret;
	ret = store_merge_init(&m, s, txn);
	m.cause = "accept";
	m.ref = w->accept->id;
	m.now_us = w->now_us;
	if (ret == 0)
		ret = store_merge_begin(&m, &w->accept->addr);
	if (ret == 0)
		ret = store_pass_reweigh(&m);
	if (ret == 0)
		ret = store_merge_end(&m);
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	return ret;
}

static int write_range(struct store *s, MDB_txn *txn, void *arg)
{
	return put_or_erase(s, txn, arg);
}

static int visit(void *arg, struct store_merge *m, const uint8_t *key, const MDB_val *value)
{
	const struct write *w = arg;

	(void)value;
	m->ref = w->accept->id;
	return accept_has(w->accept, &m->addr) ? store_merge_reweigh(m, key) : 0;
}

static int write_accept(struct store *s, struct write *w)
{
	const struct store_pass pass = {
		.scan = "", .cause = "accept", .now_us = w->now_us, .visit = visit, .arg = w};
	int ret;

	if (!w->accept->range)
		return store_write(s, write_one, w);
	ret = store_write(s, write_range, w);
	return ret != 0 ? ret : store_pass(s, &pass);
}

int store_accept_put(struct store *s, const struct store_accept *a)
{
	struct write w = {.accept = a, .now_us = a->made_us};

	return write_accept(s, &w);
}

int store_accept_remove(struct store *s, const struct store_accept *a, int64_t now_us)
{
	struct write w = {.accept = a, .now_us = now_us, .remove = true};

	return write_accept(s, &w);
}
