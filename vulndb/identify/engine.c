/* SPDX-License-Identifier: Apache-2.0 */
/* engine.c - finds the candidate patterns for a text and runs them. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "engine_blob.h"
#include "engine_run.h"

#ifdef HAVE_HYPERSCAN
#include <hs.h>
#else
/* Stand-ins for Hyperscan's types: without Hyperscan no field ever has a database. */
typedef struct hs_database hs_database_t;
typedef struct hs_scratch hs_scratch_t;
#endif

enum {
	FIELD_SLOTS = 512, /* of the hash table of field names; at most half is used */
	CANDIDATES_MAX = 128,
};

/* A Hyperscan database, made at its first use. The pointer is published with release and read with
 * acquire. */
struct lazy_database {
	_Atomic(hs_database_t *) db;
	atomic_bool broken; /* another version of Hyperscan made it: use PCRE2 alone */
};

struct rules {
	/* set at open, read-only afterwards */
	struct engine_parts parts;
	bool hyperscan;
	int16_t slots[FIELD_SLOTS]; /* field number, -1 = free */
	struct engine_pattern *patterns;
	struct lazy_database *databases;
	struct shared *shared;
};

/* written by any thread */
struct shared {
	pthread_mutex_t lock; /* held while a pattern is compiled or a database is made */
	atomic_uint_fast64_t limit_hits;
};

struct rules_scratch {
	struct engine_runner run;
	hs_scratch_t *hs;
	bool *field_ready; /* for each field: @hs is large enough for its database */
	uint32_t candidates[CANDIDATES_MAX];
	size_t candidate_count;
	bool overflow;
};

const struct engine_parts *engine_parts(const struct rules *rules)
{
	return &rules->parts;
}

static uint32_t hash_name(const char *name)
{
	uint32_t h = 2166136261U;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 16777619U;
	return (h ^ h >> 15) & (FIELD_SLOTS - 1);
}

static const char *field_name(const struct rules *r, uint32_t field)
{
	return r->parts.strings + r->parts.fields[field].name;
}

int engine_field(const struct rules *r, const char *name)
{
	uint32_t at = hash_name(name);

	while (r->slots[at] >= 0) {
		if (strcmp(field_name(r, (uint32_t)r->slots[at]), name) == 0)
			return r->slots[at];
		at = (at + 1) & (FIELD_SLOTS - 1);
	}
	return -1;
}

static int index_fields(struct rules *r)
{
	uint32_t n = r->parts.header->fields.count;

	if (n > FIELD_SLOTS / 2)
		return -EINVAL;
	memset(r->slots, -1, sizeof(r->slots));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = hash_name(field_name(r, i));

		while (r->slots[at] >= 0)
			at = (at + 1) & (FIELD_SLOTS - 1);
		r->slots[at] = (int16_t)i;
	}
	return 0;
}

static bool have_hyperscan(const struct blob_header *header)
{
#ifdef HAVE_HYPERSCAN
	return header->hyperscan != 0 && hs_valid_platform() == HS_SUCCESS;
#else
	(void)header;
	return false;
#endif
}

int rules_open(const void *blob, size_t len, struct rules **out, struct error *err)
{
	struct rules *r = calloc(1, sizeof(*r));
	const char *why;

	if (r == NULL)
		goto no_memory;
	why = engine_blob_check(blob, len, &r->parts);
	if (why == NULL && index_fields(r) != 0)
		why = "the compiled rules look at too many fields";
	if (why != NULL) {
		free(r);
		return error_set(err, -EINVAL, "%s", why);
	}
	r->hyperscan = have_hyperscan(r->parts.header);
	r->patterns = calloc(r->parts.header->patterns.count + 1, sizeof(*r->patterns));
	r->databases = calloc(r->parts.header->fields.count + 1, sizeof(*r->databases));
	r->shared = calloc(1, sizeof(*r->shared));
	if (r->patterns == NULL || r->databases == NULL || r->shared == NULL)
		goto no_memory;
	pthread_mutex_init(&r->shared->lock, NULL);
	*out = r;
	return 0;
no_memory:
	if (r != NULL) {
		free(r->patterns);
		free(r->databases);
		free(r->shared);
	}
	free(r);
	return error_set(err, -ENOMEM, "no memory for the rules");
}

static void free_database(hs_database_t *db)
{
#ifdef HAVE_HYPERSCAN
	hs_free_database(db);
#else
	(void)db;
#endif
}

void rules_close(struct rules *r)
{
	if (r == NULL)
		return;
	for (uint32_t i = 0; i < r->parts.header->patterns.count; i++)
		engine_pattern_fini(&r->patterns[i]);
	for (uint32_t i = 0; i < r->parts.header->fields.count; i++)
		free_database(atomic_load(&r->databases[i].db));
	pthread_mutex_destroy(&r->shared->lock);
	free(r->patterns);
	free(r->databases);
	free(r->shared);
	free(r);
}

