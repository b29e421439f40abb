/* SPDX-License-Identifier: Apache-2.0 */
/* import.c - merges the services of files into the database, batch by batch. */
#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "enrich.h"
#include "import_batch.h"
#include "judge.h"
#include "rematch.h"

struct import {
	struct import_config config;
	struct enricher *enricher;
	struct judge *judge;
	struct store_judge by;
	struct store_scan scan;
	uint64_t log_begin; /* the last entry of the log before the import */
	struct import_batch batch;
	struct import_report *report; /* of the file in hand */
	int error;                    /* of the store */
};

int import_open(const struct import_config *config, struct import **out)
{
	struct import *m = calloc(1, sizeof(*m));
	struct store_stamp stamp;
	int ret;

	if (m == NULL)
		return -ENOMEM;
	m->config = *config;
	import_batch_init(&m->batch);
	ret = enricher_new(config->db, &m->enricher);
	if (ret == 0)
		ret = judge_new(config->db, 0, &m->judge);
	if (ret == 0 && !config->dry) {
		rematch_stamp(config->db, &stamp);
		m->by = judge_source(m->judge, NULL);
		store_judge_by(config->store, &m->by);
		ret = store_stamp(config->store, &stamp);
	}
	if (ret == 0)
		*out = m;
	else
		import_close(m);
	return ret;
}

const char *import_scan(const struct import *m)
{
	return m->scan.id;
}

/* ---- what is known already ------------------------------------------------------------------- */

enum verdict { IS_NEWS, IS_KNOWN, IS_OLDER };

static const struct record *service_of(const struct store_host *h, const struct record *r)
{
	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->port == r->port && h->services[i]->transport == r->transport)
			return h->services[i];
	return NULL;
}

/* Whether the file says something of the service that the database does not know. */
static enum verdict compare(const struct record *old, const struct record *r)
{
	int64_t seen_us;

	if (old == NULL)
		return r->state == RECORD_OPEN ? IS_NEWS : IS_KNOWN;
	seen_us = old->seen_us > old->last_seen_us ? old->seen_us : old->last_seen_us;
	if (r->seen_us > seen_us)
		return r->state == RECORD_OPEN || old->state == RECORD_OPEN ? IS_NEWS : IS_KNOWN;
	if (r->seen_us < seen_us)
		return IS_OLDER;
	return r->grabbed && !old->grabbed && r->state == old->state ? IS_NEWS : IS_KNOWN;
}

/* The answers of one service may stand far from each other in a file: what this import has stored of
 * it before is not lost. */
static void keep_earlier(const struct import *m, const struct record *old, struct record *r)
{
	if (old != NULL && old->grabbed && r->grabbed && m->scan.id[0] != '\0' &&
	    strcmp(old->scan, m->scan.id) == 0)
		import_batch_add_facts(r, old);
}

/* ---- a batch --------------------------------------------------------------------------------- */

static int begin_scan(struct import *m)
{
	struct store_scan *scan = &m->scan;
	int ret;

	if (scan->id[0] != '\0')
		return 0;
	ret = store_change_last(m->config.store, &m->log_begin);
	scan->state = STORE_SCAN_RUNNING;
	scan->shards = scan->passes = 1;
	snprintf(scan->user, sizeof(scan->user), "%s", m->config.user);
	snprintf(scan->version, sizeof(scan->version), "%s", SONDE_VERSION);
	snprintf(scan->command, sizeof(scan->command), "%s", m->config.command);
	return ret != 0 ? ret : store_scan_begin(m->config.store, scan, NULL, m->config.now_us);
}

static void judge_record(struct import *m, struct record *r)
{
	if (!r->grabbed)
		enrich_by_port(r);
	else if (enrich_record(m->enricher, r, r->seen_us) != 0)
		r->ask = RECORD_ASKED_UNJUDGED;
}

/* A sighting at the time at which the file says the service was first seen. */
static void sight(struct import_batch *b, const struct record *r)
{
	if (r->first_seen_us > 0 && r->first_seen_us < r->seen_us)
		b->sightings[b->sighting_count++] = (struct record_sighting){
			.addr = r->addr,
			.port = r->port,
			.transport = r->transport,
			.state = RECORD_OPEN,
			.reply = r->reply,
			.seen_us = r->first_seen_us,
		};
}

