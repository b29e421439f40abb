/* SPDX-License-Identifier: Apache-2.0 */
/* vuln_json.c - writes the verdicts of a service as JSON. */
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "calendar.h"
#include "hash_table.h"
#include "service_json.h"
#include "vuln_json.h"

enum { TEXTS_BYTES = 64 << 20 };

/* An entry of the table: the beginnings of the objects of a set, one behind another. */
struct set {
	uint8_t key[16];
	struct bytes text;
	uint32_t *ends; /* owned; of each object in @text; NULL: not written yet */
};

/* An entry of the table of identities. */
struct identity {
	uint64_t number;
	struct bytes text;
};

enum { IDENTITIES_MAX = 32768 };

struct vuln_texts {
	struct hash_table sets, identities;
	size_t bytes;
};

struct vuln_texts *vuln_texts_new(void)
{
	struct vuln_texts *t = calloc(1, sizeof(*t));

	if (t != NULL)
		hash_table_init(&t->sets, 16, sizeof(struct set));
	if (t != NULL)
		hash_table_init(&t->identities, 8, sizeof(struct identity));
	return t;
}

void vuln_texts_restart(struct vuln_texts *t)
{
	struct identity *id;
	size_t at = 0;

	while ((id = hash_table_next(&t->identities, &at)) != NULL)
		bytes_fini(&id->text);
	hash_table_fini(&t->identities);
	hash_table_init(&t->identities, 8, sizeof(struct identity));
}

struct bytes *vuln_texts_identity(struct vuln_texts *t, const struct record *r)
{
	struct identity *id;

	if (t == NULL || r->identity_number == 0)
		return NULL;
	if (hash_table_count(&t->identities) > IDENTITIES_MAX)
		vuln_texts_restart(t);
	id = hash_table_take(&t->identities, &r->identity_number);
	return id != NULL ? &id->text : NULL;
}

static void clear(struct vuln_texts *t)
{
	struct set *set;
	size_t at = 0;

	while ((set = hash_table_next(&t->sets, &at)) != NULL) {
		bytes_fini(&set->text);
		free(set->ends);
	}
	hash_table_fini(&t->sets);
	hash_table_init(&t->sets, 16, sizeof(struct set));
	t->bytes = 0;
}

void vuln_texts_free(struct vuln_texts *t)
{
	if (t == NULL)
		return;
	clear(t);
	hash_table_fini(&t->sets);
	vuln_texts_restart(t);
	hash_table_fini(&t->identities);
	free(t);
}

/* Write "{" and the members of each verdict, without the "}" behind them. */
static bool write_set(struct set *set, const struct record *r)
{
	uint32_t *ends = calloc(r->verdict_count, sizeof(*ends));
	bool done = ends != NULL;

	for (uint32_t i = 0; done && i < r->verdict_count; i++) {
		struct json *j = json_begin_bytes(&set->text);

		done = j != NULL;
		if (!done)
			break;
		json_open_object(j, NULL);
		service_json_verdict(j, &r->verdicts[i]);
		ends[i] = (uint32_t)set->text.len;
		done = json_done(j) == 0;
		set->text.len = ends[i]; /* without the line feed */
	}
	if (done)
		set->ends = ends;
	else
		free(ends);
	return done;
}

/* The set of @r as it looks; NULL: it has none that is known, or memory is short. */
static const struct set *set_of(struct vuln_texts *t, const struct record *r)
{
	static const uint8_t none[16];
	struct set *set;

	if (t == NULL || memcmp(r->verdict_set, none, sizeof(none)) == 0)
		return NULL;
	if (t->bytes > TEXTS_BYTES)
		clear(t);
	set = hash_table_take(&t->sets, r->verdict_set);
	if (set == NULL || set->ends != NULL)
		return set;
	bytes_clear(&set->text);
	if (!write_set(set, r))
		return NULL;
	t->bytes += set->text.cap;
	return set;
}

/* A time as JSON, which many verdicts of a service share. */
struct moment {
	int64_t us;
	char text[CALENDAR_TEXT + 2];
};

static void put_moment(struct json *j, const char *key, int64_t us, struct moment *last)
{
	if (us == 0)
		return;
	if (us != last->us) {
		last->us = us;
		last->text[0] = '"';
		calendar_format(us, last->text + 1);
		last->text[CALENDAR_TEXT] = '"';
	}
	json_raw(j, key, last->text, CALENDAR_TEXT + 1);
}

static void begin_verdict(struct json *j, const struct set *set, const struct record *r, uint32_t i)
{
	uint32_t from;

	if (set == NULL) {
		json_open_object(j, NULL);
		service_json_verdict(j, &r->verdicts[i]);
		return;
	}
	from = i == 0 ? 0 : set->ends[i - 1];
	json_open_made(j, NULL, set->text.data + from, set->ends[i] - from);
}

void vuln_json(struct json *j, const struct store_host *h, const struct record *r, unsigned kinds,
               struct vuln_texts *texts)
{
	const struct set *set;
	struct moment last = {0};
	bool any = false;

	if (r->state != RECORD_OPEN || r->verdict_count == 0 || kinds == SERVICE_JSON_NONE)
		return;
	set = set_of(texts, r);
	for (uint32_t i = 0; i < r->verdict_count; i++) {
		if ((kinds >> r->verdicts[i].kind & 1) == 0)
			continue;
		if (!any)
			json_open_array(j, "vulns");
		any = true;
		begin_verdict(j, set, r, i);
		if (r->verdict_first_seen_us != NULL)
			put_moment(j, "first_seen", r->verdict_first_seen_us[i], &last);
		vuln_json_accepted(j, h, r, r->verdicts[i].cve);
		json_close_object(j);
	}
	if (any)
		json_close_array(j);
}

void vuln_json_accepted(struct json *j, const struct store_host *h, const struct record *r,
                        const char *id)
{
	for (size_t i = 0; h != NULL && i < h->accept_count; i++) {
		const struct store_accept *a = &h->accepts[i];

		if (!accept_covers(a, r->port, id, h->read_us != 0 ? h->read_us : r->last_seen_us))
			continue;
		json_open_object(j, "accepted");
		json_time(j, "until", a->until_us);
		json_text(j, "by", a->user);
		json_text(j, "reason", a->reason);
		json_close_object(j);
		return;
	}
}
