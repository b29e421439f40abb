/* SPDX-License-Identifier: Apache-2.0 */
/* store_pairs.c - maps each stored set of verdicts to the one that the current rules give. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_survey.h"

enum { CLAIMS_FIRST = 1024, PAIRS_FIRST = 1024 };

static const uint8_t none[16];

/* ---- claims: who may restate a set ---- */

static struct survey_claim *claim_place(const struct survey *v, const uint8_t was[16])
{
	size_t at;

	memcpy(&at, was, sizeof(at));
	for (at &= v->claim_slots - 1; memcmp(v->claims[at].was, none, 16) != 0;
	     at = (at + 1) & (v->claim_slots - 1))
		if (memcmp(v->claims[at].was, was, 16) == 0)
			break;
	return &v->claims[at];
}

static bool claims_grow(struct survey *v)
{
	struct survey more = {.claim_slots = v->claim_slots == 0 ? CLAIMS_FIRST
	                                                         : v->claim_slots * 2};

	more.claims = calloc(more.claim_slots, sizeof(*more.claims));
	if (more.claims == NULL)
		return false;
	for (size_t i = 0; i < v->claim_slots; i++)
		if (memcmp(v->claims[i].was, none, 16) != 0)
			*claim_place(&more, v->claims[i].was) = v->claims[i];
	free(v->claims);
	v->claims = more.claims;
	v->claim_slots = more.claim_slots;
	return true;
}

/* The first that restates a set says how; whoever means the same may share it. */
static bool claim_locked(struct survey *v, const struct store_pair *p, const uint8_t *identity,
                         size_t len)
{
	struct survey_claim *c;

	if (v->claim_count * 2 >= v->claim_slots && !claims_grow(v))
		return false;
	c = claim_place(v, p->was);
	if (memcmp(c->was, none, 16) != 0)
		return memcmp(c->is, p->is, 16) == 0;
	c->identity = malloc(len + 1);
	if (c->identity == NULL)
		return false;
	memcpy(c->identity, identity, len);
	c->identity_len = len;
	memcpy(c->was, p->was, 16);
	memcpy(c->is, p->is, 16);
	v->claim_count++;
	return true;
}

static bool claim(const struct store_pairs *t, const struct store_pair *p,
                  const struct record_body *id)
{
	bool mine;

	pthread_mutex_lock(t->lock);
	mine = claim_locked(t->survey, p, id->identity, id->identity_len);
	pthread_mutex_unlock(t->lock);
	return mine;
}

/* ---- pairs of sets ---- */

/* All that an event or a finding hangs on. */
static bool same_weight(const struct vd_model *model, const struct vd_verdict *a,
                        const struct vd_verdict *b)
{
	static const struct vd_spot any;
	struct vd_finding f = vd_finding_verdict(model, a, &any);
	struct vd_finding g = vd_finding_verdict(model, b, &any);

	return strcmp(a->cve, b->cve) == 0 && a->kind == b->kind && f.base == g.base &&
	       strcmp(f.code, g.code) == 0;
}

static bool only_restated(const struct vd_model *model, const struct vd_verdict *was, uint32_t n,
                          const struct store_set *is)
{
	bool same = n == is->count;

	for (uint32_t i = 0; i < n && same; i++)
		same = same_weight(model, &was[i], &is->list[i]);
	return same;
}

/* Compare what is stored with what is said today. */
static int compare(struct store_pairs *t, struct store_pair *p, const struct record_body *id)
{
	MDB_val key = store_val(p->was, 16), data;
	const struct store_set *set;
	struct vd_verdict *list;
	uint8_t digest[16];
	uint32_t n;
	int ret;

	p->outcome = STORE_CHANGED;
	if (memcmp(p->was, none, 16) == 0 || memcmp(p->is, none, 16) == 0)
		return 0;
	ret = mdb_get(t->txn, t->s->dbi[DB_VERDICTS], &key, &data);
	if (ret != 0)
		return ret == MDB_NOTFOUND ? EIO : ret;
	record_verdict_hash(data.mv_data, data.mv_size, digest);
	if (memcmp(digest, p->is, 16) == 0) {
		p->outcome = STORE_SAME;
		return 0;
	}
	set = t->judge->set(t->worker, id->identity, id->identity_len, true);
	if (set == NULL)
		return ENOMEM;
	if (record_decode_verdicts(data.mv_data, data.mv_size, &list, &n) != 0)
		return EIO;
	if (only_restated(t->s->model, list, n, set) && claim(t, p, id))
		p->outcome = STORE_RESTATED;
	free(list);
	return 0;
}

static struct store_pair *pair_place(const struct store_pairs *t, const uint8_t was[16],
                                     const uint8_t is[16])
{
	size_t at, more;

	memcpy(&at, was, sizeof(at));
	memcpy(&more, is, sizeof(more));
	for (at = (at ^ more * 31) & (t->slots - 1); t->slot[at].outcome != STORE_UNKNOWN;
	     at = (at + 1) & (t->slots - 1))
		if (memcmp(t->slot[at].was, was, 16) == 0 && memcmp(t->slot[at].is, is, 16) == 0)
			break;
	return &t->slot[at];
}

static bool pairs_grow(struct store_pairs *t)
{
	struct store_pairs more = {.slots = t->slots == 0 ? PAIRS_FIRST : t->slots * 2};

	more.slot = calloc(more.slots, sizeof(*more.slot));
	if (more.slot == NULL)
		return false;
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].outcome != STORE_UNKNOWN)
			*pair_place(&more, t->slot[i].was, t->slot[i].is) = t->slot[i];
	free(t->slot);
	t->slot = more.slot;
	t->slots = more.slots;
	return true;
}

int store_pairs_ask(struct store_pairs *t, const uint8_t was[16], const uint8_t is[16],
                    const struct record_body *identity, enum store_outcome *out)
{
	struct store_pair *p;
	int ret = 0;

	*out = STORE_SAME;
	if (memcmp(was, none, 16) == 0 && memcmp(is, none, 16) == 0)
		return 0;
	if (t->count * 2 >= t->slots && !pairs_grow(t))
		return ENOMEM;
	p = pair_place(t, was, is);
	if (p->outcome == STORE_UNKNOWN) {
		memcpy(p->was, was, 16);
		memcpy(p->is, is, 16);
		ret = compare(t, p, identity);
		t->count++;
	}
	*out = (enum store_outcome)p->outcome;
	return ret;
}

void store_pairs_fini(struct store_pairs *t)
{
	free(t->slot);
	t->slot = NULL;
}
