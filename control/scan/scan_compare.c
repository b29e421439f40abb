/* SPDX-License-Identifier: Apache-2.0 */
/* scan_compare.c - goes through the intervals of all services and asks which scan met them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "list_files.h"
#include "plan.h"
#include "scan_compare.h"
#include "scan_words.h"

/* One of the two scans, with its plan made again. */
struct side {
	const struct store_scan *scan;
	struct scan_words words;
	struct config config;
	struct plan plan;
	struct store_interval met; /* the last interval of the service in hand */
	bool has;
};

struct walk {
	const struct scan_compare *compare;
	struct side *a, *b;
	scan_compare_each each;
	void *arg;
	/* the service in hand */
	bool begun, more;
	uint16_t port;
	uint8_t transport;
	const struct store_host *host;
	int error;
};

static int open_side(struct store *store, struct side *s, struct error *err)
{
	int ret = scan_words_load(store, s->scan, &s->words);

	if (ret < 0 && ret != -ENOENT)
		return ret;
	config_init(&s->config);
	if (ret < 0 || config_parse(&s->config, s->words.count, s->words.v, err) < 0)
		return error_set(err, -ENOENT, "%s: its command line was not kept whole",
		                 s->scan->id);
	if (list_files_need_input(&s->config))
		return error_set(err, -ENOENT,
		                 "%s: a list came from its standard input and is not kept",
		                 s->scan->id);
	s->config.key = s->scan->key;
	if (plan_make(&s->config, &s->plan, err) < 0)
		return -ENOENT;
	if (s->plan.info.digest != s->scan->space_digest)
		return error_set(err, -ENOENT, "%s: its lists have changed since it began",
		                 s->scan->id);
	return 0;
}

static bool covers(const struct side *s, const struct store_interval *i)
{
	return i->transport == s->plan.transport && plan_covers(&s->plan, &i->addr, i->port);
}

/* The end of a scan: one that has none yet is going on. */
static int64_t end_of(const struct store_scan *s)
{
	return s->end_us > 0 ? s->end_us : INT64_MAX;
}

static void meet(struct side *s, const struct store_interval *i, int64_t until_us)
{
	if (i->start_us > end_of(s->scan) || until_us < s->scan->start_us)
		return;
	s->met = *i;
	s->has = true;
}

static void compare(struct walk *w)
{
	const struct store_interval *a = w->a->has ? &w->a->met : NULL;
	const struct store_interval *b = w->b->has ? &w->b->met : NULL;

	w->a->has = w->b->has = false;
	if (a != NULL && b == NULL)
		w->more = w->each(w->arg, SCAN_ONLY_A, a, NULL);
	else if (b != NULL && a == NULL)
		w->more = w->each(w->arg, SCAN_ONLY_B, NULL, b);
	else if (a != NULL && a->fingerprint[0] != '\0' && b->fingerprint[0] != '\0' &&
	         strcmp(a->fingerprint, b->fingerprint) != 0)
		w->more = w->each(w->arg, SCAN_CHANGED, a, b);
}

/* When the service was last seen, for its current interval. */
static int64_t last_seen(const struct walk *w, const struct store_interval *i)
{
	for (size_t k = 0; k < w->host->service_count; k++) {
		const struct record *r = w->host->services[k];

		if (r->port == i->port && r->transport == i->transport)
			return r->last_seen_us;
	}
	return 0;
}

static bool visit_interval(void *arg, const struct store_interval *i)
{
	struct walk *w = arg;

	if (!w->begun || w->port != i->port || w->transport != i->transport) {
		compare(w);
		w->begun = true;
		w->port = i->port;
		w->transport = i->transport;
	}
	if (w->more && covers(w->a, i) && covers(w->b, i)) {
		int64_t until_us = i->end_us > 0 ? i->end_us : last_seen(w, i);

		meet(w->a, i, until_us);
		meet(w->b, i, until_us);
	}
	return w->more;
}

static bool visit_host(void *arg, const struct store_host *h)
{
	struct walk *w = arg;

	w->host = h;
	w->begun = false;
	w->error = store_each_interval(w->compare->store, &h->addr, visit_interval, w);
	if (w->error == 0 && w->more)
		compare(w);
	return w->error == 0 && w->more;
}

static void close_side(struct side *s)
{
	plan_fini(&s->plan);
	scan_words_fini(&s->words);
}

int scan_compare_run(const struct scan_compare *c, scan_compare_each each, void *arg,
                     struct error *err)
{
	struct side a = {.scan = c->a}, b = {.scan = c->b};
	struct walk w = {.compare = c, .a = &a, .b = &b, .each = each, .arg = arg, .more = true};
	int ret = open_side(c->store, &a, err);

	if (ret == 0)
		ret = open_side(c->store, &b, err);
	if (ret == 0)
		ret = store_each_host(c->store, NULL, visit_host, &w);
	close_side(&a);
	close_side(&b);
	return ret != 0 ? ret : w.error;
}
