/* SPDX-License-Identifier: Apache-2.0 */
/* since.c - looks for an earlier scan of the same targets. */
#include <string.h>

#include "since.h"

struct search {
	const struct store_scan *now;
	char *id;
	int64_t start_us;
};

static bool look(void *arg, const struct store_scan *b)
{
	struct search *s = arg;
	const struct store_scan *a = s->now;

	if (b->state == STORE_SCAN_DONE && b->space_digest == a->space_digest &&
	    b->shard == a->shard && b->shards == a->shards && b->start_us < a->start_us &&
	    b->start_us >= s->start_us) {
		memcpy(s->id, b->id, sizeof(b->id));
		s->start_us = b->start_us;
	}
	return true;
}

int since_find(struct store *store, const struct store_scan *scan, char id[32])
{
	struct search s = {.now = scan, .id = id};

	id[0] = '\0';
	return store_scan_each(store, look, &s);
}