size_t rules_count(const struct rules *r)
{
	return r->parts.header->rules.count;
}

size_t rules_products(const struct rules *r)
{
	return r->parts.header->products;
}

bool rules_hyperscan(const struct rules *r)
{
	return r->hyperscan;
}

uint64_t rules_limit_hits(const struct rules *r)
{
	return atomic_load_explicit(&r->shared->limit_hits, memory_order_relaxed);
}

struct rules_scratch *rules_scratch_new(const struct rules *r)
{
	struct rules_scratch *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->field_ready = calloc(r->parts.header->fields.count + 1, sizeof(*s->field_ready));
	if (engine_runner_init(&s->run, r->parts.strings, &r->shared->lock) != 0 ||
	    s->field_ready == NULL) {
		rules_scratch_free(s);
		return NULL;
	}
	return s;
}

void rules_scratch_free(struct rules_scratch *s)
{
	if (s == NULL)
		return;
	engine_runner_fini(&s->run);
#ifdef HAVE_HYPERSCAN
	hs_free_scratch(s->hs);
#endif
	free(s->field_ready);
	free(s);
}

static void add_candidate(struct rules_scratch *s, uint32_t pattern)
{
	if (s->candidate_count == CANDIDATES_MAX)
		s->overflow = true;
	else
		s->candidates[s->candidate_count++] = pattern;
}

#ifdef HAVE_HYPERSCAN

/* Add each pattern that Hyperscan cannot search for: it is always a candidate. */
static void add_always(const struct rules *r, struct rules_scratch *s, const struct blob_field *f)
{
	for (uint32_t i = 0; i < f->pattern_count; i++)
		if (r->parts.patterns[f->first_pattern + i].always)
			add_candidate(s, i);
}

static hs_database_t *make_database(const struct rules *r, uint32_t field)
{
	const struct blob_field *f = &r->parts.fields[field];
	struct lazy_database *lazy = &r->databases[field];
	hs_database_t *db;

	pthread_mutex_lock(&r->shared->lock);
	db = atomic_load_explicit(&lazy->db, memory_order_relaxed);
	if (db == NULL && !atomic_load(&lazy->broken)) {
		if (hs_deserialize_database(r->parts.databases + f->database, f->database_len,
		                            &db) == HS_SUCCESS)
			atomic_store_explicit(&lazy->db, db, memory_order_release);
		else
			atomic_store(&lazy->broken, true);
	}
	pthread_mutex_unlock(&r->shared->lock);
	return db;
}

static hs_database_t *database(const struct rules *r, struct rules_scratch *s, uint32_t field)
{
	hs_database_t *db = atomic_load_explicit(&r->databases[field].db, memory_order_acquire);

	if (db == NULL && !atomic_load_explicit(&r->databases[field].broken, memory_order_relaxed))
		db = make_database(r, field);
	if (db == NULL || s->field_ready[field])
		return db;
	if (hs_alloc_scratch(db, &s->hs) != HS_SUCCESS)
		return NULL;
	s->field_ready[field] = true;
	return db;
}

static int on_candidate(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                        void *arg)
{
	struct rules_scratch *s = arg;

	(void)from;
	(void)to;
	(void)flags;
	add_candidate(s, id);
	return s->overflow;
}

static bool scan(const struct rules *r, struct rules_scratch *s, uint32_t field, const char *text,
                 size_t len)
{
	hs_database_t *db;

	if (!r->hyperscan || r->parts.fields[field].database_len == 0)
		return false;
	db = database(r, s, field);
	if (db == NULL || hs_scan(db, text, (unsigned)len, 0, s->hs, on_candidate, s) != HS_SUCCESS)
		return false;
	if (r->parts.fields[field].always_count > 0)
		add_always(r, s, &r->parts.fields[field]);
	return !s->overflow;
}

#else

static bool scan(const struct rules *r, struct rules_scratch *s, uint32_t field, const char *text,
                 size_t len)
{
	(void)r;
	(void)s;
	(void)field;
	(void)text;
	(void)len;
	return false;
}

#endif

/* Hyperscan reports candidates in the order in which their matches end. Sort them into the order of
 * the blob; they are few. */
static void sort_candidates(uint32_t *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t value = list[i];
		size_t at = i;

		for (; at > 0 && list[at - 1] > value; at--)
			list[at] = list[at - 1];
		list[at] = value;
	}
}

/* Run one pattern. Returns the number of groups as PCRE2 counts them, or 0 or less: no match. */
static int run_pattern(const struct rules *r, struct rules_scratch *s, uint32_t pattern,
                       const char *text, size_t len)
{
	const struct blob_pattern *p = &r->parts.patterns[pattern];
	int result = engine_run(&s->run, &r->patterns[pattern], p, text, len);

	if (result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
	    result == PCRE2_ERROR_HEAPLIMIT)
		atomic_fetch_add_explicit(&r->shared->limit_hits, 1, memory_order_relaxed);
	return result;
}

