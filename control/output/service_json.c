/* SPDX-License-Identifier: Apache-2.0 */
/* service_json.c - writes services, identities, verdicts and scores as JSON. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "service_json.h"
#include "timetext.h"
#include "vuln_json.h"

/* ---- members that are fields ----------------------------------------------------------------- */

/* A field that is a member, with the parts of its name: "os.product" is product in the object os. */
struct member {
	const struct field *field;
	const char *key;
	size_t object_len; /* of the name of the object; 0: none */
	bool is_judgement; /* depends on verdicts */
};

enum { MEMBERS_MAX = 128, OBJECT_NAME = 32 };

/* Written once, by list_members(), before anybody reads it. */
static struct member all_members[MEMBERS_MAX];
static size_t member_count;
static pthread_once_t listed = PTHREAD_ONCE_INIT;

static void list_members(void)
{
	size_t n;
	const struct field *table = field_table_service(&n);

	for (size_t i = 0; i < n; i++) {
		const char *name = table[i].name, *dot = strchr(name, '.');

		if ((table[i].flags & FIELD_DOC) == 0)
			continue;
		assert(member_count < MEMBERS_MAX);
		all_members[member_count++] = (struct member){
			.field = &table[i],
			.key = dot != NULL ? dot + 1 : name,
			.object_len = dot != NULL ? (size_t)(dot - name) : 0,
			.is_judgement = strcmp(name, "score") == 0 || strcmp(name, "level") == 0,
		};
	}
}

struct members {
	struct json *j;
	const char *object; /* name of the object that is open, @object_len bytes; NULL: none */
	size_t object_len;
	const struct member *member;
	unsigned count; /* values of @member written so far, if it is a FIELD_MANY */
};

static void close_object(struct members *m)
{
	if (m->object != NULL)
		json_close_object(m->j);
	m->object = NULL;
}

/* The key of the member in its JSON object, which is opened unless it is open; an object that is open
 * and is not the member's is closed. */
static const char *key_of(struct members *m)
{
	const char *name = m->member->field->name;
	size_t len = m->member->object_len;
	char object[OBJECT_NAME];

	if (m->object != NULL && (m->object_len != len || memcmp(m->object, name, len) != 0))
		close_object(m);
	if (len > 0 && len < sizeof(object) && m->object == NULL) {
		memcpy(object, name, len);
		object[len] = '\0';
		json_open_object(m->j, object);
		m->object = name;
		m->object_len = len;
	}
	return m->member->key;
}

static void put_value(struct json *j, const char *key, const struct field *f,
                      const struct field_value *v)
{
	switch (f->type) {
	case FIELD_BOOL:
		json_bool(j, key, v->number != 0);
		break;
	case FIELD_INT:
		json_int(j, key, (int64_t)v->number);
		break;
	case FIELD_TIME:
		json_time(j, key, (int64_t)v->number);
		break;
	default:
		if (v->len > 0)
			json_bytes(j, key, v->text, v->len);
	}
}

static bool put_member(void *arg, const struct field_value *v)
{
	struct members *m = arg;
	const struct field *field = m->member->field;
	bool many = (field->flags & FIELD_MANY) != 0;

	if (many && m->count++ == 0)
		json_open_array(m->j, key_of(m));
	put_value(m->j, many ? NULL : key_of(m), field, v);
	return many;
}

/* The members of the identity of @r, which stand one behind another in the registry; NULL: they are not
 * kept. */
static const struct bytes *identity_text(const struct record *r, struct vuln_texts *texts)
{
	struct bytes *text = vuln_texts_identity(texts, r);
	struct json *j;

	if (text == NULL || text->len > 0)
		return text;
	j = json_begin_bytes(text);
	if (j == NULL)
		return NULL;
	json_open_object(j, NULL);
	service_json_identity(j, &r->identity);
	if (json_done(j) != 0 || text->len < 2) {
		bytes_clear(text);
		return NULL;
	}
	/* Without the brace at the beginning, and the line feed at the end. */
	text->len -= 2;
	memmove(text->data, text->data + 1, text->len);
	return text;
}

/* Write all members whose fields have every flag in @flags, in the order of the registry. */
static void members(struct json *j, const struct store_host *h, const struct record *r,
                    unsigned flags, const struct service_json_config *config)
{
	const struct bytes *known = identity_text(r, config->texts);
	struct members m = {.j = j};
	bool is_written = false; /* @known */

	pthread_once(&listed, list_members);
	for (size_t i = 0; i < member_count; i++) {
		m.member = &all_members[i];
		if ((m.member->field->flags & flags) != flags ||
		    (config->unjudged && m.member->is_judgement))
			continue;
		if (known != NULL && (m.member->field->flags & FIELD_IDENTITY) != 0) {
			if (!is_written && known->len > 0)
				json_members(j, known->data, known->len);
			is_written = true;
			continue;
		}
		m.count = 0;
		m.member->field->get(h, r, put_member, &m);
		if (m.count > 0)
			json_close_array(j);
	}
	close_object(&m);
}

