/* SPDX-License-Identifier: Apache-2.0 */
/* match.c - finds the hits of an identity: judges each candidate, then asks the distribution's
 * data. */
#include "match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "candidate.h"
#include "cve.h"
#include "distro.h"
#include "fix.h"
#include "hit.h"
#include "match_query.h"
#include "twin.h"

enum { CACHE_SLOTS = 8192, CACHE_HITS = 4096, KEY_TEXTS = 16 };
static_assert(VD_CPES + 11 <= KEY_TEXTS, "all texts that a verdict depends on");

struct answer {
	XXH128_hash_t key;
	struct vd_hit *hits;
	uint32_t count;
};

struct match_scratch {
	/* direct-mapped: a newer identity replaces an older one */
	struct answer cache[CACHE_SLOTS];
	bool no_cache;
	struct candidates candidates;
	struct vd_hit *hits;
	size_t hit_count, hit_cap;
	bool failed; /* memory was short: hits are missing */
	struct match_query query;
	struct twins *twins; /* owned */
	struct vd_identity id;
};

struct match_scratch *match_scratch_new(void)
{
	struct match_scratch *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->twins = twins_new();
	if (m->twins == NULL) {
		free(m);
		return NULL;
	}
	return m;
}

static void forget(struct match_scratch *m)
{
	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		free(m->cache[i].hits);
		m->cache[i] = (struct answer){0};
	}
}

void match_scratch_forget(struct match_scratch *m, bool always)
{
	forget(m);
	m->no_cache = always;
}

void match_scratch_free(struct match_scratch *m)
{
	if (m == NULL)
		return;
	forget(m);
	candidates_fini(&m->candidates);
	twins_free(m->twins);
	free(m->hits);
	free(m);
}

/* ---- hits ---- */

static struct vd_hit *add_hit(struct match_scratch *m)
{
	if (m->hit_count == m->hit_cap) {
		size_t cap = m->hit_cap > 0 ? m->hit_cap * 2 : 256;
		struct vd_hit *hits = realloc(m->hits, cap * sizeof(*hits));

		if (hits == NULL) {
			m->failed = true;
			return NULL;
		}
		m->hits = hits;
		m->hit_cap = cap;
	}
	m->hits[m->hit_count] = (struct vd_hit){0};
	return &m->hits[m->hit_count++];
}

static uint8_t at_most(uint8_t confidence, const struct vd_identity *id)
{
	return id->confidence > 0 && id->confidence < confidence ? id->confidence : confidence;
}

/* The product that a criterion names. */
static const struct match_query_product *product_of(const struct match_query *q, uint32_t crit)
{
	return q->products == 1 ? &q->product[0]
	                        : match_query_product_of(q, db_crits(q->db)[crit].group);
}

/* Whether the packages of @p are those that may be what answers, and nobody says which. */
static bool is_guessed(const struct match_query *q, const struct match_query_product *p)
{
	return q->guessed || (q->hinted && !p->shipped && !q->has_distro);
}

/* What the distribution says about a CVE in the product @p. A component may come from elsewhere than
 * its host, and its package's revision is never known: nothing is certain then. */
static struct fix_answer ask_distro(struct match_query *q, const struct match_query_product *p,
                                    const struct vd_hit *h, uint8_t why)
{
	struct fix_answer a = {0};

	if (is_guessed(q, p))
		return h->kind == VD_AFFECTED ? fix_backported(q, p->number, h->cve) : a;
	if (q->packages == 0)
		return a;
	if (q->hinted && p->number == 0) {
		a = fix_hinted(q, 0, h->cve);
		/* That a fix is missing makes no finding where the range does not hold for sure. */
		if (a.kind == VD_AFFECTED && h->kind == VD_POSSIBLE) {
			a.kind = VD_POSSIBLE;
			a.why = why;
		}
		return a;
	}
	a = fix_about(q, p->number, h->cve);
	if (p->number != 0 && a.kind != 0) {
		a.kind = VD_POSSIBLE;
		a.why = WHY_REVISION;
	}
	return a;
}

