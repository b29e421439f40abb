/* SPDX-License-Identifier: Apache-2.0 */
/* store_survey.c - reads all services side by side; store_survey.h says what for. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_survey.h"

enum { PART = 20000, WORKERS_MAX = 8 };

struct work {
	struct store *s;
	const struct store_judge *judge;
	struct survey *survey;
	int64_t now_us, judged_us;
	bool same;    /* the identities were made by today's knowledge */
	bool rescore; /* findings have other weights */
	bool any_accept;
	atomic_size_t next; /* part to take */
	atomic_int error;
	atomic_ullong services;
	pthread_mutex_t lock; /* of the claims */
};

struct worker {
	struct work *work;
	void *judge; /* its state of the judge */
	MDB_txn *txn;
	MDB_cursor *cursor, *accepts;
	struct record *r;
	struct record_meta meta;
	struct bytes scratch, other;
	struct store_pairs pairs;
	struct store_used used;
	struct dp_addr addr; /* the host at hand */
	bool accepted;       /* something is accepted on it */
	pthread_t thread;
	int ret;
};

/* ---- one service ---- */

static bool host_accepts(struct worker *w, const uint8_t *key)
{
	MDB_val k = store_val(key, KEY_ADDR), v;

	if (!w->work->any_accept)
		return false;
	if (memcmp(key, w->addr.b, KEY_ADDR) != 0) {
		memcpy(w->addr.b, key, KEY_ADDR);
		w->accepted = mdb_cursor_get(w->accepts, &k, &v, MDB_SET_RANGE) == 0 &&
		              store_key_within(&k, key, KEY_ADDR);
	}
	return w->accepted;
}

/* Whether the findings can only change with the verdicts: no other weights, nothing accepted on the
 * host, and the port has not ceased to be new since it was last judged. */
static bool is_settled(struct worker *w, const uint8_t *key)
{
	const struct record *r = w->r;
	int64_t old_us = r->opened_us + vd_model_rules(w->work->s->model).new_port_us;
	int64_t judged_us = w->work->judged_us > r->last_seen_us ? w->work->judged_us
	                                                         : r->last_seen_us;

	return !w->work->rescore && !(old_us >= judged_us && old_us < w->work->now_us) &&
	       !host_accepts(w, key);
}

static bool aged(void *arg, const char *date, size_t len)
{
	const struct worker *w = arg;
	int64_t then_us = w->work->judged_us > w->r->last_seen_us ? w->work->judged_us
	                                                          : w->r->last_seen_us;

	return vd_date_reached(date, len, then_us, w->work->now_us);
}

/* Who the service is by today's knowledge: its identity's bytes, and whether it or its exposures
 * are others now. */
static int look_deep(struct worker *w, const MDB_val *key, const MDB_val *value, bool *anew)
{
	struct record fresh;
	struct bytes *was = &w->other;
	size_t exposures;
	int ret = record_decode(value->mv_data, value->mv_size, w->r, &w->meta);

	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	store_key_read(key->mv_data, &w->r->addr, &w->r->transport, &w->r->port);
	fresh = *w->r;
	if (w->work->judge->identify(w->judge, &fresh) < 0)
		return ENOMEM;
	bytes_clear(was);
	bytes_clear(&w->scratch);
	record_encode_identity(&w->r->identity, was);
	record_encode_exposures(w->r, was);
	record_encode_identity(&fresh.identity, &w->scratch);
	exposures = w->scratch.len;
	record_encode_exposures(&fresh, &w->scratch);
	if (was->failed || w->scratch.failed)
		return ENOMEM;
	*anew = was->len != w->scratch.len || memcmp(was->data, w->scratch.data, was->len) != 0;
	w->scratch.len = exposures;
	return 0;
}

/* What becomes of an open service that was grabbed. */
/* Six parameters: what LMDB gives, where the body begins, and two answers. */
static int look(struct worker *w, const MDB_val *key, const MDB_val *value, const uint8_t *body,
                bool *anew, enum store_outcome *out)
{
	struct record_body parts;
	const struct store_set *set;
	size_t len = value->mv_size - (size_t)(body - (const uint8_t *)value->mv_data);
	int ret;

	if (record_decode_body(body, len, aged, w, &parts) != 0)
		return EIO;
	*anew = false;
	if (!w->work->same || parts.found) {
		ret = look_deep(w, key, value, anew);
		if (ret != 0)
			return ret;
		parts.identity = w->scratch.data;
		parts.identity_len = w->scratch.len;
	}
	*out = STORE_CHANGED;
	if (*anew)
		return 0;
	set = w->work->judge->set(w->judge, parts.identity, parts.identity_len, false);
	return set == NULL
	               ? ENOMEM
	               : store_pairs_ask(&w->pairs, w->meta.verdict_set, set->digest, &parts, out);
}

