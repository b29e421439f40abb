/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_rejudge.c - judges stored services again after the knowledge changed.
 *
 * Most services get the same verdicts as before, or verdicts that differ only in texts such as a
 * probability or a version range, or in the number of candidates. The pass finds these without decoding their records: it asks the
 * source for the set of verdicts that the encoded identity gets (the current set) and compares its
 * digest with that of the stored set. If only texts differ, it overwrites the stored set under the
 * same key, once for all services that share it. It merges all other services like a new sighting,
 * with the cause "db". What the services of a host tell each other is found out first, for each host.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash_table.h"
#include "index_db.h"
#include "store_hint.h"
#include "store_pass.h"

static const uint8_t none[16];

/* What the pass decided about a stored set of verdicts. The first service that uses the set and
 * whose current set differs at most in texts decides the new content. Services whose current set
 * differs in more get another set. */
struct stored_set {
	uint8_t key[16];
	uint8_t is[16];       /* the digest of its new content; all zero: undecided */
	uint8_t differs[16];  /* the digest of the current set that was last found to differ */
	uint32_t restated_in; /* the uncommitted transaction that overwrote it; 0: none */
};

struct rejudge {
	struct store *s;
	const struct store_judge *judge;
	int64_t now_us;
	int64_t judged_us;        /* when the last pass ended; 0: never */
	bool same;                /* the current knowledge identified all stored services */
	bool rescore;             /* some stored findings have other weights */
	struct hash_table sets;   /* of struct stored_set */
	struct store_used used;   /* the sets that services use */
	struct store_hints hints; /* of the host @addr */
	struct dp_addr addr;
	bool has_host; /* @addr is set */
	struct bytes identity, before;
	const struct record *aging; /* the service whose dates aged() checks */
	uint32_t transaction;
	struct store_rejudged piece, all; /* of this transaction, and of the committed ones */
};

/* ---- the verdicts that the current knowledge gives ---- */

/* The time up to which the dates of @r were checked: by the last pass, or when it was last seen. */
static int64_t last_look(const struct rejudge *j, const struct record *r)
{
	return j->judged_us > r->last_seen_us ? j->judged_us : r->last_seen_us;
}

/* Whether the findings can change only with the verdicts: the weights are the same, the host has no
 * accepted finding, the verdicts were computed, and the port did not cease to be new since it was
 * last checked. */
static bool is_settled(const struct rejudge *j, const struct store_merge *m, const struct record *r)
{
	int64_t old_us = r->opened_us + vd_model_rules(j->s->model).new_port_us;

	return !j->rescore && m->accept_count == 0 && r->ask != RECORD_ASKED_UNJUDGED &&
	       !(old_us >= last_look(j, r) && old_us < j->now_us);
}

static bool aged(void *arg, const char *date, size_t len)
{
	const struct rejudge *j = arg;

	return vd_date_reached(date, len, last_look(j, j->aging), j->now_us);
}

/* Finds out what the services of m's host tell each other, as the current knowledge identifies them. */
static int look_at_host(struct rejudge *j, struct store_merge *m)
{
	if (j->has_host && memcmp(j->addr.b, m->addr.b, KEY_ADDR) == 0)
		return 0;
	j->has_host = true;
	j->addr = m->addr;
	store_hints_clear(&j->hints);
	if (j->judge->hint == NULL || (m->summary.open < 2 && m->summary.hint.distro[0] == '\0'))
		return 0;
	return store_hints_read(&j->hints, m, j->same ? NULL : j->judge);
}

/* Gives @fresh the identity of today: from its facts (@again), and by what its host tells. */
static int identify_fresh(struct rejudge *j, const uint8_t *key, bool again, struct record *fresh)
{
	const struct record *known = j->same ? NULL : store_hints_record(&j->hints, key);
	const struct vd_hint *told = store_hints_of(&j->hints, key);

	if (known != NULL)
		fresh->identity = known->identity;
	else if (again && j->judge->identify(j->judge->arg, fresh) < 0)
		return ENOMEM;
	if (known == NULL && told->distro[0] == '\0' && fresh->identity.hint.distro[0] == '\0')
		return 0;
	return j->judge->hint != NULL && j->judge->hint(j->judge->arg, fresh, told) < 0 ? ENOMEM
	                                                                                : 0;
}

/* Identifies the service and puts its encoded identity into j->identity. *@anew: identity or
 * exposures differ from the stored ones. */
static int identify(struct rejudge *j, struct store_merge *m, const uint8_t *key,
                    const MDB_val *value, bool *anew)
{
	bool again = *anew;
	struct record fresh;
	size_t identity_len;
	int ret = record_decode(value->mv_data, value->mv_size, m->old, &m->meta);

	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	store_key_read(key, &m->old->addr, &m->old->transport, &m->old->port);
	fresh = *m->old;
	ret = identify_fresh(j, key, again, &fresh);
	if (ret != 0)
		return ret;
	bytes_clear(&j->before);
	bytes_clear(&j->identity);
	record_encode_identity(&m->old->identity, &j->before);
	record_encode_exposures(m->old, &j->before);
	record_encode_identity(&fresh.identity, &j->identity);
	identity_len = j->identity.len;
	record_encode_exposures(&fresh, &j->identity);
	if (j->before.failed || j->identity.failed)
		return ENOMEM;
	*anew = j->before.len != j->identity.len ||
	        memcmp(j->before.data, j->identity.data, j->before.len) != 0;
	j->identity.len = identity_len;
	return 0;
}