/* Why the ranges alone do not make a CVE of a distribution's package certain. */
static uint8_t why_unsaid(const struct match_query *q)
{
	if (q->id->package_version[0] == '\0' && !q->hinted)
		return WHY_REVISION;
	return q->packages > 0 ? WHY_NOT_TRACKED : WHY_NO_DATA;
}

/* How sure a settled hit is: what another port tells counts less than a package's own mark. */
static uint8_t confidence_of(const struct match_query *q, const struct vd_hit *h, uint8_t why)
{
	uint8_t sure = h->flags & HIT_BY_DISTRO && !(h->flags & HIT_HINTED) ? 90 : 60;

	return at_most(h->kind != VD_POSSIBLE ? sure : hit_why_confidence(why), q->id);
}

/* Settle the verdict of a hit: what the distribution says overrides what a version range says. */
static void settle(struct match_scratch *m, struct vd_hit *h, uint8_t why)
{
	struct match_query *q = &m->query;
	const struct match_query_product *p = product_of(q, h->match - 1);
	struct fix_answer a = ask_distro(q, p, h, why);

	if (p->shipped)
		h->flags |= HIT_HINTED;
	if (a.kind != 0) {
		h->kind = a.kind;
		h->fix = a.fix;
		why = a.why;
		h->flags |= HIT_BY_DISTRO;
	} else if ((q->has_distro || p->shipped) && h->kind == VD_AFFECTED) {
		h->kind = VD_POSSIBLE;
		why = why_unsaid(q);
	} else if (is_guessed(q, p) && (p->half || p->cut) && h->kind == VD_AFFECTED) {
		/* Which version it is, and so which packages ship it, is not known. */
		h->kind = VD_POSSIBLE;
		why = WHY_HALF_VERSION;
	}
	h->aux = hit_aux(why, a.pkg);
	h->confidence = confidence_of(q, h, why);
}

/* Whether an answer of the distribution makes a hit by itself. "Fixed" does only if the query has
 * no product. */
static bool tells(const struct match_query *q, const struct fix_answer *a)
{
	return a->kind == VD_AFFECTED || a->kind == VD_POSSIBLE ||
	       (a->kind == VD_FIXED && q->products == 0 && a->fix != 0);
}

/* Add hits for the CVEs in [@from, @to) that the distribution names and the version ranges miss. */
static void distro_hits(struct match_scratch *m, uint32_t from, uint32_t to)
{
	struct match_query *q = &m->query;

	if (q->packages == 0 || !q->has_release || q->id->package_version[0] == '\0')
		return;
	for (uint32_t cve = fix_next(q, from); cve < to; cve = fix_next(q, cve + 1)) {
		struct fix_answer a = fix_about(q, 0, cve);
		struct vd_hit *h;

		if (!tells(q, &a))
			continue;
		h = add_hit(m);
		if (h == NULL)
			return;
		*h = (struct vd_hit){
			.cve = cve,
			.fix = a.fix,
			.aux = hit_aux(a.why, a.pkg),
			.kind = a.kind,
			.confidence = at_most(
				a.kind != VD_POSSIBLE ? 90 : hit_why_confidence(a.why), q->id),
			.precision = VD_BOUNDED,
			.flags = HIT_BY_DISTRO | HIT_DISTRO_ONLY,
		};
	}
}

static bool better(const struct cve_fit *a, const struct cve_fit *b)
{
	if (a->truth != b->truth)
		return a->truth > b->truth;
	return a->precision < b->precision;
}