void service_json_identity(struct json *j, const struct vd_identity *id)
{
	const struct record r = {.identity = *id};

	const struct service_json_config plain = {.kinds = SERVICE_JSON_ALL};

	members(j, NULL, &r, FIELD_DOC | FIELD_IDENTITY, &plain);
}

static void banner(struct json *j, const struct record *r, bool raw)
{
	const struct vd_fact *f = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");

	if (f == NULL)
		return;
	json_bytes(j, "banner", f->value, f->len);
	if (raw)
		json_base64(j, "banner_raw", f->value, f->len);
}

/* ---- facts, an object for each protocol ------------------------------------------------------ */

/* A fact has the type of its field in every document: a value that has another one, which no decoder
 * writes, is left out. */
static bool is_of_type(const struct field *field, const struct vd_fact *f)
{
	int64_t us;
	char *end;

	switch (field->type) {
	case FIELD_BOOL:
		return strcmp(f->value, "true") == 0 || strcmp(f->value, "false") == 0;
	case FIELD_INT:
		errno = 0;
		strtoll(f->value, &end, 10);
		return errno == 0 && f->len > 0 && f->len <= 20 && end == f->value + f->len;
	case FIELD_TIME:
		return timetext_parse(f->value, &us);
	default:
		return true;
	}
}

static void put_fact(struct json *j, const char *key, const struct field *field,
                     const struct vd_fact *f)
{
	uint8_t type = field != NULL ? field->type : FIELD_TEXT;

	if (field != NULL && !is_of_type(field, f))
		return;
	if (type == FIELD_BOOL)
		json_bool(j, key, f->value[0] == 't');
	else if (type == FIELD_INT)
		json_int(j, key, strtoll(f->value, NULL, 10));
	else
		json_bytes(j, key, f->value, f->len);
}

/* The facts of a service that are not yet written. */
struct pending {
	struct json *j;
	const struct vd_facts *facts;
	size_t count;
	uint8_t group
		[VD_FACTS_MAX]; /* the length of the name up to its dot; 0: written, or no dot */
	uint8_t length[VD_FACTS_MAX]; /* of the whole name */
};

static const char *name_at(const struct pending *p, size_t i)
{
	return vd_facts_at(p->facts, i)->name;
}

static void begin_pending(struct pending *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const char *name = name_at(p, i), *dot = strchr(name, '.');

		p->group[i] = dot == NULL ? 0 : (uint8_t)(dot - name);
		p->length[i] = (uint8_t)strlen(name);
	}
}

static bool same_name(const struct pending *p, size_t a, size_t b)
{
	return p->group[b] == p->group[a] && p->length[a] == p->length[b] &&
	       memcmp(name_at(p, a), name_at(p, b), p->length[a]) == 0;
}

/* Write all facts that have the name of fact number @first, as one member. */
static void one_name(struct pending *p, size_t first)
{
	const struct vd_fact *f = vd_facts_at(p->facts, first);
	const struct field *field = field_named(f->name);
	const char *key = f->name + p->group[first] + 1;
	size_t count = 1, next = 0;

	for (size_t i = first + 1; i < p->count; i++)
		if (same_name(p, first, i) && count++ == 1)
			next = i;
	if (count == 1 && (field == NULL || (field->flags & FIELD_MANY) == 0)) {
		put_fact(p->j, key, field, f);
		return;
	}
	json_open_array(p->j, key);
	put_fact(p->j, NULL, field, f);
	for (size_t i = next; count > 1 && i < p->count; i++)
		if (same_name(p, first, i)) {
			put_fact(p->j, NULL, field, vd_facts_at(p->facts, i));
			p->group[i] = 0;
		}
	json_close_array(p->j);
}

/* Write the facts of the protocol of fact number @first, as one object. */
static void one_protocol(struct pending *p, size_t first)
{
	char object[VD_FACT_NAME_MAX + 1];
	size_t len = p->group[first];

	memcpy(object, name_at(p, first), len);
	object[len] = '\0';
	json_open_object(p->j, object);
	for (size_t i = first; i < p->count; i++) {
		if (p->group[i] != len || memcmp(name_at(p, i), object, len) != 0)
			continue;
		one_name(p, i);
		p->group[i] = 0;
	}
	json_close_object(p->j);
}

