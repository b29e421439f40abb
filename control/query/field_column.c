/* SPDX-License-Identifier: Apache-2.0 */
/* field_column.c - makes the values of the index from the registry of fields. */
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "field_column.h"

enum {
	WORD_LONGEST = 65535,
	LAYOUT = 1,
	INDEXED = FIELD_INDEX | FIELD_INDEX_FACTS | FIELD_INDEX_PORT,
};

const char *const field_phrase_facts[] = {"banner", "http.title", NULL};

static const struct field *columns[STORE_INDEX_FIELDS];
static const char *facts[STORE_INDEX_FIELDS]; /* the names of those that are facts, sorted */
static size_t fact_count;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool is_number(const struct field *f)
{
	return f->type == FIELD_INT || f->type == FIELD_NUMBER || f->type == FIELD_BOOL ||
	       f->type == FIELD_TIME;
}

static unsigned dim_of(unsigned column)
{
	if ((columns[column]->flags & FIELD_INDEX_PORT) != 0)
		return STORE_DIM_PORT;
	return (columns[column]->flags & FIELD_INDEX_FACTS) != 0 ? STORE_DIM_FACTS
	                                                         : STORE_DIM_SERVICE;
}

/* ---- values ---------------------------------------------------------------------------------- */

struct writer {
	const struct field *field;
	struct bytes *out;
};

static bool put_value(void *arg, const struct field_value *v)
{
	const struct writer *w = arg;
	size_t len = v->len < WORD_LONGEST ? v->len : WORD_LONGEST;

	if (is_number(w->field)) {
		bytes_put(w->out, &v->number, sizeof(v->number));
		return true;
	}
	bytes_put_int(w->out, len, 2);
	bytes_put(w->out, v->text, len);
	bytes_put(w->out, "", 1); /* versions are compared as texts that end with a NUL */
	return true;
}

static void put_values(unsigned column, const struct record *r, struct bytes *out)
{
	struct writer w = {columns[column], out};

	field_each(columns[column], NULL, r, put_value, &w);
}

void field_column_each(const struct field *f, const void *data, size_t len, field_take take,
                       void *arg)
{
	struct bytes_in in = bytes_in_of(data, len);

	while (in.pos < in.end && !in.bad) {
		struct field_value v = {0};
		const uint8_t *at;

		if (is_number(f)) {
			at = bytes_get(&in, sizeof(v.number));
			if (at != NULL)
				memcpy(&v.number, at, sizeof(v.number));
		} else {
			v.len = bytes_get_int(&in, 2);
			at = bytes_get(&in, v.len + 1);
			v.text = (const char *)at;
		}
		if (at == NULL || !take(arg, &v))
			return;
	}
}

/* ---- keys of profiles ------------------------------------------------------------------------ */

static void put_service(const struct record *r, const struct vd_score *score, const uint8_t set[16],
                        struct bytes *out)
{
	static const uint8_t none[16];
	struct vd_identity id = r->identity;

	id.match_offset = id.match_len = 0;
	bytes_put_int(out, r->transport, 1);
	bytes_put_int(out, r->state, 1);
	bytes_put_int(out, score->value, 1);
	bytes_put_int(out, score->level, 1);
	record_encode_identity(&id, out);
	for (uint32_t i = 0; i < r->exposure_count; i++) {
		bytes_put_text(out, r->exposures[i].id);
		bytes_put_int(out, r->exposures[i].severity, 1);
	}
	if (memcmp(set, none, sizeof(none)) != 0)
		bytes_put(out, set, sizeof(none));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_facts(const struct record *r, struct bytes *out)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts), start = out->len;

	bytes_put_int(out, 0, 1); /* 1: it has one of TLS */
	for (size_t i = 0; i < n; i++) {
		const struct vd_fact *f = vd_facts_at(r->facts, i);

		if (strncmp(f->name, "ssl.", 4) == 0 && !out->failed)
			out->data[start] = 1;
		if (bsearch(&f->name, facts, fact_count, sizeof(facts[0]), by_name) == NULL)
			continue;
		bytes_put_text(out, f->name);
		bytes_put_int(out, f->len, 4);
		bytes_put(out, f->value, f->len);
	}
}

static void put_key(unsigned dim, const struct record *r, const struct vd_score *score,
                    const uint8_t set[16], struct bytes *out)
{
	if (dim == STORE_DIM_SERVICE)
		put_service(r, score, set, out);
	else if (dim == STORE_DIM_FACTS)
		put_facts(r, out);
	else
		bytes_put_int(out, r->port, 2);
}

/* ---- the list -------------------------------------------------------------------------------- */

static bool is_searched(const char *name)
{
	for (size_t i = 0; field_phrase_facts[i] != NULL; i++)
		if (strcmp(name, field_phrase_facts[i]) == 0)
			return true;
	return false;
}

static void give_texts(const struct record *r,
                       void (*take)(void *arg, const char *text, size_t len), void *arg)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts);

	for (size_t i = 0; i < n; i++) {
		const struct vd_fact *f = vd_facts_at(r->facts, i);

		if (is_searched(f->name))
			take(arg, f->value, f->len);
	}
}

static struct store_indexer indexer = {
	.key = put_key, .dim = dim_of, .values = put_values, .texts = give_texts};

static void make(void)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct bytes all = {0};
	const struct field *f;

	bytes_put_int(&all, LAYOUT, 1);
	for (size_t i = 0; field_phrase_facts[i] != NULL; i++)
		bytes_put_text(&all, field_phrase_facts[i]);
	for (size_t i = 0; (f = field_at(i)) != NULL && indexer.fields < STORE_INDEX_FIELDS; i++) {
		if ((f->flags & INDEXED) == 0)
			continue;
		columns[indexer.fields++] = f;
		if ((f->flags & FIELD_FACT) != 0)
			facts[fact_count++] = f->name;
		bytes_put_text(&all, f->name);
		bytes_put_int(&all, f->type, 1);
		bytes_put_int(&all, f->flags, 2);
	}
	qsort(facts, fact_count, sizeof(facts[0]), by_name);
	SHA256(all.data, all.len, digest);
	memcpy(indexer.digest, digest, sizeof(indexer.digest));
	bytes_fini(&all);
}

const struct store_indexer *field_indexer(void)
{
	pthread_once(&once, make);
	return &indexer;
}

int field_column(const struct field *f)
{
	const struct store_indexer *by = field_indexer();

	if ((f->flags & INDEXED) == 0)
		return -1;
	for (unsigned i = 0; i < by->fields; i++)
		if (columns[i] == f)
			return (int)i;
	return -1;
}

const struct field *field_of_column(unsigned column)
{
	return columns[column];
}
