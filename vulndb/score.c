/* SPDX-License-Identifier: Apache-2.0 */
/* score.c - score model exposure/1: findings of verdicts, exposures and services, and their maximum. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "score.h"
#include "vulndb.h"

static const char *const level_names[] = {"Safe", "Low", "Moderate", "Dangerous", "Critical"};
static const char *const severity_names[] = {"none", "low", "medium", "high", "critical"};
static const char *const kind_names[] = {"", "affected", "possible", "fixed"};

/* The highest value of each level but the last. */
static const uint8_t level_tops[] = {20, 40, 60, 80};

/* The first row a verdict satisfies is its finding. */
struct verdict_row {
	const char *affected, *possible; /* codes */
	bool kev;
	float epss;       /* > 0: at least this */
	uint8_t cvss_x10; /* > 0: at least this */
	uint8_t base;
};

static const struct verdict_row verdict_rows[] = {
	{"kev-affected", "kev-possible", true, 0, 0, SCORE_BASE_KEV},
	{"cvss-critical", "cvss-critical-possible", false, 0, 90, SCORE_BASE_TOP},
	{"epss-high", "epss-high-possible", false, 0.5f, 0, SCORE_BASE_TOP},
	{"cvss-high", "cvss-high-possible", false, 0, 70, SCORE_BASE_HIGH},
	{"cvss-medium", "cvss-medium-possible", false, 0, 40, SCORE_BASE_MEDIUM},
};

const char *vd_level_name(uint8_t level)
{
	return level < sizeof(level_names) / sizeof(level_names[0]) ? level_names[level] : "";
}

const char *vd_severity_name(uint8_t severity)
{
	return severity < sizeof(severity_names) / sizeof(severity_names[0]) ?
		       severity_names[severity] : "";
}

const char *vd_kind_name(uint8_t kind)
{
	return kind < sizeof(kind_names) / sizeof(kind_names[0]) ? kind_names[kind] : "";
}

static bool is_new(int64_t opened_us, int64_t now_us)
{
	const int64_t window = (int64_t)SCORE_NEW_PORT_DAYS * 86400 * 1000000;

	return opened_us > 0 && opened_us <= now_us && now_us - opened_us <= window;
}

static uint8_t with_age(unsigned int base, int64_t opened_us, int64_t now_us)
{
	if (base == 0)
		return 0;
	if (is_new(opened_us, now_us))
		base += SCORE_NEW_PORT_MORE;
	return (uint8_t)(base > SCORE_MAX ? SCORE_MAX : base);
}

static struct vd_finding finding(const char *code, const char *ref, uint16_t port, uint8_t transport)
{
	struct vd_finding f = {.port = port, .transport = transport};

	snprintf(f.code, sizeof(f.code), "%s", code);
	snprintf(f.ref, sizeof(f.ref), "%s", ref);
	return f;
}

static bool row_holds(const struct verdict_row *r, const struct vd_verdict *v)
{
	if (r->kev)
		return v->kev;
	if (r->epss > 0)
		return v->epss >= r->epss;
	return v->cvss_x10 >= r->cvss_x10;
}

struct vd_finding vd_finding_verdict(const struct vd_verdict *v, uint16_t port, uint8_t transport,
				     int64_t opened_us, int64_t now_us)
{
	bool possible = v->kind == VD_POSSIBLE;
	struct vd_finding f = finding("", v->cve, port, transport);

	if (v->kind != VD_AFFECTED && !possible)
		return f;
	for (size_t i = 0; i < sizeof(verdict_rows) / sizeof(verdict_rows[0]); i++) {
		const struct verdict_row *r = &verdict_rows[i];

		if (!row_holds(r, v))
			continue;
		snprintf(f.code, sizeof(f.code), "%s", possible ? r->possible : r->affected);
		f.base = with_age(r->base - (possible ? SCORE_POSSIBLE_LESS : 0), opened_us, now_us);
		break;
	}
	return f;
}

struct vd_finding vd_finding_exposure(const struct vd_exposure *e, uint16_t port, uint8_t transport,
				      int64_t opened_us, int64_t now_us)
{
	struct vd_finding f = finding("exposure", e->id, port, transport);

	f.base = with_age(e->base, opened_us, now_us);
	return f;
}

bool score_usual_port(uint16_t port, uint8_t transport)
{
	return port < 1024 || vd_port_service(port, transport) != NULL;
}

struct vd_finding vd_finding_service(const struct vd_identity *id, uint16_t port, uint8_t transport,
				     int64_t opened_us, int64_t now_us)
{
	bool known = id != NULL && id->service[0] != '\0' && strcmp(id->service, "unknown") != 0;
	bool odd = !known && !score_usual_port(port, transport);
	struct vd_finding f = finding(odd ? "unknown-service" : "service", known ? id->service : "",
				      port, transport);

	f.base = with_age(odd ? SCORE_BASE_MEDIUM : SCORE_BASE_SERVICE, opened_us, now_us);
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

static uint8_t level_of(uint8_t value)
{
	uint8_t level = 0;

	while (level < sizeof(level_tops) && value > level_tops[level])
		level++;
	return level;
}

void vd_score(const struct vd_finding *findings, size_t n, struct vd_score *out)
{
	size_t high = 0, more;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		if (findings[i].base == 0)
			continue;
		high += findings[i].base >= SCORE_FURTHER_FROM;
		keep(out, &findings[i]);
	}
	if (out->reason_count == 0)
		return;
	/* The highest itself is no further finding. */
	if (out->reasons[0].base >= SCORE_FURTHER_FROM)
		high--;
	more = high > SCORE_FURTHER_MAX / SCORE_FURTHER_EACH ? SCORE_FURTHER_MAX :
							       high * SCORE_FURTHER_EACH;
	more += out->reasons[0].base;
	out->value = (uint8_t)(more > SCORE_MAX ? SCORE_MAX : more);
	out->level = level_of(out->value);
}
