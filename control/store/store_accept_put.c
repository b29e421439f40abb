/* SPDX-License-Identifier: Apache-2.0 */
/* store_accept_put.c - adds or removes an accepted finding and computes the host's score again. */
#include "store_pass.h"

struct host_write {
	const struct store_accept *accept;
	bool remove;
	struct dp_addr addr;
	int64_t now_us;
};

static int write_accept(struct store *s, MDB_txn *txn, void *arg)
{
	const struct host_write *w = arg;
	struct store_merge m;
	int ret = w->remove ? store_accept_erase(s, txn, w->accept)
	                    : store_accept_write(s, txn, w->accept);

	if (ret != 0)
		return ret;
	ret = store_merge_init(&m, s, txn);
	m.cause = "db";
	m.now_us = w->now_us;
	if (ret == 0)
		ret = store_merge_begin(&m, &w->addr);
	if (ret == 0)
		ret = store_pass_reweigh(&m);
	if (ret == 0)
		ret = store_merge_end(&m);
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	return ret;
}

int store_accept_put(struct store *s, const struct store_accept *a)
{
	struct host_write w = {.accept = a, .addr = a->addr, .now_us = a->made_us};

	return store_write(s, write_accept, &w);
}

int store_accept_remove(struct store *s, const struct store_accept *a, int64_t now_us)
{
	struct host_write w = {.accept = a, .addr = a->addr, .now_us = now_us, .remove = true};

	return store_write(s, write_accept, &w);
}