static void weigh(struct import *m, const struct store_host *host, struct record *r)
{
	const struct record *old = host != NULL ? service_of(host, r) : NULL;
	enum verdict verdict = compare(old, r);

	if (verdict != IS_NEWS) {
		m->report->unchanged += verdict == IS_KNOWN;
		m->report->older += verdict == IS_OLDER;
		return;
	}
	m->report->taken++;
	if (m->config.dry)
		return;
	keep_earlier(m, old, r);
	judge_record(m, r);
	if (old == NULL)
		sight(&m->batch, r);
	m->batch.news[m->batch.news_count++] = r;
}

/* Choose what is news, host by host: the batch is sorted. */
static int choose(struct import *m)
{
	struct import_batch *b = &m->batch;
	struct store_host host;
	int ret = 0;

	b->news_count = b->sighting_count = 0;
	for (size_t i = 0; i < b->count && ret == 0;) {
		const struct dp_addr addr = b->list[i]->addr;
		bool known;

		ret = store_host_get(m->config.store, &addr, &host);
		known = ret == 0;
		if (ret == -ENOENT)
			ret = 0;
		for (; i < b->count && dp_addr_compare(&b->list[i]->addr, &addr) == 0; i++)
			if (ret == 0)
				weigh(m, known ? &host : NULL, b->list[i]);
		if (known)
			store_host_fini(&host);
	}
	return ret;
}

static int flush(struct import *m)
{
	struct import_batch *b = &m->batch;
	int ret;

	if (b->failed)
		return -ENOMEM;
	import_batch_sort(b);
	ret = choose(m);
	if (ret == 0 && b->news_count > 0)
		ret = begin_scan(m);
	if (ret == 0 && b->news_count > 0) {
		const struct store_batch batch = {.records = b->news,
		                                  .record_count = b->news_count,
		                                  .sightings = b->sightings,
		                                  .sighting_count = b->sighting_count};

		ret = store_put_batch(m->config.store, m->scan.id, &batch);
	}
	import_batch_clear(b);
	return ret;
}

static void take(void *arg, struct record *r)
{
	struct import *m = arg;

	if (m->error != 0)
		return;
	import_batch_add(&m->batch, r);
	if (import_batch_is_full(&m->batch))
		m->error = flush(m);
}

int import_file(struct import *m, const struct import_input *in, const struct import_sink *sink,
                struct import_report *report, struct error *err)
{
	struct import_sink s = *sink;
	int ret;

	memset(report, 0, sizeof(*report));
	m->report = report;
	m->error = 0;
	s.record = record_new();
	s.take = take;
	s.arg = m;
	s.report = report;
	s.now_us = m->config.now_us;
	ret = s.record != NULL ? import_input_read(&s, in, err) : -ENOMEM;
	record_free(s.record);
	if (m->error == 0)
		m->error = flush(m);
	if (m->error != 0)
		return error_set(err, m->error, "%.300s: the database: %s", in->path,
		                 strerror(-m->error));
	return ret;
}

/* ---- the end --------------------------------------------------------------------------------- */

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool count_change(void *arg, const struct store_change *c)
{
	struct store_scan *scan = arg;

	scan->opened += strcmp(c->type, "port.opened") == 0 ||
	                strcmp(c->type, "port.reopened") == 0;
	scan->closed += strcmp(c->type, "port.closed") == 0;
	scan->changed += starts(c->type, "service.") || strcmp(c->type, "cert.changed") == 0;
	scan->findings += strcmp(c->type, "vuln.added") == 0 ||
	                  strcmp(c->type, "exposure.added") == 0;
	return true;
}

static int end_scan(struct import *m)
{
	struct store *s = m->config.store;
	int ret = store_settle(s, 0);

	if (ret == 0)
		ret = store_each_change(s, m->log_begin, 0, count_change, &m->scan);
	m->scan.state = ret == 0 && m->error == 0 ? STORE_SCAN_DONE : STORE_SCAN_STOPPED;
	m->scan.end_us = clock_now_us();
	return ret != 0 ? ret : store_scan_update(s, &m->scan);
}

int import_close(struct import *m)
{
	int ret = 0;

	if (m->scan.id[0] != '\0')
		ret = end_scan(m);
	if (!m->config.dry)
		store_judge_by(m->config.store, NULL);
	import_batch_fini(&m->batch);
	enricher_free(m->enricher);
	judge_free(m->judge);
	free(m);
	return ret;
}