static int list(struct survey_part *p, const uint8_t *key, bool grabbed, bool anew)
{
	if (p->count == p->cap) {
		size_t cap = p->cap * 2 + 64;
		struct survey_key *more = realloc(p->list, cap * sizeof(*more));

		if (more == NULL)
			return ENOMEM;
		p->list = more;
		p->cap = cap;
	}
	memcpy(p->list[p->count].key, key, KEY_SERVICE);
	p->list[p->count].grabbed = grabbed;
	p->list[p->count++].anew = anew;
	return 0;
}

static int visit(struct worker *w, struct survey_part *part, const MDB_val *key,
                 const MDB_val *value)
{
	int header = record_decode_header(value->mv_data, value->mv_size, w->r, &w->meta), ret = 0;
	enum store_outcome outcome = STORE_SAME;
	bool anew = false, settled;

	if (header < 0)
		return EIO;
	if (w->r->state != RECORD_OPEN)
		return store_used_add(&w->used, w->meta.verdict_set);
	settled = is_settled(w, key->mv_data) && w->r->ask != RECORD_ASKED_UNJUDGED;
	if (w->r->grabbed)
		ret = look(w, key, value, (const uint8_t *)value->mv_data + header, &anew,
		           &outcome);
	if (ret != 0)
		return ret;
	if (outcome == STORE_CHANGED || !settled)
		return list(part, key->mv_data, w->r->grabbed, anew);
	return store_used_add(&w->used, w->meta.verdict_set);
}

/* ---- parts and workers ---- */

static int visit_part(struct worker *w, size_t index)
{
	struct survey *v = w->work->survey;
	const uint8_t *end = index + 1 < v->part_count ? v->parts[index + 1].from : NULL;
	MDB_val key = store_val(v->parts[index].from, KEY_SERVICE), value;
	unsigned long long n = 0;
	int ret = mdb_cursor_get(w->cursor, &key, &value, MDB_SET_RANGE);

	for (; ret == 0; n++) {
		if (key.mv_size != KEY_SERVICE)
			ret = EIO;
		else if (end != NULL && memcmp(key.mv_data, end, KEY_SERVICE) >= 0)
			break;
		if (ret == 0)
			ret = visit(w, &v->parts[index], &key, &value);
		if (ret == 0)
			ret = mdb_cursor_get(w->cursor, &key, &value, MDB_NEXT);
	}
	atomic_fetch_add(&w->work->services, n);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

/* @tell: this worker runs in the caller's thread. */
static int take_parts(struct worker *w, bool tell)
{
	struct work *work = w->work;
	int ret = 0;

	while (ret == 0 && atomic_load(&work->error) == 0) {
		size_t index = atomic_fetch_add(&work->next, 1);

		if (index >= work->survey->part_count)
			break;
		ret = visit_part(w, index);
		if (tell && work->judge->progress != NULL)
			work->judge->progress(work->judge->arg, atomic_load(&work->services));
	}
	if (ret != 0)
		atomic_store(&work->error, ret);
	return ret;
}

static void *run(void *arg)
{
	struct worker *w = arg;

	w->ret = take_parts(w, false);
	return NULL;
}

static int worker_open(struct worker *w, struct work *work)
{
	struct store *s = work->s;
	int ret = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &w->txn);

	w->work = work;
	if (ret != 0)
		return ret;
	ret = mdb_cursor_open(w->txn, s->dbi[DB_SERVICE], &w->cursor);
	if (ret == 0)
		ret = mdb_cursor_open(w->txn, s->dbi[DB_ACCEPT], &w->accepts);
	w->r = record_new();
	w->judge = work->judge->open(work->judge->arg);
	w->pairs =
		(struct store_pairs){s, w->txn, work->judge, w->judge, work->survey, &work->lock};
	return ret != 0 ? ret : w->r == NULL || w->judge == NULL ? ENOMEM : 0;
}

