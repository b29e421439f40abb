/* SPDX-License-Identifier: Apache-2.0 */
/* service_json.c - how a service, an identity, a verdict and a score are written in JSON. */
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "change.h"
#include "field.h"
#include "service_json.h"

static const char *reason_name(uint8_t transport, uint8_t reason)
{
	switch (reason) {
	case DP_REPLY_OPEN:
		return transport == DP_TRANSPORT_TCP   ? "syn-ack"
		       : transport == DP_TRANSPORT_UDP ? "udp-response"
		                                       : "echo-reply";
	case DP_REPLY_CLOSED:
		return transport == DP_TRANSPORT_TCP ? "rst" : "port-unreachable";
	case DP_REPLY_UNREACHABLE:
		return "icmp-unreachable";
	default:
		return NULL;
	}
}

struct first {
	struct field_text text;
	bool found;
	const struct field *field;
	char copy[64];
};

static bool take_first(void *arg, const struct field_value *v)
{
	struct first *f = arg;

	field_format(f->field, v, &f->text);
	f->found = f->text.len < sizeof(f->copy);
	if (f->found)
		memcpy(f->copy, f->text.text, f->text.len + 1);
	return false;
}

static void short_field(struct json *j, const char *key, const char *field, const struct record *r)
{
	struct first f = {.field = field_find(field)};

	field_each(f.field, NULL, r, take_first, &f);
	if (f.found)
		json_text(j, key, f.copy);
}

void service_json_identity(struct json *j, const struct vd_identity *id)
{
	json_text(j, "service", id->service);
	json_text(j, "service_source", id->service_source);
	if (id->confidence > 0)
		json_int(j, "confidence", id->confidence);
	json_text(j, "product", id->product);
	json_text(j, "vendor", id->vendor);
	json_text(j, "version", id->version);
	json_text(j, "version_extra", id->version_extra);
	json_text(j, "device", id->device);
	json_text(j, "os", id->os);
	json_text(j, "os_version", id->os_version);
	json_text(j, "os_cpe", id->os_cpe);
	json_text(j, "eol", id->eol);
	if (id->cpe_count > 0) {
		json_open_array(j, "cpe");
		for (unsigned i = 0; i < id->cpe_count; i++)
			json_text(j, NULL, id->cpe[i]);
		json_close_array(j);
	}
	if (id->rule[0] != '\0') {
		json_open_object(j, "evidence");
		json_text(j, "rule", id->rule);
		json_text(j, "field", id->match_field);
		json_int(j, "offset", id->match_offset);
		json_int(j, "length", id->match_len);
		json_close_object(j);
	}
	if (id->package[0] != '\0' || id->distro[0] != '\0') {
		json_open_object(j, "package");
		json_text(j, "distribution", id->distro);
		json_text(j, "release", id->distro_release);
		json_text(j, "name", id->package);
		json_text(j, "version", id->package_version);
		json_close_object(j);
	}
}

static void banner(struct json *j, const struct record *r, bool raw)
{
	const struct vd_fact *f = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");

	if (f == NULL)
		return;
	json_bytes(j, "banner", f->value, f->len);
	short_field(j, "banner_sha256", "banner_hash", r);
	json_bool(j, "banner_truncated", r->truncated);
	if (raw)
		json_base64(j, "banner_raw", f->value, f->len);
}

/* ---- facts, an object for each protocol ------------------------------------------------------ */

static bool put_typed(struct json *j, const char *key, const struct field *field,
                      const struct vd_fact *f)
{
	char *end;
	long n;

	if (field == NULL || (field->flags & FIELD_FACT) == 0)
		return false;
	if (field->type == FIELD_BOOL &&
	    (strcmp(f->value, "true") == 0 || strcmp(f->value, "false") == 0)) {
		json_bool(j, key, f->value[0] == 't');
		return true;
	}
	n = strtol(f->value, &end, 10);
	if (field->type != FIELD_INT || f->len == 0 || f->len > 15 || end != f->value + f->len)
		return false;
	json_int(j, key, n);
	return true;
}

static void put_fact(struct json *j, const char *key, const struct field *field,
                     const struct vd_fact *f)
{
	if (!put_typed(j, key, field, f))
		json_bytes(j, key, f->value, f->len);
}

static bool seen_before(const struct record *r, size_t i, size_t prefix)
{
	const char *name = vd_facts_at(r->facts, i)->name;

	for (size_t k = 0; k < i; k++) {
		const char *other = vd_facts_at(r->facts, k)->name;

		if (prefix == 0 ? strcmp(other, name) == 0
		                : strncmp(other, name, prefix) == 0 && other[prefix] == '.')
			return true;
	}
	return false;
}

/* All facts called like number @first, as one member. */
static void one_name(struct json *j, const struct record *r, size_t first, const char *key)
{
	const struct vd_fact *f = vd_facts_at(r->facts, first);
	const struct field *field = field_find(f->name);
	size_t n = vd_facts_count(r->facts), count = 0;

	for (size_t i = first; i < n; i++)
		count += strcmp(vd_facts_at(r->facts, i)->name, f->name) == 0;
	if (count == 1 && (field == NULL || (field->flags & FIELD_MANY) == 0)) {
		put_fact(j, key, field, f);
		return;
	}
	json_open_array(j, key);
	for (size_t i = first; i < n; i++)
		if (strcmp(vd_facts_at(r->facts, i)->name, f->name) == 0)
			put_fact(j, NULL, field, vd_facts_at(r->facts, i));
	json_close_array(j);
}