/* ---- sets of verdicts ---- */

/* Whether two verdicts lead to the same events and findings. */
static bool same_weight(const struct vd_model *model, const struct vd_verdict *a,
                        const struct vd_verdict *b)
{
	static const struct vd_spot any;
	struct vd_finding f = vd_finding_verdict(model, a, &any);
	struct vd_finding g = vd_finding_verdict(model, b, &any);

	return strcmp(a->cve, b->cve) == 0 && a->kind == b->kind && f.base == g.base &&
	       strcmp(f.code, g.code) == 0;
}

static bool only_words_differ(const struct vd_model *model, const struct record_verdicts *was,
                              const struct store_set *is)
{
	bool same = was->count == is->count;

	for (uint32_t i = 0; i < was->count && same; i++)
		same = same_weight(model, &was->list[i], &is->list[i]);
	return same;
}

/* Overwrites the stored set with @set under the same key. */
static int restate(struct rejudge *j, MDB_txn *txn, struct stored_set *stored,
                   const struct store_set *set)
{
	const struct record_verdicts v = store_verdict_of(set);
	MDB_val key = store_val(stored->key, 16), data;
	struct bytes b = {0};
	int ret;

	record_encode_verdicts(&v, &b);
	data = store_val(b.data, b.len);
	ret = b.failed ? ENOMEM : mdb_put(txn, j->s->dbi[DB_VERDICTS], &key, &data, 0);
	bytes_fini(&b);
	store_verdict_fini(j->s); /* the cache may hold the old content */
	if (ret == 0)
		ret = store_index_void(j->s, txn); /* profiles have the old content */
	if (ret == 0) {
		stored->restated_in = j->transaction;
		j->piece.restated++;
	}
	return ret;
}

/* Compares an undecided stored set with the current set of @identity, which has @digest. */
static int compare_stored(struct rejudge *j, MDB_txn *txn, struct stored_set *stored,
                          const struct record_body *identity, const uint8_t digest[16])
{
	MDB_val key = store_val(stored->key, 16), data;
	const struct store_set *set;
	struct record_verdicts was;
	uint8_t stands[16];
	int ret = mdb_get(txn, j->s->dbi[DB_VERDICTS], &key, &data);

	if (ret != 0)
		return ret == MDB_NOTFOUND ? EIO : ret;
	record_verdict_hash(data.mv_data, data.mv_size, stands);
	memcpy(stored->is, digest, 16);
	if (memcmp(stands, digest, 16) == 0)
		return 0;
	set = j->judge->set(j->judge->arg, identity->identity, identity->identity_len, true);
	if (set == NULL)
		return ENOMEM;
	ret = record_decode_verdicts(data.mv_data, data.mv_size, &was);
	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	if (only_words_differ(j->s->model, &was, set)) {
		ret = restate(j, txn, stored, set);
	} else {
		memcpy(stored->is, none, 16);
		memcpy(stored->differs, digest, 16);
	}
	free(was.list);
	return ret;
}

/* *@differs: a service of @identity that uses the stored set @was must get another set. */
static int compare(struct rejudge *j, MDB_txn *txn, const uint8_t was[16],
                   const struct record_body *identity, bool *differs)
{
	const struct store_set *set =
		j->judge->set(j->judge->arg, identity->identity, identity->identity_len, false);
	uint8_t digest[16];
	struct stored_set *stored;
	int ret = 0;

	if (set == NULL)
		return ENOMEM;
	memcpy(digest, set->digest, 16);
	if (memcmp(was, none, 16) == 0 || memcmp(digest, none, 16) == 0) {
		*differs = memcmp(was, digest, 16) != 0;
		return 0;
	}
	stored = hash_table_take(&j->sets, was);
	if (stored == NULL)
		return ENOMEM;
	if (memcmp(stored->is, none, 16) == 0 && memcmp(stored->differs, digest, 16) != 0)
		ret = compare_stored(j, txn, stored, identity, digest);
	*differs = memcmp(stored->is, digest, 16) != 0;
	return ret;
}

/* ---- the pass ---- */

/* What the host tells the service of @key; NULL if the knowledge asks no hosts. */
static const struct vd_hint *told(const struct rejudge *j, const uint8_t *key)
{
	return j->judge->hint == NULL ? NULL : store_hints_of(&j->hints, key);
}

static bool is_told(const struct rejudge *j, const uint8_t *key)
{
	const struct vd_hint *hint = told(j, key);

	return hint != NULL && hint->distro[0] != '\0';
}

