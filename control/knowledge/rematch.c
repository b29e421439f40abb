/* SPDX-License-Identifier: Apache-2.0 */
/* rematch.c - judges a database's services again, each distinct identity once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "enrich.h"
#include "rematch.h"
#include "verdict_cache.h"

struct rematch {
	const struct vulndb *db;
	int64_t now_us;
	struct verdict_cache *cache; /* of all workers */
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
};

/* What one thread has. */
struct worker {
	struct rematch *all;
	struct enricher *enricher;
	struct verdict_cache_view *view;
};

static void worker_close(void *arg)
{
	struct worker *w = arg;

	verdict_cache_view_free(w->view);
	enricher_free(w->enricher);
	free(w);
}

static void *worker_open(void *arg)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->all = arg;
	w->view = verdict_cache_view_new(w->all->cache);
	if (w->view == NULL || enricher_new(w->all->db, &w->enricher) != 0) {
		worker_close(w);
		return NULL;
	}
	return w;
}

static int identify(void *arg, struct record *r)
{
	struct worker *w = arg;

	return enrich_identity(w->enricher, r, w->all->now_us);
}

static const struct store_set *set(void *arg, const uint8_t *identity, size_t len, bool list)
{
	struct worker *w = arg;

	return verdict_cache_get(w->view, w->enricher, identity, len, list);
}

static void progress(void *arg, uint64_t done)
{
	const struct rematch *m = arg;

	if (m->progress != NULL)
		m->progress(NULL, "services", done, 0);
}

/* The program's own code has a say as well. */
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
	struct rematch m = {.db = db, .now_us = now_us, .progress = progress_line};
	struct store_judge judge = {.arg = &m,
	                            .open = worker_open,
	                            .close = worker_close,
	                            .set = set,
	                            .identify = identify,
	                            .progress = progress};
	struct store_rejudged done = {0};
	struct store_stamp knowledge;
	int ret;

	rematch_stamp(db, &knowledge);
	ret = store_stamp(s, &knowledge);
	m.cache = verdict_cache_new();
	if (ret == 0 && m.cache == NULL)
		ret = -ENOMEM;
	if (ret == 0)
		ret = store_rejudge(s, now_us, &judge, &done);
	*out = (struct rematch_result){
		.services = done.services, .differing = done.whole, .restated = done.restated};
	if (m.cache != NULL)
		out->identities = verdict_cache_count(m.cache);
	verdict_cache_free(m.cache);
	return ret;
}
