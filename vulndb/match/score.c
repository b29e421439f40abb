/* SPDX-License-Identifier: Apache-2.0 */
/* score.c - weighs findings by the score's table and computes the score. */
#include <stdio.h>
#include <string.h>

#include "hit.h"
#include "score.h"

static const char *const level_names[] = {"Safe", "Low", "Moderate", "Dangerous", "Critical"};
static const char *const severity_names[] = {"none", "low", "medium", "high", "critical"};
static const char *const kind_names[] = {"", "affected", "possible", "fixed"};

const char *vd_level_name(uint8_t level)
{
	return level < sizeof(level_names) / sizeof(level_names[0]) ? level_names[level] : "";
}

const char *vd_severity_name(uint8_t severity)
{
	return severity < sizeof(severity_names) / sizeof(severity_names[0])
	               ? severity_names[severity]
	               : "";
}

const char *vd_kind_name(uint8_t kind)
{
	return kind < sizeof(kind_names) / sizeof(kind_names[0]) ? kind_names[kind] : "";
}

const char *vd_model_name(const struct vd_model *m)
{
	return m->name;
}

const char *vd_model_text(const struct vd_model *m)
{
	return m->text;
}

struct vd_model_rules vd_model_rules(const struct vd_model *m)
{
	return (struct vd_model_rules){
		.possible_less = m->possible_less,
		.further_from = m->further_from,
		.new_port_us = m->new_days * INT64_C(86400) * 1000000,
	};
}

static bool is_new(const struct vd_model *m, const struct vd_spot *at)
{
	const int64_t window = m->new_days * INT64_C(86400) * 1000000;

	return at->opened_us > 0 && at->opened_us <= at->now_us &&
	       at->now_us - at->opened_us <= window;
}

static uint8_t with_age(const struct vd_model *m, unsigned int base, const struct vd_spot *at)
{
	const unsigned int most = m->top[SCORE_LEVELS - 1];

	if (base == 0)
		return 0;
	if (is_new(m, at))
		base += m->new_more;
	return (uint8_t)(base > most ? most : base);
}

static void copy(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len < size ? len : size - 1);
}

static struct vd_finding finding(const char *code, const char *ref, const struct vd_spot *at)
{
	struct vd_finding f = {.port = at->port, .transport = at->transport};

	copy(f.code, sizeof(f.code), code);
	copy(f.ref, sizeof(f.ref), ref);
	return f;
}

static bool row_holds(const struct score_verdict *r, const struct vd_verdict *v)
{
	return (!r->kev || v->kev) && (r->epss <= 0 || v->epss >= r->epss) &&
	       v->cvss_x10 >= r->cvss_x10;
}

uint8_t vd_model_less(const struct vd_model *m, const struct vd_verdict *v)
{
	unsigned int less = m->possible_less;

	if (v->kind != VD_POSSIBLE)
		return 0;
	if (v->fixed_by[0] != '\0')
		less += m->fixed_less;
	return (uint8_t)(less < UINT8_MAX ? less : UINT8_MAX);
}

struct vd_finding vd_finding_verdict(const struct vd_model *m, const struct vd_verdict *v,
                                     const struct vd_spot *at)
{
	bool possible = v->kind == VD_POSSIBLE;
	struct vd_finding f = finding("", v->cve, at);

	if ((v->kind != VD_AFFECTED && !possible) || (possible && hit_weighs_nothing(v)))
		return f;
	for (size_t i = 0; i < m->verdicts; i++) {
		const struct score_verdict *r = &m->verdict[i];
		unsigned int less = vd_model_less(m, v);

		if (!row_holds(r, v))
			continue;
		copy(f.code, sizeof(f.code), possible ? r->possible : r->affected);
		f.base = with_age(m, r->base > less ? r->base - less : 0, at);
		break;
	}
	return f;
}

struct vd_finding vd_finding_exposure(const struct vd_model *m, const struct vd_exposure *e,
                                      const struct vd_spot *at)
{
	struct vd_finding f = finding("exposure", e->id, at);

	f.base = with_age(m, e->base, at);
	return f;
}

/* Whether services usually listen on this port number. */
static bool is_usual(const struct vd_spot *at)
{
	return at->port < 1024 || vd_port_service(at->port, at->transport) != NULL;
}

struct vd_finding vd_finding_service(const struct vd_model *m, const struct vd_identity *id,
                                     const struct vd_spot *at)
{
	bool known = id != NULL && id->service[0] != '\0' && strcmp(id->service, "unknown") != 0;
	const struct score_weight *w = &m->service[known          ? SCORE_KNOWN
	                                           : is_usual(at) ? SCORE_USUAL_PORT
	                                                          : SCORE_UNUSUAL_PORT];
	struct vd_finding f = finding(w->code, known ? id->service : "", at);

	f.base = with_age(m, w->base, at);
	return f;
}

/* Higher base first; the rest of the order makes the answer independent of the input's order. */
static bool before(const struct vd_finding *a, const struct vd_finding *b)
{
	int d;

	if (a->base != b->base)
		return a->base > b->base;
	if (a->port != b->port)
		return a->port < b->port;
	if (a->transport != b->transport)
		return a->transport < b->transport;
	d = strcmp(a->code, b->code);
	return d != 0 ? d < 0 : strcmp(a->ref, b->ref) < 0;
}

static void keep(struct vd_score *s, const struct vd_finding *f)
{
	size_t i = s->reason_count;

	if (i == VD_REASONS_MAX) {
		if (!before(f, &s->reasons[i - 1]))
			return;
		i--;
	} else {
		s->reason_count++;
	}
	for (; i > 0 && before(f, &s->reasons[i - 1]); i--)
		s->reasons[i] = s->reasons[i - 1];
	s->reasons[i] = *f;
}

static uint8_t level_of(const struct vd_model *m, uint8_t value)
{
	uint8_t level = 0;

	while (level < SCORE_LEVELS - 1 && value > m->top[level])
		level++;
	return level;
}

/* What @n further findings add to the highest. */
static size_t further(const struct vd_model *m, size_t n)
{
	return n > m->further_most || n * m->further_each > m->further_most ? m->further_most
	                                                                    : n * m->further_each;
}

void vd_score(const struct vd_model *m, const struct vd_finding *findings, size_t n,
              struct vd_score *out)
{
	size_t high = 0, value;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		if (findings[i].base == 0)
			continue;
		high += findings[i].base >= m->further_from;
		keep(out, &findings[i]);
	}
	if (out->reason_count == 0)
		return;
	/* The highest itself is no further finding. */
	if (out->reasons[0].base >= m->further_from)
		high--;
	value = out->reasons[0].base + further(m, high);
	out->value = (uint8_t)(value > m->top[SCORE_LEVELS - 1] ? m->top[SCORE_LEVELS - 1] : value);
	out->level = level_of(m, out->value);
}
