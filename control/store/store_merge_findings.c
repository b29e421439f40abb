/* SPDX-License-Identifier: Apache-2.0 */
/* store_merge_findings.c - compares the verdicts of a service with the stored ones, and computes
 * its findings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "change.h"
#include "store_merge.h"

/* ---- verdicts -------------------------------------------------------------------------------- */

struct by_cve {
	const struct vd_verdict *v;
	uint32_t index;
};

static int compare(const void *a, const void *b)
{
	const struct by_cve *x = a, *y = b;

	return strcmp(x->v->cve, y->v->cve);
}

/* The verdicts of @r sorted by CVE; the caller frees the list. NULL: no memory. */
static struct by_cve *sorted(const struct record *r)
{
	struct by_cve *list = malloc((r->verdict_count + 1) * sizeof(*list));

	for (uint32_t i = 0; list != NULL && i < r->verdict_count; i++)
		list[i] = (struct by_cve){&r->verdicts[i], i};
	if (list != NULL && r->verdict_count > 1)
		qsort(list, r->verdict_count, sizeof(*list), compare);
	return list;
}

static const struct by_cve *find(const struct by_cve *list, uint32_t n, const struct vd_verdict *v)
{
	struct by_cve key = {.v = v};

	return n == 0 ? NULL : bsearch(&key, list, n, sizeof(*list), compare);
}

static int log_verdict(struct store_merge *m, const struct record *n, const struct vd_verdict *was,
                       const struct vd_verdict *now)
{
	char before[CHANGE_STATE] = "", after[CHANGE_STATE] = "";

	if (m->fresh)
		return 0;
	if (was != NULL)
		change_verdict_state(was, before);
	if (now != NULL)
		change_verdict_state(now, after);
	return store_merge_event(m, n,
	                         (struct store_event){.type = now != NULL && change_is_open(now)
	                                                              ? "vuln.added"
	                                                              : "vuln.resolved",
	                                              .ref = now != NULL ? now->cve : was->cve,
	                                              .before = before,
	                                              .after = after});
}

/* Sets when each verdict was first seen. Logs those that became vulnerable, or were possible and
 * are affected. */
static int log_added(struct store_merge *m, const struct record *n, const struct by_cve *was)
{
	int ret = 0;

	for (uint32_t i = 0; i < n->verdict_count && ret == 0; i++) {
		const struct vd_verdict *v = &n->verdicts[i];
		const struct by_cve *old = find(was, m->old->verdict_count, v);

		m->first_seen[i] = old == NULL || m->old->verdict_first_seen_us == NULL
		                           ? m->now_us
		                           : m->old->verdict_first_seen_us[old->index];
		if (!change_is_open(v))
			continue;
		if (old == NULL || !change_is_open(old->v) ||
		    (old->v->kind == VD_POSSIBLE && v->kind == VD_AFFECTED))
			ret = log_verdict(m, n, old == NULL ? NULL : old->v, v);
	}
	return ret;
}

static int log_resolved(struct store_merge *m, const struct record *n, const struct by_cve *now)
{
	int ret = 0;

	for (uint32_t i = 0; i < m->old->verdict_count && ret == 0; i++) {
		const struct vd_verdict *v = &m->old->verdicts[i];
		const struct by_cve *is = find(now, n->verdict_count, v);

		if (change_is_open(v) && (is == NULL || !change_is_open(is->v)))
			ret = log_verdict(m, n, v, is == NULL ? NULL : is->v);
	}
	return ret;
}

static int log_exposure(struct store_merge *m, const struct record *r, const struct vd_exposure *e,
                        bool added)
{
	char state[CHANGE_STATE];

	if (m->fresh)
		return 0;
	change_exposure_state(e, state);
	return store_merge_event(m, r,
	                         (struct store_event){.type = added ? "exposure.added"
	                                                            : "exposure.resolved",
	                                              .ref = e->id,
	                                              .before = added ? "" : state,
	                                              .after = added ? state : ""});
}

static bool has_exposure(const struct record *r, const char *id)
{
	for (uint32_t i = 0; i < r->exposure_count; i++)
		if (strcmp(r->exposures[i].id, id) == 0)
			return true;
	return false;
}