static void protocols(struct json *j, const struct record *r)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts);
	char group[VD_FACT_NAME_MAX + 1];

	for (size_t i = 0; i < n; i++) {
		const char *name = vd_facts_at(r->facts, i)->name;
		size_t len = strcspn(name, ".");

		if (name[len] == '\0' || len == 0 || seen_before(r, i, len))
			continue;
		memcpy(group, name, len);
		group[len] = '\0';
		json_open_object(j, group);
		for (size_t k = i; k < n; k++) {
			const char *other = vd_facts_at(r->facts, k)->name;

			if (strncmp(other, group, len) == 0 && other[len] == '.' &&
			    !seen_before(r, k, 0))
				one_name(j, r, k, other + len + 1);
		}
		json_close_object(j);
	}
}

/* ---- findings -------------------------------------------------------------------------------- */

static void accepted(struct json *j, const struct store_host *h, const struct record *r,
                     const char *id)
{
	for (size_t i = 0; h != NULL && i < h->accept_count; i++) {
		const struct store_accept *a = &h->accepts[i];

		if (!accept_covers(a, r->port, id, r->last_seen_us))
			continue;
		json_open_object(j, "accepted");
		json_time(j, "until", a->until_us);
		json_text(j, "by", a->user);
		json_text(j, "reason", a->reason);
		json_close_object(j);
		return;
	}
}

static void exposures(struct json *j, const struct store_host *h, const struct record *r)
{
	if (r->exposure_count == 0)
		return;
	json_open_array(j, "exposures");
	for (uint32_t i = 0; i < r->exposure_count; i++) {
		json_open_object(j, NULL);
		json_text(j, "id", r->exposures[i].id);
		json_text(j, "severity", vd_severity_name(r->exposures[i].severity));
		json_text(j, "title", r->exposures[i].title);
		accepted(j, h, r, r->exposures[i].id);
		json_close_object(j);
	}
	json_close_array(j);
}

void service_json_verdict(struct json *j, const struct vd_verdict *v)
{
	json_text(j, "id", v->cve);
	json_text(j, "severity", v->severity == VD_SEV_NONE ? NULL : vd_severity_name(v->severity));
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

static void vulns(struct json *j, const struct store_host *h, const struct record *r)
{
	if (r->verdict_count == 0)
		return;
	json_open_array(j, "vulns");
	for (uint32_t i = 0; i < r->verdict_count; i++) {
		json_open_object(j, NULL);
		service_json_verdict(j, &r->verdicts[i]);
		if (r->verdict_first_seen_us != NULL)
			json_time(j, "first_seen", r->verdict_first_seen_us[i]);
		accepted(j, h, r, r->verdicts[i].cve);
		json_close_object(j);
	}
	json_close_array(j);
}

void service_json(struct json *j, const struct store_host *h, const struct record *r, bool raw)
{
	json_int(j, "port", r->port);
	short_field(j, "transport", "transport", r);
	json_text(j, "state", change_state_name(r->state));
	json_text(j, "reason", reason_name(r->transport, r->reply.reason));
	if (r->reply.ttl > 0)
		json_int(j, "ttl", r->reply.ttl);
	if (r->reply.rtt_us > 0)
		json_int(j, "rtt_us", r->reply.rtt_us);
	if (r->ask != RECORD_ASK_UNKNOWN)
		json_bool(j, "asked", record_was_asked(r->ask));
	if (r->ask == RECORD_ASKED_UNJUDGED)
		json_bool(j, "judged", false);
	json_text(j, "not_asked", record_unasked_name(r->ask));
	service_json_identity(j, &r->identity);
	banner(j, r, raw);
	json_time(j, "first_seen", r->first_seen_us);
	json_time(j, "last_seen", r->last_seen_us);
	json_time(j, "last_changed", r->last_changed_us);
	json_int(j, "misses", r->misses);
	json_text(j, "scan", r->scan);
	protocols(j, r);
	exposures(j, h, r);
	vulns(j, h, r);
}

void service_json_score(struct json *j, const struct store_host *h)
{
	json_open_object(j, "score");
	json_text(j, "model", vd_model_name(h->model));
	json_int(j, "value", h->score.value);
	json_text(j, "level", vd_level_name(h->score.level));
	json_open_array(j, "reasons");
	for (unsigned i = 0; i < h->score.reason_count; i++) {
		const struct vd_finding *f = &h->score.reasons[i];

		json_open_object(j, NULL);
		json_text(j, "code", f->code);
		json_int(j, "port", f->port);
		json_text(j, "transport",
		          f->transport == DP_TRANSPORT_UDP   ? "udp"
		          : f->transport == DP_TRANSPORT_TCP ? "tcp"
		                                             : NULL);
		json_text(j, "ref", f->ref);
		json_int(j, "base", f->base);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}
