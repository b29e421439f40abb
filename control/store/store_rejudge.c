/* SPDX-License-Identifier: Apache-2.0 */
/* store_rejudge.c - what newer knowledge does to services that nobody looked at again: the writing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_plan.h"
#include "store_survey.h"

enum { PIECE = 8000 }; /* services in one transaction */

struct pass {
	const struct store_judge *judge;
	void *worker;
	struct survey *survey;
	struct store_plans *plans;
	int64_t now_us;
	size_t part, at;           /* the next service */
	size_t from_part, from_at; /* where this piece began: it may be run twice */
};

/* ---- one service
 * ------------------------------------------------------------------------------------------ */

/* Weigh the findings of a service anew. */
int store_merge_reweigh(struct store_merge *m, const uint8_t key[KEY_SERVICE])
{
	int ret = store_service_get(m->s, m->txn, key, m->old, &m->meta);

	if (ret != 0 || m->old->state != RECORD_OPEN)
		return ret;
	store_merge_findings(m, m->old, &m->meta);
	return store_merge_write(m, m->old, &m->meta);
}

/* Take the step of @plan: log it, give @n its verdicts with since when each is known. */
static int take(struct store_merge *m, const struct store_plan *plan, struct record *n)
{
	const int64_t *was = m->old->verdict_first_seen_us;
	int ret = 0;

	m->first_seen = malloc((plan->count + 1) * sizeof(*m->first_seen));
	if (m->first_seen == NULL)
		return ENOMEM;
	for (uint32_t i = 0; i < plan->count; i++)
		m->first_seen[i] = plan->place[i] < 0 || was == NULL ? m->now_us
		                                                     : was[plan->place[i]];
	for (size_t i = 0; i < plan->event_count && ret == 0; i++) {
		const struct store_plan_event *e = &plan->events[i];

		ret = store_merge_event(m, n,
		                        (struct store_event){.type = e->type,
		                                             .ref = e->ref,
		                                             .before = e->before,
		                                             .after = e->after});
	}
	n->verdicts = plan->list; /* the plan's, as long as the step is taken */
	n->verdict_count = plan->count;
	n->verdict_first_seen_us = m->first_seen;
	memcpy(m->meta.verdict_set, plan->key, sizeof(plan->key));
	return ret;
}

/* A service of which something else is said, and where @anew who it is. */
static int rejudge(struct store_merge *m, const struct pass *p, const struct survey_key *k)
{
	MDB_val key = store_val(k->key, KEY_SERVICE), value;
	const struct store_plan *plan;
	const struct store_set *set;
	struct record n;
	int ret = mdb_cursor_get(m->services, &key, &value, MDB_SET);

	if (ret != 0 || record_decode(value.mv_data, value.mv_size, m->old, &m->meta) != 0)
		return ret != 0 ? ret : EIO;
	store_key_read(k->key, &m->old->addr, &m->old->transport, &m->old->port);
	n = *m->old;
	if (n.ask == RECORD_ASKED_UNJUDGED)
		n.ask = RECORD_ASKED;
	if (k->anew) {
		if (p->judge->identify(p->worker, &n) < 0)
			return ENOMEM;
		ret = store_merge_identity(m, &n, &m->meta);
		if (ret != 0)
			return ret;
	}
	bytes_clear(&m->scratch);
	record_encode_identity(&n.identity, &m->scratch);
	set = m->scratch.failed ? NULL
	                        : p->judge->set(p->worker, m->scratch.data, m->scratch.len, true);
	if (set == NULL)
		return ENOMEM;
	plan = store_plan_of(p->plans, m, m->meta.verdict_set, n.verdict_count, set, &ret);
	if (plan != NULL)
		ret = take(m, plan, &n);
	if (ret == 0) {
		store_merge_findings(m, &n, &m->meta);
		ret = store_merge_write_as(m, &n, &m->meta);
	}
	free(m->first_seen);
	m->first_seen = NULL;
	return ret;
}

static int judge_one(struct store_merge *m, const struct pass *p, const struct survey_key *k)
{
	/* Of what was never grabbed only the findings may have aged. */
	return k->grabbed ? rejudge(m, p, k) : store_merge_reweigh(m, k->key);
}

/* ---- all that the survey listed
 * ------------------------------------------------------------------------------- */

static const struct survey_key *peek(struct pass *p)
{
	while (p->part < p->survey->part_count && p->at == p->survey->parts[p->part].count) {
		p->part++;
		p->at = 0;
	}
	return p->part < p->survey->part_count ? &p->survey->parts[p->part].list[p->at] : NULL;
}