static int log_exposures(struct store_merge *m, const struct record *n)
{
	const struct record *old = m->old;
	int ret = 0;

	for (uint32_t i = 0; i < n->exposure_count && ret == 0; i++)
		if (!has_exposure(old, n->exposures[i].id))
			ret = log_exposure(m, n, &n->exposures[i], true);
	for (uint32_t i = 0; i < old->exposure_count && ret == 0; i++)
		if (!has_exposure(n, old->exposures[i].id))
			ret = log_exposure(m, n, &old->exposures[i], false);
	return ret;
}

int store_merge_all_findings(struct store_merge *m, bool added)
{
	const struct record *r = m->old;
	int ret = 0;

	for (uint32_t i = 0; i < r->verdict_count && ret == 0; i++)
		if (change_is_open(&r->verdicts[i]))
			ret = log_verdict(m, r, added ? NULL : &r->verdicts[i],
			                  added ? &r->verdicts[i] : NULL);
	for (uint32_t i = 0; i < r->exposure_count && ret == 0; i++)
		ret = log_exposure(m, r, &r->exposures[i], added);
	return ret;
}

/* Whether the service has the very verdicts that it had, so that there is nothing to compare. */
static bool has_same_set(const struct store_merge *m, const struct record *n)
{
	return n->set != NULL && n->verdict_count > 0 &&
	       n->verdict_count == m->old->verdict_count && m->old->verdict_first_seen_us != NULL &&
	       memcmp(n->set->key, m->meta.verdict_set, sizeof(n->set->key)) == 0;
}

int store_merge_verdicts(struct store_merge *m, struct record *n)
{
	struct by_cve *was, *now;
	int ret = ENOMEM;

	if (has_same_set(m, n)) {
		n->verdict_first_seen_us = m->old->verdict_first_seen_us;
		return log_exposures(m, n);
	}
	was = sorted(m->old);
	now = m->old->verdict_count > 0 ? sorted(n) : malloc(1); /* for log_resolved() alone */
	m->first_seen = malloc((n->verdict_count + 1) * sizeof(*m->first_seen));
	if (was != NULL && now != NULL && m->first_seen != NULL)
		ret = log_added(m, n, was);
	if (ret == 0)
		ret = log_resolved(m, n, now);
	if (ret == 0)
		ret = log_exposures(m, n);
	n->verdict_first_seen_us = m->first_seen;
	free(was);
	free(now);
	return ret;
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool accepted(const struct store_merge *m, const struct vd_finding *f)
{
	for (size_t i = 0; i < m->accept_count; i++)
		if (accept_covers(&m->accepts[i], f->port, f->ref, m->now_us))
			return true;
	return false;
}

/* Inserts @f by its base, highest first; of equals the earlier one comes first. Keeps at most
 * VD_REASONS_MAX findings, because no more can count for a host. */
static void keep(const struct store_merge *m, struct record_meta *meta, const struct vd_finding *f)
{
	unsigned i = meta->finding_count;

	if (f->base == 0 || accepted(m, f))
		return;
	if (i == VD_REASONS_MAX) {
		if (meta->findings[i - 1].base >= f->base)
			return;
		i--;
	} else {
		meta->finding_count++;
	}
	for (; i > 0 && meta->findings[i - 1].base < f->base; i--)
		meta->findings[i] = meta->findings[i - 1];
	meta->findings[i] = *f;
}

void store_merge_findings(struct store_merge *m, const struct record *n, struct record_meta *meta)
{
	const struct vd_model *model = m->s->model;
	const struct vd_spot at = {n->port, n->transport, n->opened_us, m->now_us};
	struct vd_finding f;

	meta->finding_count = 0;
	if (!record_is_up(n) || record_is_ping(n->transport))
		return;
	for (uint32_t i = 0; i < n->verdict_count; i++) {
		f = vd_finding_verdict(model, &n->verdicts[i], &at);
		keep(m, meta, &f);
	}
	for (uint32_t i = 0; i < n->exposure_count; i++) {
		f = vd_finding_exposure(model, &n->exposures[i], &at);
		keep(m, meta, &f);
	}
	f = vd_finding_service(model, &n->identity, &at);
	keep(m, meta, &f);
}