/* Six parameters: the engine, its scratch, a match in a text, and the hit. */
static void keep_hit(const struct rules *r, struct rules_scratch *s, uint32_t pattern, int groups,
                     const char *text, struct engine_hit *hit)
{
	const struct blob_pattern *p = &r->parts.patterns[pattern];
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(s->run.match);

	hit->pattern = pattern;
	hit->rule = p->rule;
	hit->group = p->group;
	hit->confidence = p->confidence;
	hit->captures_set = 0;
	hit->text = text;
	/* \K may put the start behind the end. */
	hit->offset = (uint32_t)(ends[0] < ends[1] ? ends[0] : ends[1]);
	hit->len = (uint32_t)ends[1] - hit->offset;
	hit->groups = (uint32_t)groups;
	for (int i = 0; i < groups; i++) {
		bool set = ends[2 * i] != PCRE2_UNSET && ends[2 * i] <= ends[2 * i + 1];

		hit->ends[2 * i] = set ? (uint32_t)ends[2 * i] : UINT32_MAX;
		hit->ends[2 * i + 1] = set ? (uint32_t)ends[2 * i + 1] : UINT32_MAX;
		hit->captures_set += i > 0 && set;
	}
}

static struct engine_hit *group_hit(struct engine_hit *hits, size_t n, uint32_t group)
{
	for (size_t i = 0; i < n; i++)
		if (hits[i].group == group)
			return &hits[i];
	return NULL;
}

/* Whether @a is a better hit than @b. A tie is not better, so that the earlier pattern wins:
 * candidates are tried in the order of the blob. */
static bool better(const struct engine_hit *a, const struct engine_hit *b)
{
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence;
	if (a->len != b->len)
		return a->len > b->len;
	return a->captures_set > b->captures_set;
}

/* Seven parameters: the engine, its scratch, a text and a list with their lengths. */
static size_t try_candidate(const struct rules *r, struct rules_scratch *s, uint32_t pattern,
                            const char *text, size_t len, struct engine_hit *hits, size_t n)
{
	const struct blob_pattern *p = &r->parts.patterns[pattern];
	struct engine_hit *known = group_hit(hits, n, p->group), hit;
	int groups;

	if (known != NULL && (p->group >= RULE_GROUP_RECOG || p->confidence < known->confidence))
		return n;
	if (known == NULL && n == ENGINE_HITS_MAX)
		return n;
	groups = run_pattern(r, s, pattern, text, len);
	if (groups <= 0)
		return n;
	if (known == NULL) {
		keep_hit(r, s, pattern, groups, text, &hits[n]);
		return n + 1;
	}
	keep_hit(r, s, pattern, groups, text, &hit);
	if (better(&hit, known))
		*known = hit;
	return n;
}

/* Six parameters: the engine, its scratch, a field's text with its length, and the hits. */
size_t engine_match(const struct rules *r, struct rules_scratch *s, int field, const char *text,
                    size_t len, struct engine_hit hits[ENGINE_HITS_MAX])
{
	const struct blob_field *f = &r->parts.fields[field];
	size_t n = 0;

	if (len > ENGINE_TEXT_MAX)
		len = ENGINE_TEXT_MAX;
	engine_runner_begin(&s->run);
	s->candidate_count = 0;
	s->overflow = false;
	if (scan(r, s, (uint32_t)field, text, len)) {
		sort_candidates(s->candidates, s->candidate_count);
		for (size_t i = 0; i < s->candidate_count; i++)
			n = try_candidate(r, s, f->first_pattern + s->candidates[i], text, len,
			                  hits, n);
		return n;
	}
	for (uint32_t i = 0; i < f->pattern_count; i++)
		n = try_candidate(r, s, f->first_pattern + i, text, len, hits, n);
	return n;
}

void engine_begin(struct rules_scratch *s)
{
	s->run.failed = false;
}

bool engine_failed(const struct rules_scratch *s)
{
	return s->run.failed;
}

/* Seven parameters: as engine_match(), and the rule. */
bool engine_match_rule(const struct rules *r, struct rules_scratch *s, uint32_t rule,
                       const char *field, const char *text, size_t len, struct engine_hit *hit)
{
	int number = engine_field(r, field);
	const struct blob_field *f = number >= 0 ? &r->parts.fields[number] : NULL;
	size_t n = 0;

	engine_runner_begin(&s->run);
	for (uint32_t i = 0; f != NULL && i < f->pattern_count; i++)
		if (r->parts.patterns[f->first_pattern + i].rule == rule)
			n = try_candidate(r, s, f->first_pattern + i, text, len, hit, n);
	return n > 0;
}