static void worker_close(struct worker *w)
{
	if (w->judge != NULL)
		w->work->judge->close(w->judge);
	if (w->cursor != NULL)
		mdb_cursor_close(w->cursor);
	if (w->accepts != NULL)
		mdb_cursor_close(w->accepts);
	if (w->txn != NULL)
		mdb_txn_abort(w->txn);
	record_free(w->r);
	bytes_fini(&w->scratch);
	bytes_fini(&w->other);
	store_pairs_fini(&w->pairs);
	store_used_fini(&w->used);
}

static int merge_used(struct survey *v, const struct worker *w)
{
	int ret = 0;

	for (size_t i = 0; i < w->used.slots && ret == 0; i++)
		if (w->used.keys[i] != 0)
			ret = store_used_add_half(&v->used, w->used.keys[i]);
	return ret;
}

/* All workers but the first in threads of their own. */
static int run_workers(struct worker *w, unsigned n)
{
	unsigned started = 1;
	int ret = 0;

	for (; started < n; started++)
		if (pthread_create(&w[started].thread, NULL, run, &w[started]) != 0)
			break; /* fewer do it as well */
	w[0].ret = take_parts(&w[0], true);
	for (unsigned i = 1; i < started; i++)
		pthread_join(w[i].thread, NULL);
	for (unsigned i = 0; i < started && ret == 0; i++)
		ret = w[i].ret;
	for (unsigned i = 0; i < started && ret == 0; i++)
		ret = merge_used(w[0].work->survey, &w[i]);
	return ret;
}

/* Every so many services a part begins. */
static int cut(MDB_cursor *cursor, struct survey *v)
{
	size_t cap = 0;
	MDB_val key;
	int ret = 0;

	for (uint64_t n = 0; ret == 0; n++) {
		ret = mdb_cursor_get(cursor, &key, NULL, MDB_NEXT);
		if (ret != 0 || n % PART != 0)
			continue;
		if (v->part_count == cap) {
			struct survey_part *more;

			cap = cap * 2 + 64;
			more = realloc(v->parts, cap * sizeof(*more));
			if (more == NULL)
				return ENOMEM;
			v->parts = more;
		}
		v->parts[v->part_count] = (struct survey_part){0};
		memcpy(v->parts[v->part_count++].from, key.mv_data, KEY_SERVICE);
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int read_state(struct work *w, MDB_txn *txn)
{
	MDB_val key = store_val("judged", 6), value;
	MDB_stat accepts = {0};

	if (mdb_get(txn, w->s->dbi[DB_META], &key, &value) == 0 && value.mv_size == 8)
		w->judged_us = (int64_t)store_key_from_be64(value.mv_data);
	w->same = store_stamp_same(w->s, txn);
	w->rescore = store_stamp_rescore(w->s, txn);
	mdb_stat(txn, w->s->dbi[DB_ACCEPT], &accepts);
	w->any_accept = accepts.ms_entries > 0;
	return 0;
}

static unsigned workers_of(const struct store_judge *judge)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = judge->workers > 0 ? judge->workers : cpus > 0 ? (unsigned)cpus : 1;

	return n > WORKERS_MAX ? WORKERS_MAX : n;
}

int store_survey(struct store *s, int64_t now_us, const struct store_judge *judge,
                 struct survey *out)
{
	struct worker workers[WORKERS_MAX] = {0};
	struct work w = {.s = s,
	                 .judge = judge,
	                 .survey = out,
	                 .now_us = now_us,
	                 .lock = PTHREAD_MUTEX_INITIALIZER};
	unsigned n = workers_of(judge);
	int ret = 0;

	*out = (struct survey){0};
	for (unsigned i = 0; i < n && ret == 0; i++)
		ret = worker_open(&workers[i], &w);
	if (ret == 0)
		ret = read_state(&w, workers[0].txn);
	if (ret == 0)
		ret = cut(workers[0].cursor, out);
	if (ret == 0)
		ret = run_workers(workers, n);
	for (unsigned i = 0; i < n; i++)
		worker_close(&workers[i]);
	out->services = atomic_load(&w.services);
	return ret;
}

void store_survey_fini(struct survey *v)
{
	for (size_t i = 0; i < v->part_count; i++)
		free(v->parts[i].list);
	free(v->parts);
	for (size_t i = 0; i < v->claim_slots; i++)
		free(v->claims[i].identity);
	free(v->claims);
	store_used_fini(&v->used);
	*v = (struct survey){0};
}
