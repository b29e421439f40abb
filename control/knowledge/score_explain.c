/* SPDX-License-Identifier: Apache-2.0 */
/* score_explain.c - breaks the score of a host down into findings: the table's value of each, what
 * was added or subtracted, and what was accepted. */
#include "score_explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"

struct work {
	const struct store_host *host;
	const struct record *service;
	struct vd_model_rules rules;
	int64_t now_us;
	struct score_explain *out;
	size_t cap, none_cap;
	bool failed;
};

static void find_accept(const struct work *w, struct score_explain_item *item)
{
	for (size_t i = 0; i < w->host->accept_count; i++) {
		const struct store_accept *a = &w->host->accepts[i];
		const struct vd_finding *f = &item->finding;

		if (accept_covers(a, f->port, f->ref, w->now_us))
			item->accept = a;
		else if (accept_covers(a, f->port, f->ref, a->until_us - 1))
			item->expired = a;
	}
}

/* @plain is what the finding would be if the port had been open for long. @less: what was subtracted
 * because it is only possible. */
static void add(struct work *w, const struct vd_finding *f, const struct vd_finding *plain,
                uint8_t less)
{
	struct score_explain *e = w->out;
	struct score_explain_item *item;

	if (plain->base == 0 || w->failed)
		return;
	if (e->count == w->cap) {
		size_t cap = w->cap * 2 + 16;
		struct score_explain_item *more = realloc(e->items, cap * sizeof(*more));

		if (more == NULL) {
			w->failed = true;
			return;
		}
		e->items = more;
		w->cap = cap;
	}
	item = &e->items[e->count++];
	*item = (struct score_explain_item){
		.finding = *f,
		.table = (uint8_t)(plain->base + less),
		.possible = less,
		.fresh = (uint8_t)(f->base - plain->base),
	};
	find_accept(w, item);
}

static void add_none(struct work *w, const struct vd_verdict *v)
{
	struct score_explain *e = w->out;

	if (e->none_count == w->none_cap) {
		size_t cap = w->none_cap * 2 + 64;
		struct score_explain_none *more = realloc(e->none, cap * sizeof(*more));

		w->failed = w->failed || more == NULL;
		if (more == NULL)
			return;
		e->none = more;
		w->none_cap = cap;
	}
	e->none[e->none_count++] = (struct score_explain_none){
		.cve = v->cve,
		.why = v->kind != VD_FIXED      ? "weighs nothing"
	               : v->fixed_by[0] != '\0' ? v->fixed_by
	                                        : "fixed",
		.port = w->service->port,
		.transport = w->service->transport,
	};
}

static void add_verdict(struct work *w, const struct vd_verdict *v)
{
	const struct record *r = w->service;
	const struct vd_spot at = {r->port, r->transport, r->opened_us, w->now_us};
	const struct vd_spot long_open = {r->port, r->transport, 0, 0};
	struct vd_finding plain = vd_finding_verdict(w->host->model, v, &long_open);
	struct vd_finding f = vd_finding_verdict(w->host->model, v, &at);

	w->out->fixed += v->kind == VD_FIXED;
	w->out->minor += v->kind != VD_FIXED && plain.base == 0;
	if (v->kind == VD_FIXED || plain.base == 0)
		add_none(w, v);
	add(w, &f, &plain, vd_model_less(w->host->model, v));
}

static void add_service(struct work *w, const struct record *r)
{
	const struct vd_spot at = {r->port, r->transport, r->opened_us, w->now_us};
	const struct vd_spot long_open = {r->port, r->transport, 0, 0};
	const struct vd_model *model = w->host->model;
	struct vd_finding f, plain;

	if (!record_is_up(r))
		return;
	w->service = r;
	for (uint32_t i = 0; i < r->verdict_count; i++)
		add_verdict(w, &r->verdicts[i]);
	for (uint32_t i = 0; i < r->exposure_count; i++) {
		const struct vd_exposure *x = &r->exposures[i];

		plain = vd_finding_exposure(model, x, &long_open);
		f = vd_finding_exposure(model, x, &at);
		add(w, &f, &plain, 0);
	}
	plain = vd_finding_service(model, &r->identity, &long_open);
	f = vd_finding_service(model, &r->identity, &at);
	add(w, &f, &plain, 0);
}

/* Findings that count come before accepted ones, and higher ones first. The rest of the order is
 * that of the reasons in a score. */
static int by_weight(const void *p, const void *q)
{
	const struct score_explain_item *x = p, *y = q;
	const struct vd_finding *a = &x->finding, *b = &y->finding;
	int d = (x->accept != NULL) - (y->accept != NULL);

	if (d == 0)
		d = (int)b->base - (int)a->base;
	if (d == 0)
		d = (int)a->port - (int)b->port;
	if (d == 0)
		d = (int)a->transport - (int)b->transport;
	if (d == 0)
		d = strcmp(a->code, b->code);
	return d != 0 ? d : strcmp(a->ref, b->ref);
}

static int weigh_findings(const struct work *w, struct score_explain *e)
{
	struct vd_finding *list = malloc((e->count + 1) * sizeof(*list));
	size_t n = 0;

	if (list == NULL)
		return -ENOMEM;
	if (e->count > 1)
		qsort(e->items, e->count, sizeof(*e->items), by_weight);
	for (size_t i = 0; i < e->count; i++) {
		struct score_explain_item *item = &e->items[i];

		if (item->accept != NULL) {
			item->role = SCORE_EXPLAIN_ACCEPTED;
			continue;
		}
		item->role = i == 0                                        ? SCORE_EXPLAIN_HIGHEST
		             : item->finding.base >= w->rules.further_from ? SCORE_EXPLAIN_FURTHER
		                                                           : SCORE_EXPLAIN_BELOW;
		list[n++] = item->finding;
	}
	vd_score(w->host->model, list, n, &e->score);
	free(list);
	return 0;
}

int score_explain_host(const struct store_host *h, int64_t now_us, struct score_explain *out)
{
	struct score_explain e = {0};
	struct work w = {.host = h, .rules = vd_model_rules(h->model), .now_us = now_us, .out = &e};
	int ret;

	for (size_t i = 0; i < h->service_count; i++)
		add_service(&w, h->services[i]);
	ret = w.failed ? -ENOMEM : weigh_findings(&w, &e);
	if (ret != 0) {
		score_explain_fini(&e);
		return ret;
	}
	*out = e;
	return 0;
}

void score_explain_fini(struct score_explain *e)
{
	free(e->items);
	free(e->none);
	memset(e, 0, sizeof(*e));
}
