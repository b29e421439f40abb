/* SPDX-License-Identifier: Apache-2.0 */
/* store_plan.c - the events between two sets of verdicts, and where each verdict was before. */
#include "store_plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"

struct by_cve {
	const char *cve;
	uint32_t index;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct by_cve *)a)->cve, ((const struct by_cve *)b)->cve);
}

/* NULL: no memory. */
static struct by_cve *sorted(const struct vd_verdict *v, uint32_t n)
{
	struct by_cve *list = malloc((n + 1) * sizeof(*list));

	for (uint32_t i = 0; list != NULL && i < n; i++)
		list[i] = (struct by_cve){v[i].cve, i};
	if (list != NULL && n > 1)
		qsort(list, n, sizeof(*list), compare);
	return list;
}

static const struct vd_verdict *find(const struct by_cve *list, const struct vd_verdict *v,
                                     uint32_t n, const char *cve)
{
	struct by_cve key = {.cve = cve};
	const struct by_cve *found = n == 0 ? NULL : bsearch(&key, list, n, sizeof(*list), compare);

	return found == NULL ? NULL : &v[found->index];
}

static bool add_event(struct store_plan *p, const char *type, const struct vd_verdict *was,
                      const struct vd_verdict *now)
{
	struct store_plan_event *more = realloc(p->events, (p->event_count + 1) * sizeof(*more)),
				*e;

	if (more == NULL)
		return false;
	p->events = more;
	e = &more[p->event_count++];
	*e = (struct store_plan_event){.type = type};
	snprintf(e->ref, sizeof(e->ref), "%s", now != NULL ? now->cve : was->cve);
	if (was != NULL)
		change_verdict_words(was, e->before);
	if (now != NULL)
		change_verdict_words(now, e->after);
	return true;
}

/* What is new, or was only possible and is affected now. */
static bool plan_added(struct store_plan *p, const struct record *old, const struct by_cve *was)
{
	bool ok = true;

	for (uint32_t i = 0; i < p->count && ok; i++) {
		const struct vd_verdict *v = &p->list[i];
		const struct vd_verdict *before =
			find(was, old->verdicts, old->verdict_count, v->cve);

		p->place[i] = before == NULL ? -1 : (int32_t)(before - old->verdicts);
		if (change_is_open(v) && (before == NULL || !change_is_open(before) ||
		                          (before->kind == VD_POSSIBLE && v->kind == VD_AFFECTED)))
			ok = add_event(p, "vuln.added", before, v);
	}
	return ok;
}

static bool plan_resolved(struct store_plan *p, const struct record *old)
{
	struct by_cve *now = sorted(p->list, p->count);
	bool ok = now != NULL;

	for (uint32_t i = 0; i < old->verdict_count && ok; i++) {
		const struct vd_verdict *v = &old->verdicts[i];
		const struct vd_verdict *after = find(now, p->list, p->count, v->cve);

		if (change_is_open(v) && (after == NULL || !change_is_open(after)))
			ok = add_event(p, "vuln.resolved", v, after);
	}
	free(now);
	return ok;
}

static void forget(struct store_plan *p)
{
	free(p->list);
	free(p->place);
	free(p->events);
	*p = (struct store_plan){0};
}

/* @old has the old set. */
static bool make(struct store_plan *p, const struct record *old, const struct store_set *set)
{
	struct by_cve *was = sorted(old->verdicts, old->verdict_count);
	bool ok;

	p->count = set->count < RECORD_VERDICTS_MAX ? set->count : RECORD_VERDICTS_MAX;
	p->was_count = old->verdict_count;
	p->list = malloc(p->count * sizeof(*p->list) + 1);
	p->place = malloc(p->count * sizeof(*p->place) + 1);
	ok = was != NULL && p->list != NULL && p->place != NULL;
	if (ok && p->count > 0)
		memcpy(p->list, set->list, p->count * sizeof(*p->list));
	ok = ok && plan_added(p, old, was) && plan_resolved(p, old);
	free(was);
	return ok;
}

static int learn(struct store_plan *p, struct store_merge *m, const uint8_t was[16],
                 uint32_t was_count, const struct store_set *set)
{
	struct record old = {.verdict_count = was_count};
	int ret = store_verdict_get(m->s, m->txn, was, &old);

	forget(p);
	if (ret == 0 && !make(p, &old, set))
		ret = ENOMEM;
	free(old.verdicts);
	if (ret != 0)
		return ret;
	memcpy(p->was, was, 16);
	memcpy(p->is, set->digest, 16);
	p->known = true;
	return 0;
}

/* Six parameters: two sets, one of them without its list, and a result beside the plan. */
const struct store_plan *store_plan_of(struct store_plans *all, struct store_merge *m,
                                       const uint8_t was[16], uint32_t was_count,
                                       const struct store_set *set, int *ret)
{
	size_t at = (size_t)(was[0] ^ set->digest[0]) << 8 | (was[1] ^ set->digest[1]);
	struct store_plan *p = &all->slot[at % STORE_PLANS];

	*ret = 0;
	if (!p->known || p->was_count != was_count || memcmp(p->was, was, 16) != 0 ||
	    memcmp(p->is, set->digest, 16) != 0)
		*ret = learn(p, m, was, was_count, set);
	if (*ret == 0 && !p->stored) {
		*ret = store_verdict_put(m->s, m->txn, p->list, p->count, p->key);
		p->stored = *ret == 0;
	}
	return *ret == 0 ? p : NULL;
}

void store_plans_begin(struct store_plans *all)
{
	for (size_t i = 0; i < STORE_PLANS; i++)
		all->slot[i].stored = false;
}

void store_plans_fini(struct store_plans *all)
{
	for (size_t i = 0; i < STORE_PLANS; i++)
		forget(&all->slot[i]);
}