static struct cve_fit fit_of(const struct match_scratch *m, const struct candidate *c)
{
	static const struct cve_fit fits[] = {
		[FIT_EXACT] = {.truth = TRUTH_YES, .precision = VD_EXACT},
		[FIT_BOUNDED] = {.truth = TRUTH_YES, .precision = VD_BOUNDED},
		[FIT_UNBOUNDED] = {.truth = TRUTH_UNKNOWN,
	                           .precision = VD_UNBOUNDED,
	                           .why = WHY_OPEN_RANGE},
		[FIT_HALF_EXACT] = {.truth = TRUTH_UNKNOWN,
	                            .precision = VD_EXACT,
	                            .why = WHY_HALF_VERSION},
		[FIT_HALF_BOUNDED] = {.truth = TRUTH_UNKNOWN,
	                              .precision = VD_BOUNDED,
	                              .why = WHY_HALF_VERSION},
		[FIT_HALF_UNBOUNDED] = {.truth = TRUTH_UNKNOWN,
	                                .precision = VD_UNBOUNDED,
	                                .why = WHY_HALF_VERSION},
	};
	const struct db_crit *crit;

	if (c->fit != FIT_LOOK)
		return fits[c->fit];
	crit = &db_crits(m->query.db)[c->crit];
	return cve_configuration(&m->query, match_query_product_of(&m->query, crit->group), crit);
}

/* What holds for the parent of a fork may hold for the fork. */
static void soften_fork(const struct match_query *q, uint32_t crit, struct cve_fit *f)
{
	if (f->truth != TRUTH_YES || !product_of(q, crit)->fork)
		return;
	f->truth = TRUTH_UNKNOWN;
	f->why = WHY_FORK;
	f->edition = 0;
}

/* Add a hit for the best candidate of one CVE, whose candidates begin at @i. Returns where they
 * end. */
static size_t judge_cve(struct match_scratch *m, size_t i)
{
	const struct candidate *list = m->candidates.all.data;
	uint32_t cve = list[i].cve, best = 0;
	struct cve_fit top = {.truth = TRUTH_NO};
	uint8_t editions = 0;
	struct vd_hit *h;

	for (; i < m->candidates.all.count && list[i].cve == cve; i++) {
		struct cve_fit f;

		/* Nothing is better than a criterion that states the very version. */
		if (top.truth == TRUTH_YES && top.precision == VD_EXACT)
			continue;
		f = fit_of(m, &list[i]);
		if (m->query.has_fork)
			soften_fork(&m->query, list[i].crit, &f);
		editions |= f.edition;
		if (!better(&f, &top))
			continue;
		top = f;
		best = list[i].crit;
	}
	if (top.truth == TRUTH_NO)
		return i;
	/* Both editions are listed: whichever it is, it is affected. */
	if (editions == 3 && top.truth == TRUTH_UNKNOWN)
		top.truth = TRUTH_YES;
	h = add_hit(m);
	if (h == NULL)
		return i;
	h->cve = cve;
	h->match = best + 1;
	h->precision = top.precision;
	h->kind = top.truth == TRUTH_YES ? VD_AFFECTED : VD_POSSIBLE;
	settle(m, h, top.truth == TRUTH_YES ? WHY_NOTHING : top.why);
	return i;
}

/* Find all hits of the query. 0, or -ENOMEM: then hits are missing. */
static int match_all(struct match_scratch *m)
{
	uint32_t next = 0;
	int ret = candidates_gather(&m->candidates, &m->query);

	if (ret < 0)
		return ret;
	m->hit_count = 0;
	m->failed = m->query.failed;
	for (size_t i = 0; i < m->candidates.all.count;) {
		uint32_t cve = m->candidates.all.data[i].cve;
		size_t before;

		distro_hits(m, next, cve);
		before = m->hit_count;
		i = judge_cve(m, i);
		/* If the criteria of this CVE do not hold, the distribution may still name it. */
		next = m->hit_count > before ? cve + 1 : cve;
	}
	distro_hits(m, next, UINT32_MAX);
	return m->failed ? -ENOMEM : 0;
}

/* ---- the answer ---- */

