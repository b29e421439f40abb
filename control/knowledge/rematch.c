/* SPDX-License-Identifier: Apache-2.0 */
/* rematch.c - judges a database's services again, each distinct identity once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "enrich.h"
#include "rematch.h"
#include "verdict_cache.h"

struct rematch {
	int64_t now_us;
	struct enricher *enricher;
	struct verdict_cache *cache;
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
};

static int identify(void *arg, struct record *r)
{
	struct rematch *m = arg;

	return enrich_identity(m->enricher, r, m->now_us);
}

static const struct store_set *set(void *arg, const uint8_t *identity, size_t len, bool list)
{
	struct rematch *m = arg;

	return verdict_cache_get(m->cache, m->enricher, identity, len, list);
}

static void progress(void *arg, uint64_t done)
{
	const struct rematch *m = arg;

	if (m->progress != NULL)
		m->progress(NULL, "services", done, 0);
}

/* The program's version is part of the digest, because its code decides about identities, too. */
void rematch_stamp(const struct vulndb *db, struct store_stamp *out)
{
	static const char version[] = SONDE_VERSION;

	out->model = vulndb_model(db);
	vulndb_digest(db, out->digest);
	for (size_t i = 0; version[i] != '\0'; i++)
		out->digest[i % 16] = (uint8_t)(out->digest[i % 16] * 31 + (uint8_t)version[i]);
}

int rematch(struct store *s, const struct vulndb *db, int64_t now_us,
            void (*progress_line)(void *arg, const char *what, uint64_t done, uint64_t total),
            struct rematch_result *out)
{
	struct rematch m = {.now_us = now_us, .progress = progress_line};
	const struct store_rejudge_source source = {
		.arg = &m, .set = set, .identify = identify, .progress = progress};
	struct store_rejudged done = {0};
	struct store_stamp knowledge;
	int ret;

	*out = (struct rematch_result){0};
	rematch_stamp(db, &knowledge);
	ret = store_stamp(s, &knowledge);
	if (ret == 0)
		ret = enricher_new(db, &m.enricher);
	m.cache = ret == 0 ? verdict_cache_new() : NULL;
	if (ret == 0 && m.cache == NULL)
		ret = -ENOMEM;
	if (ret == 0)
		ret = store_rejudge(s, now_us, &source, &done);
	if (ret == 0)
		*out = (struct rematch_result){.services = done.services,
		                               .differing = done.whole,
		                               .restated = done.restated,
		                               .identities = verdict_cache_count(m.cache)};
	verdict_cache_free(m.cache);
	enricher_free(m.enricher);
	return ret;
}
