/* SPDX-License-Identifier: Apache-2.0 */
/* store_rejudge.c - what newer knowledge does to a service that nobody looked at again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_merge.h"

/* A new port's findings weigh more for seven days: model exposure/1. */
static const int64_t NEW_PORT_US = 7 * 86400 * INT64_C(1000000);

/* Whether the findings of the last judgement can only change with the verdicts: nothing is accepted on the host, and
 * the port has not ceased to be new since it was last judged. */
static bool settled(const struct store_merge *m, const struct record *r, int64_t judged_us)
{
	int64_t old_us = r->opened_us + NEW_PORT_US;

	if (judged_us < r->last_seen_us)
		judged_us = r->last_seen_us;
	return m->accept_count == 0 && !(old_us >= judged_us && old_us < m->now_us);
}

/* ---- sets that say the same in other words ------------------------------------------------------------ */

enum { PROBES = 8 };

/* The slot of a pair: where it is, else a free one, else the first of its places. */
static size_t pair_slot(const struct store_pairs *pairs, const uint8_t was[16], const uint8_t is[16])
{
	static const uint8_t none[16];
	const size_t slots = sizeof(pairs->slot) / sizeof(pairs->slot[0]);
	size_t first = (size_t)(was[0] << 8 | was[1]) % slots;

	for (size_t i = 0; i < PROBES; i++) {
		size_t at = (first + i) % slots;

		if (memcmp(pairs->slot[at].was, was, 16) == 0 && memcmp(pairs->slot[at].is, is, 16) == 0)
			return at;
		if (memcmp(pairs->slot[at].is, none, 16) == 0)
			return at;
	}
	return first;
}

static bool pair_known(const struct store_pairs *pairs, const uint8_t was[16], const uint8_t is[16])
{
	size_t at = pair_slot(pairs, was, is);

	return memcmp(pairs->slot[at].was, was, 16) == 0 && memcmp(pairs->slot[at].is, is, 16) == 0;
}

static void pair_learn(struct store_pairs *pairs, const uint8_t was[16], const uint8_t is[16])
{
	size_t at = pair_slot(pairs, was, is);

	memcpy(pairs->slot[at].was, was, 16);
	memcpy(pairs->slot[at].is, is, 16);
}

/* All that an event or a finding hangs on. */
static bool same_weight(const struct vd_verdict *a, const struct vd_verdict *b)
{
	struct vd_finding f = vd_finding_verdict(a, 1, DP_TRANSPORT_TCP, 0, 0);
	struct vd_finding g = vd_finding_verdict(b, 1, DP_TRANSPORT_TCP, 0, 0);

	return strcmp(a->cve, b->cve) == 0 && a->kind == b->kind && f.base == g.base &&
	       strcmp(f.code, g.code) == 0;
}

static bool only_restated(const struct record *was, const struct record *is)
{
	if (was->verdict_count != is->verdict_count)
		return false;
	for (uint32_t i = 0; i < was->verdict_count; i++)
		if (!same_weight(&was->verdicts[i], &is->verdicts[i]))
			return false;
	return true;
}

/* Point the stored record to another set that is already there. */
static int restate(struct store_merge *m, const uint8_t key[KEY_SERVICE], const MDB_val *value,
		   const uint8_t set[16])
{
	MDB_val k = store_val(key, KEY_SERVICE), v;
	int brief = record_decode_brief(value->mv_data, value->mv_size, m->seen, &m->book);

	if (brief < 0)
		return EIO;
	memcpy(m->book.verdict_set, set, 16);
	bytes_clear(&m->scratch);
	record_encode_brief(m->seen, &m->book, &m->scratch);
	bytes_put(&m->scratch, (const uint8_t *)value->mv_data + brief, value->mv_size - (size_t)brief);
	if (m->scratch.failed)
		return ENOMEM;
	v = store_val(m->scratch.data, m->scratch.len);
	return mdb_put(m->txn, m->s->dbi[DB_SERVICE], &k, &v, 0);
}

/* ---- one service ------------------------------------------------------------------------------------------ */

static int judge_whole(struct store_merge *m, const uint8_t key[KEY_SERVICE],
		       const struct store_judge *judge, struct store_pairs *pairs)
{
	struct record *fresh = record_new();
	uint8_t was[16];
	struct record n;
	int rc;

	if (fresh == NULL)
		return ENOMEM;
	rc = store_service_get(m->s, m->txn, key, fresh, &m->book);
	if (rc == 0)
		rc = store_service_get(m->s, m->txn, key, m->old, &m->book);
	if (rc != 0 || !judge->judge(judge->arg, fresh))
		goto end;
	memcpy(was, m->book.verdict_set, sizeof(was));
	n = *m->old;
	store_merge_take(&n, fresh);
	n.grabbed = m->old->grabbed;
	if (n.grabbed)
		rc = store_merge_identity(m, &n, &m->book);
	if (rc == 0)
		rc = store_merge_verdicts(m, &n);
	store_merge_findings(m, &n, &m->book);
	if (rc == 0)
		rc = store_merge_write(m, &n, &m->book);
	if (rc == 0 && pairs != NULL && only_restated(m->old, fresh))
		pair_learn(pairs, was, m->book.verdict_set);
	free(m->first_seen);
	m->first_seen = NULL;
end:
	record_free(fresh);
	return rc;
}

int store_merge_rejudge(struct store_merge *m, const uint8_t key[KEY_SERVICE],
			const struct store_judge *judge, struct store_pairs *pairs)
{
	MDB_val k = store_val(key, KEY_SERVICE), v;
	uint8_t set[16];
	int rc = mdb_get(m->txn, m->s->dbi[DB_SERVICE], &k, &v);

	if (rc != 0)
		return rc;
	rc = record_decode(v.mv_data, v.mv_size, m->old, &m->book);
	if (rc != 0)
		return rc == -ENOMEM ? ENOMEM : EIO;
	store_key_read(key, &m->old->addr, &m->old->transport, &m->old->port);
	if (m->old->state != RECORD_OPEN)
		return 0;
	if (judge->stays != NULL && judge->stays(judge->arg, m->old, set) &&
	    settled(m, m->old, pairs->judged_us)) {
		if (memcmp(set, m->book.verdict_set, sizeof(set)) == 0)
			return 0;
		if (pair_known(pairs, m->book.verdict_set, set))
			return restate(m, key, &v, set);
	}
	return judge_whole(m, key, judge, pairs);
}