static XXH128_hash_t key_of(const struct vulndb *db, const struct vd_identity *id)
{
	const char *texts[KEY_TEXTS];
	char buffer[4096];
	size_t n = 0, used = 0;

	for (size_t i = 0; i < id->cpe_count && i < VD_CPES; i++)
		texts[n++] = id->cpe[i];
	texts[n++] = id->product;
	texts[n++] = id->version;
	texts[n++] = id->version_extra;
	texts[n++] = id->os;
	texts[n++] = id->os_cpe;
	texts[n++] = id->distro;
	texts[n++] = id->distro_release;
	texts[n++] = id->package;
	texts[n++] = id->package_version;
	texts[n++] = id->hint.distro;
	texts[n++] = id->hint.release;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(texts[i]) + 1;

		memcpy(buffer + used, texts[i], len);
		used += len;
	}
	buffer[used++] = (char)id->confidence;
	buffer[used++] = (char)id->os_confidence;
	buffer[used++] = id->rule[0] != '\0';
	memcpy(buffer + used, &db, sizeof(db));
	return XXH3_128bits(buffer, used + sizeof(db));
}

/* Copy at most @cap of the hits to @out: affected first, then possible, then fixed; each by CVE,
 * which is the order of @hits. Returns @count. */
static int copy_out(const struct vd_hit *hits, size_t count, struct vd_hit *out, size_t cap)
{
	size_t at[VD_FIXED + 2] = {0};

	for (size_t i = 0; i < count; i++)
		at[hits[i].kind + 1]++;
	for (uint8_t kind = VD_AFFECTED; kind <= VD_FIXED; kind++)
		at[kind + 1] += at[kind];
	for (size_t i = 0; i < count; i++) {
		size_t to = at[hits[i].kind]++;

		if (to < cap)
			out[to] = hits[i];
	}
	return (int)count;
}

static void keep_in_cache(struct match_scratch *m, struct answer *slot, XXH128_hash_t key)
{
	struct vd_hit *copy;

	if (m->hit_count > CACHE_HITS)
		return;
	copy = malloc((m->hit_count > 0 ? m->hit_count : 1) * sizeof(*copy));
	if (copy == NULL)
		return;
	copy_out(m->hits, m->hit_count, copy, m->hit_count);
	free(slot->hits);
	*slot = (struct answer){key, copy, (uint32_t)m->hit_count};
}

static void prepare(const struct vulndb *db, struct match_scratch *m, const struct vd_identity *id)
{
	const struct vd_identity *used = id;

	if (distro_is_hinted(id)) {
		m->id = *id;
		distro_recognise(&m->id);
		used = &m->id;
	}
	match_query_init(&m->query, db, used, m->twins);
}

static int compute(const struct vulndb *db, struct match_scratch *m, const struct vd_identity *id)
{
	prepare(db, m, id);
	return match_all(m);
}

int vulndb_hint(const struct vulndb *db, struct vd_scratch *scratch, struct vd_identity *id,
                const struct vd_hint *hint)
{
	struct match_scratch *m = scratch->match;

	id->hint = *hint;
	if (hint->distro[0] == '\0')
		return 0;
	prepare(db, m, id);
	if (!m->query.hinted)
		memset(&id->hint, 0, sizeof(id->hint));
	return m->query.failed ? -ENOMEM : 0;
}

int vulndb_match(const struct vulndb *db, struct vd_scratch *scratch,
                 const struct vd_identity *identity, struct vd_hit *out, size_t cap)
{
	struct match_scratch *m = scratch->match;
	struct answer *slot;
	XXH128_hash_t key;
	int ret;

	if (m->no_cache) {
		ret = compute(db, m, identity);
		return ret < 0 ? ret : copy_out(m->hits, m->hit_count, out, cap);
	}
	key = key_of(db, identity);
	slot = &m->cache[key.low64 % CACHE_SLOTS];
	if (slot->hits != NULL && XXH128_isEqual(slot->key, key)) {
		size_t n = slot->count < cap ? slot->count : cap;

		if (n > 0)
			memcpy(out, slot->hits, n * sizeof(*out));
		return (int)slot->count;
	}
	ret = compute(db, m, identity);
	if (ret < 0)
		return ret;
	keep_in_cache(m, slot, key);
	return copy_out(m->hits, m->hit_count, out, cap);
}
