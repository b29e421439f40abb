/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_honeypot.c - whether a host is a honeypot, and what that does to the verdicts of its
 * services.
 *
 * One service shows it, and all are in doubt, also those that were merged before. When that service
 * no longer shows it, the host is none any more; the verdicts of its other services become what they
 * were with their next grab or rematch.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_pass.h"

/* Without memory the verdicts stay as they are; the next rematch doubts them. */
void store_merge_doubt_record(struct record *r)
{
	if (record_own_verdicts(r) < 0)
		return;
	for (uint32_t i = 0; i < r->verdict_count; i++)
		vd_verdict_doubt(&r->verdicts[i]);
}

/* Doubt the verdicts of @n, a copy of a record that holds its set, too: they get a list of their own,
 * which that record takes at the end of the merge. */
static void doubt_copy(struct store_merge *m, struct record *n)
{
	struct record_set *set = n->set;

	if (set != NULL)
		record_set_hold(set);
	store_merge_doubt_record(n);
	if (set != NULL && n->set != NULL)
		record_set_drop(set);
	else if (set != NULL)
		m->doubted_list = n->verdicts;
}

void store_merge_take_doubted(struct store_merge *m, const struct record *in)
{
	struct record *r = (struct record *)(uintptr_t)in; /* the batch's, which may be changed */
	uint32_t count = in->verdict_count, candidates = in->candidates;

	if (m->doubted_list == NULL)
		return;
	record_drop_verdicts(r);
	r->verdicts = m->doubted_list;
	r->verdict_count = count;
	r->candidates = candidates;
	m->doubted_list = NULL;
}

void store_merge_honeypot(struct store_merge *m, struct record *n)
{
	struct store_honeypot *h = &m->summary.honeypot;
	bool was = h->why[0] != '\0';
	bool own = was && h->port == n->port && h->transport == n->transport;
	char why[VD_HONEYPOT_TEXT];

	if (vd_honeypot(n->facts, n->port, why)) {
		m->doubted |= !was;
		if (!was || own) {
			memcpy(h->why, why, sizeof(h->why));
			h->port = n->port;
			h->transport = n->transport;
		}
	} else if (own) {
		memset(h, 0, sizeof(*h));
	}
	if (h->why[0] != '\0')
		doubt_copy(m, n);
}

static int doubt_service(void *arg, struct store_merge *m, const uint8_t *key)
{
	int ret = store_service_get(m->s, m->txn, key, m->old, &m->meta);

	(void)arg;
	if (ret != 0 || m->old->verdict_count == 0)
		return ret;
	store_merge_doubt_record(m->old);
	store_merge_findings(m, m->old, &m->meta);
	return store_merge_write(m, m->old, &m->meta);
}

int store_merge_put_doubted(struct store_merge *m, struct record *n, const struct store_set *set)
{
	uint32_t count = set->count < RECORD_VERDICTS_MAX ? set->count : RECORD_VERDICTS_MAX;
	struct vd_verdict *list = calloc((size_t)count + 1, sizeof(*list));
	int ret;

	if (list == NULL)
		return ENOMEM;
	memcpy(list, set->list, count * sizeof(*list));
	n->verdicts = list;
	n->verdict_count = count;
	n->candidates = set->candidates;
	store_merge_doubt_record(n);
	ret = store_merge_verdicts(m, n);
	if (ret == 0) {
		store_merge_findings(m, n, &m->meta);
		ret = store_merge_write(m, n, &m->meta);
	}
	free(list);
	return ret;
}

int store_merge_doubt(struct store_merge *m)
{
	m->doubted = false;
	return store_pass_host(m, doubt_service, NULL);
}