/* Judges a service that counts and was grabbed, in full only if something changes. */
static int visit_service(struct rejudge *j, struct store_merge *m, const uint8_t *key,
                         const MDB_val *value, int header)
{
	const uint8_t *body = (const uint8_t *)value->mv_data + header;
	const size_t len = value->mv_size - (size_t)header;
	const struct store_again again = {j->judge, true, told(j, key)};
	bool settled = is_settled(j, m, m->seen), anew = false, differs = false;
	uint8_t was[16];
	struct record_body parts;
	int ret = 0;

	memcpy(was, m->meta.verdict_set, 16);
	j->aging = m->seen;
	if (record_decode_body(body, len, aged, j, &parts) != 0)
		return EIO;
	anew = !j->same || parts.found;
	if (anew || is_told(j, key) || (record_body_signs(body, len) & RECORD_BODY_HINTED) != 0) {
		ret = identify(j, m, key, value, &anew);
		parts.identity = j->identity.data;
		parts.identity_len = j->identity.len;
	}
	if (ret == 0 && !anew)
		ret = compare(j, m->txn, was, &parts, &differs);
	if (ret != 0 || !(anew || differs || !settled))
		return ret;
	j->piece.whole++;
	return store_judge_service(m, key,
	                           anew ? &again : &(struct store_again){.judge = j->judge});
}

static int visit(void *arg, struct store_merge *m, const uint8_t *key, const MDB_val *value)
{
	struct rejudge *j = arg;
	int header, ret = look_at_host(j, m);

	if (ret != 0)
		return ret;
	header = record_decode_header(value->mv_data, value->mv_size, m->seen, &m->meta);
	if (header < 0)
		return EIO;
	j->piece.services++;
	if (record_is_up(m->seen) && m->seen->grabbed) {
		ret = visit_service(j, m, key, value, header);
	} else if (record_is_up(m->seen) && !is_settled(j, m, m->seen)) {
		/* A port without a grab has no verdicts: only its findings may have aged. */
		j->piece.whole++;
		ret = store_merge_reweigh(m, key);
	}
	return ret == 0 ? store_used_add(&j->used, m->meta.verdict_set) : ret;
}

/* A transaction that failed wrote nothing: the sets that it overwrote are undecided again. */
static void begin(void *arg)
{
	struct rejudge *j = arg;
	struct stored_set *stored;
	size_t at = 0;

	j->piece = (struct store_rejudged){0};
	j->has_host = false;
	while (j->transaction != 0 && (stored = hash_table_next(&j->sets, &at)) != NULL)
		if (stored->restated_in == j->transaction) {
			memcpy(stored->is, none, 16);
			stored->restated_in = 0;
		}
	j->transaction++;
}

static void committed(void *arg)
{
	struct rejudge *j = arg;
	struct stored_set *stored;
	size_t at = 0;

	while ((stored = hash_table_next(&j->sets, &at)) != NULL)
		stored->restated_in = 0;
	j->all.services += j->piece.services;
	j->all.restated += j->piece.restated;
	j->all.whole += j->piece.whole;
	if (j->judge->progress != NULL)
		j->judge->progress(j->judge->arg, j->all.services);
}

/* Deletes unused sets and records the complete pass; "judged", 8 bytes big endian, is its time. */
static int finish(struct store *s, MDB_txn *txn, void *arg)
{
	struct rejudge *j = arg;
	MDB_val key = store_val("judged", 6), value;
	uint8_t raw[8];
	int ret = store_sweep(s, txn, &j->used);

	store_key_be64(raw, (uint64_t)j->now_us);
	value = store_val(raw, sizeof(raw));
	if (ret == 0)
		ret = mdb_put(txn, s->dbi[DB_META], &key, &value, 0);
	return ret == 0 ? store_stamp_all(s, txn) : ret;
}

static int read_state(struct rejudge *j)
{
	MDB_val key = store_val("judged", 6), value;
	MDB_txn *txn;
	int ret = store_read_begin(j->s, &txn);

	if (ret != 0)
		return store_errno(ret);
	if (mdb_get(txn, j->s->dbi[DB_META], &key, &value) == 0 && value.mv_size == 8)
		j->judged_us = (int64_t)store_key_from_be64(value.mv_data);
	j->same = store_stamp_same(j->s, txn);
	j->rescore = store_stamp_rescore(j->s, txn);
	mdb_txn_abort(txn);
	return 0;
}

int store_rejudge(struct store *s, int64_t now_us, const struct store_judge *judge,
                  struct store_rejudged *out)
{
	struct rejudge j = {.s = s, .judge = judge, .now_us = now_us};
	const struct store_pass pass = {.scan = "",
	                                .cause = "db",
	                                .now_us = now_us,
	                                .visit = visit,
	                                .begin = begin,
	                                .committed = committed,
	                                .arg = &j};
	int ret = read_state(&j);

	hash_table_init(&j.sets, 16, sizeof(struct stored_set));
	store_used_init(&j.used);
	if (ret == 0)
		ret = store_pass(s, &pass);
	if (ret == 0)
		ret = store_write(s, finish, &j);
	if (ret == 0)
		ret = store_index_ensure(s);
	*out = j.all;
	store_hints_fini(&j.hints);
	hash_table_fini(&j.sets);
	store_used_fini(&j.used);
	bytes_fini(&j.identity);
	bytes_fini(&j.before);
	return ret;
}