static void protocols(struct json *j, const struct record *r)
{
	struct pending p = {.j = j, .facts = r->facts};

	p.count = r->facts == NULL ? 0 : vd_facts_count(r->facts);
	begin_pending(&p);
	for (size_t i = 0; i < p.count; i++)
		if (p.group[i] != 0)
			one_protocol(&p, i);
}

/* ---- findings -------------------------------------------------------------------------------- */

static void exposures(struct json *j, const struct store_host *h, const struct record *r)
{
	if (r->exposure_count == 0 || r->state != RECORD_OPEN)
		return;
	json_open_array(j, "exposures");
	for (uint32_t i = 0; i < r->exposure_count; i++) {
		json_open_object(j, NULL);
		json_text(j, "id", r->exposures[i].id);
		if (r->exposures[i].severity != VD_SEV_NONE)
			json_text(j, "severity", vd_severity_name(r->exposures[i].severity));
		json_text(j, "title", r->exposures[i].title);
		vuln_json_accepted(j, h, r, r->exposures[i].id);
		json_close_object(j);
	}
	json_close_array(j);
}

void service_json_verdict(struct json *j, const struct vd_verdict *v)
{
	json_text(j, "id", v->cve);
	json_text(j, "severity", record_severity_name(v));
	if (v->cvss_x10 > 0) {
		json_number(j, "cvss", v->cvss_x10 / 10.0, 1);
		json_text(j, "cvss_version", v->cvss_version);
	}
	if (v->epss >= 0)
		json_number(j, "epss", (double)v->epss, 5);
	json_bool(j, "kev", v->kev);
	json_text(j, "verdict", vd_kind_name(v->kind));
	json_int(j, "confidence", v->confidence);
	json_open_object(j, "evidence");
	json_text(j, "cpe", v->cpe);
	json_text(j, "version", v->version);
	json_text(j, "range", v->range);
	json_text(j, "fixed_by", v->fixed_by);
	json_text(j, "why", v->why);
	json_close_object(j);
	json_text(j, "source", v->source);
}

void service_json(struct json *j, const struct store_host *h, const struct record *r,
                  const struct service_json_config *config)
{
	members(j, h, r, FIELD_DOC, config);
	banner(j, r, config->raw);
	protocols(j, r);
	exposures(j, h, r);
	vuln_json(j, h, r, config->kinds, config->texts);
}

/* ---- the score ------------------------------------------------------------------------------- */

static const struct record *service_of(const struct store_host *h, const struct vd_finding *f)
{
	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->port == f->port && h->services[i]->transport == f->transport)
			return h->services[i];
	return NULL;
}

/* What the score's table says for the finding @f of @r; 0 = not known any more. */
static unsigned base_of(const struct store_host *h, const struct record *r,
                        const struct vd_finding *f)
{
	const struct vd_spot at = {f->port, f->transport, 0, 0}; /* open for long */

	for (uint32_t i = 0; i < r->exposure_count; i++)
		if (strcmp(f->code, "exposure") == 0 && strcmp(r->exposures[i].id, f->ref) == 0)
			return vd_finding_exposure(h->model, &r->exposures[i], &at).base;
	for (uint32_t i = 0; i < r->verdict_count; i++) {
		const struct vd_verdict *v = &r->verdicts[i];
		unsigned less = v->kind == VD_POSSIBLE ? vd_model_rules(h->model).possible_less : 0;

		if (strcmp(v->cve, f->ref) == 0)
			return vd_finding_verdict(h->model, v, &at).base + less;
	}
	return vd_finding_service(h->model, &r->identity, &at).base;
}

static void reason(struct json *j, const struct store_host *h, const struct vd_finding *f)
{
	const struct record *r = service_of(h, f);
	unsigned base = r != NULL ? base_of(h, r, f) : 0;

	json_open_object(j, NULL);
	json_text(j, "code", f->code);
	json_int(j, "port", f->port);
	json_text(j, "transport", record_transport_name(f->transport));
	json_text(j, "ref", f->ref);
	if (base > 0)
		json_int(j, "base", base);
	json_int(j, "weight", f->base);
	json_close_object(j);
}

void service_json_score(struct json *j, const struct store_host *h)
{
	json_open_object(j, "score");
	if (h->model != NULL)
		json_text(j, "model", vd_model_name(h->model));
	json_int(j, "value", h->score.value);
	json_text(j, "level", vd_level_name(h->score.level));
	json_open_array(j, "reasons");
	for (unsigned i = 0; i < h->score.reason_count; i++)
		reason(j, h, &h->score.reasons[i]);
	json_close_array(j);
	json_close_object(j);
}