/* A piece ends only between hosts, so that each host is judged once. */
static int visit_piece(struct store_merge *m, struct pass *p)
{
	const struct survey_key *k;
	int ret = 0;

	for (size_t n = 0; ret == 0 && (k = peek(p)) != NULL; n++, p->at++) {
		if (n == 0 || memcmp(k->key, m->addr.b, KEY_ADDR) != 0) {
			struct dp_addr addr;

			if (n >= PIECE)
				break;
			ret = n == 0 ? 0 : store_merge_end(m);
			memcpy(addr.b, k->key, KEY_ADDR);
			if (ret == 0)
				ret = store_merge_begin(m, &addr);
		}
		if (ret == 0)
			ret = judge_one(m, p, k);
		if (ret == 0)
			ret = store_used_add(&p->survey->used, m->meta.verdict_set);
	}
	return ret == 0 ? store_merge_end(m) : ret;
}

static int run_piece(struct store *s, MDB_txn *txn, void *arg)
{
	struct pass *p = arg;
	struct store_merge m;
	int ret = store_merge_init(&m, s, txn);

	store_plans_begin(p->plans);
	p->part = p->from_part;
	p->at = p->from_at;
	m.cause = "db";
	m.now_us = p->now_us;
	if (ret == 0)
		ret = visit_piece(&m, p);
	if (ret == 0)
		ret = store_merge_flush(&m);
	store_merge_fini(&m);
	return ret;
}

/* ---- the end
 * ----------------------------------------------------------------------------------------------------
 * */

static int restate(struct store *s, MDB_txn *txn, const struct pass *p,
                   const struct survey_claim *c)
{
	const struct store_set *set = p->judge->set(p->worker, c->identity, c->identity_len, true);
	struct bytes b = {0};
	MDB_val key = store_val(c->was, 16), data;
	int ret;

	if (set == NULL)
		return ENOMEM;
	record_encode_verdicts(set->list, set->count, &b);
	data = store_val(b.data, b.len);
	ret = b.failed ? ENOMEM : mdb_put(txn, s->dbi[DB_VERDICTS], &key, &data, 0);
	bytes_fini(&b);
	return ret;
}

/* "judged", 8 bytes big endian, is the moment of the last whole pass. */
static int write_judged(struct store *s, MDB_txn *txn, int64_t now_us)
{
	MDB_val key = store_val("judged", 6), value;
	uint8_t raw[8];
	int ret;

	store_key_be64(raw, (uint64_t)now_us);
	value = store_val(raw, sizeof(raw));
	ret = mdb_put(txn, s->dbi[DB_META], &key, &value, 0);
	return ret == 0 ? store_stamp_all(s, txn) : ret;
}

/* Whoever means other words than the set's claim has left it by now: change it where it stands. */
static int finish(struct store *s, MDB_txn *txn, void *arg)
{
	static const uint8_t none[16];
	struct pass *p = arg;
	int ret = 0;

	for (size_t i = 0; i < p->survey->claim_slots && ret == 0; i++)
		if (memcmp(p->survey->claims[i].was, none, 16) != 0)
			ret = restate(s, txn, p, &p->survey->claims[i]);
	if (ret == 0)
		ret = store_sweep(s, txn, &p->survey->used);
	return ret == 0 ? write_judged(s, txn, p->now_us) : ret;
}

static int write_all(struct store *s, struct pass *p)
{
	int ret = 0;

	while (ret == 0 && peek(p) != NULL) {
		p->from_part = p->part;
		p->from_at = p->at;
		ret = store_write(s, run_piece, p);
	}
	return ret == 0 ? store_write(s, finish, p) : ret;
}

int store_rejudge(struct store *s, int64_t now_us, const struct store_judge *judge,
                  struct store_rejudged *out)
{
	struct survey survey;
	struct pass p = {.judge = judge, .survey = &survey, .now_us = now_us};
	int ret = store_errno(store_survey(s, now_us, judge, &survey));

	p.plans = calloc(1, sizeof(*p.plans));
	p.worker = ret == 0 ? judge->open(judge->arg) : NULL;
	if (ret == 0 && (p.worker == NULL || p.plans == NULL))
		ret = -ENOMEM;
	if (ret == 0) {
		*out = (struct store_rejudged){.services = survey.services,
		                               .restated = survey.claim_count};
		for (size_t i = 0; i < survey.part_count; i++)
			out->whole += survey.parts[i].count;
		ret = write_all(s, &p);
	}
	if (p.worker != NULL)
		judge->close(p.worker);
	if (p.plans != NULL)
		store_plans_fini(p.plans);
	free(p.plans);
	store_survey_fini(&survey);
	return ret;
}
