/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - answers the store: identifies services, and judges each distinct identity once. */
#include "judge.h"

#include <errno.h>
#include <stdlib.h>

#include "enrich.h"
#include "verdict_cache.h"

struct judge {
	int64_t now_us;
	struct enricher *enricher;
	struct verdict_cache *cache;
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
};

int judge_new(const struct vulndb *db, int64_t now_us, struct judge **out)
{
	struct judge *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return -ENOMEM;
	j->now_us = now_us;
	j->cache = verdict_cache_new();
	if (j->cache == NULL || enricher_new(db, &j->enricher) != 0) {
		judge_free(j);
		return -ENOMEM;
	}
	*out = j;
	return 0;
}

void judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	verdict_cache_free(j->cache);
	enricher_free(j->enricher);
	free(j);
}

size_t judge_count(const struct judge *j)
{
	return verdict_cache_count(j->cache);
}

static int64_t moment(const struct judge *j, const struct record *r)
{
	return j->now_us != 0 ? j->now_us : r->seen_us;
}

static int identify(void *arg, struct record *r)
{
	struct judge *j = arg;

	return enrich_identity(j->enricher, r, moment(j, r));
}

static int hint(void *arg, struct record *r, const struct vd_hint *told)
{
	struct judge *j = arg;

	return enrich_hint(j->enricher, r, told, moment(j, r));
}

static const struct store_set *set(void *arg, const uint8_t *identity, size_t len, bool list)
{
	struct judge *j = arg;

	return verdict_cache_get(j->cache, j->enricher, identity, len, list);
}

static void tell_progress(void *arg, uint64_t done)
{
	const struct judge *j = arg;

	j->progress(NULL, "services", done, 0);
}

struct store_judge judge_source(struct judge *j, void (*progress)(void *arg, const char *what,
                                                                  uint64_t done, uint64_t total))
{
	j->progress = progress;
	return (struct store_judge){.arg = j,
	                            .identify = identify,
	                            .hint = hint,
	                            .set = set,
	                            .progress = progress != NULL ? tell_progress : NULL};
}
