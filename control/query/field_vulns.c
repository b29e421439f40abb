/* SPDX-License-Identifier: Apache-2.0 */
/* field_vulns.c - the fields of findings: CVE verdicts, exposures, and what is accepted of them.
 *
 * Only a service that is open has findings. */
#include <math.h>

#include "accept.h"
#include "change.h"
#include "field_give.h"

/* All verdicts of an open service, or those that count as vulnerable: affected and possible. */
#define EACH_VERDICT(v)                                                                            \
	for (const struct vd_verdict *v = r->verdicts;                                             \
	     v != NULL && r->state == RECORD_OPEN && v < r->verdicts + r->verdict_count; v++)
#define EACH_OPEN_VERDICT(v) EACH_VERDICT(v) if (change_is_open(v))

/* A text of each verdict; "" is left out. */
#define VERDICT_TEXTS(name, expr)                                                                  \
	GETTER(name)                                                                               \
	{                                                                                          \
		UNUSED_HOST;                                                                       \
		EACH_VERDICT(v)                                                                    \
		if (!give_text(take, arg, expr))                                                   \
			return;                                                                    \
	}

VERDICT_TEXTS(cvss_version, v->cvss_version)
VERDICT_TEXTS(source, v->source)
VERDICT_TEXTS(evidence_cpe, v->cpe)
VERDICT_TEXTS(evidence_version, v->version)
VERDICT_TEXTS(evidence_range, v->range)
VERDICT_TEXTS(evidence_fixed_by, v->fixed_by)
VERDICT_TEXTS(evidence_why, v->why)
VERDICT_TEXTS(fixed, v->kind == VD_FIXED ? v->cve : "")

GETTER(vuln)
{
	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	if (!give_text(take, arg, v->cve))
		return;
}

GETTER(has_vuln)
{
	bool any = false;

	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	any = true;
	give_number(take, arg, any);
}

GETTER(kev)
{
	bool any = false;

	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	any = any || v->kev;
	give_number(take, arg, any);
}

GETTER(verdict)
{
	unsigned seen = 0;

	UNUSED_HOST;
	EACH_VERDICT(v)
	seen |= 1u << v->kind;
	for (uint8_t kind = VD_AFFECTED; kind <= VD_FIXED; kind++)
		if ((seen >> kind & 1) != 0 && !give_text(take, arg, vd_kind_name(kind)))
			return;
}

GETTER(severity)
{
	unsigned seen = 0;

	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	seen |= 1u << record_severity(v);
	for (uint8_t i = VD_SEV_CRITICAL; i > VD_SEV_NONE; i--)
		if ((seen >> i & 1) != 0 && !give_text(take, arg, vd_severity_name(i)))
			return;
}

GETTER(confidence)
{
	UNUSED_HOST;
	EACH_VERDICT(v)
	if (!give_number(take, arg, v->confidence))
		return;
}

GETTER(cvss)
{
	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	if (v->cvss_x10 > 0 && !give_number(take, arg, v->cvss_x10 / 10.0))
		return;
}

/* With the digits that documents have, so that a query finds what it was copied from. */
GETTER(epss)
{
	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	if (v->epss >= 0 && !give_number(take, arg, round((double)v->epss * 1e5) / 1e5))
		return;
}

GETTER(vuln_first_seen)
{
	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	if (r->verdict_first_seen_us != NULL &&
	    !give_time(take, arg, r->verdict_first_seen_us[v - r->verdicts]))
		return;
}

#define EXPOSURE_TEXTS(name, expr)                                                                 \
	GETTER(name)                                                                               \
	{                                                                                          \
		UNUSED_HOST;                                                                       \
		for (uint32_t i = 0; r->state == RECORD_OPEN && i < r->exposure_count; i++) {      \
			const struct vd_exposure *x = &r->exposures[i];                            \
                                                                                                   \
			if (!give_text(take, arg, expr))                                           \
				return;                                                            \
		}                                                                                  \
	}

EXPOSURE_TEXTS(exposure, x->id)
EXPOSURE_TEXTS(exposure_title, x->title)
EXPOSURE_TEXTS(exposure_severity, x->severity == VD_SEV_NONE ? "" : vd_severity_name(x->severity))

/* ---- what is accepted ------------------------------------------------------------------------ */

/* The acceptance number @i of the host if it is in force and covers a finding of @r, else NULL. */
static const struct store_accept *accept_at(const struct store_host *h, const struct record *r,
                                            size_t i)
{
	const struct store_accept *a = &h->accepts[i];
	int64_t now = now_of(h, r);

	if (r->state != RECORD_OPEN)
		return NULL;
	EACH_VERDICT(v)
	if (accept_covers(a, r->port, v->cve, now))
		return a;
	for (uint32_t k = 0; k < r->exposure_count; k++)
		if (accept_covers(a, r->port, r->exposures[k].id, now))
			return a;
	return NULL;
}

#define EACH_ACCEPT(a)                                                                             \
	for (size_t a##_at = 0; h != NULL && a##_at < h->accept_count; a##_at++)                   \
		for (const struct store_accept *a = accept_at(h, r, a##_at); a != NULL; a = NULL)

GETTER(accepted)
{
	bool any = false;

	EACH_ACCEPT(a)
	any = true;
	give_number(take, arg, any);
}

#define ACCEPT_TEXTS(name, expr)                                                                   \
	GETTER(name)                                                                               \
	{                                                                                          \
		EACH_ACCEPT(a)                                                                     \
		if (!give_text(take, arg, expr))                                                   \
			return;                                                                    \
	}

ACCEPT_TEXTS(accepted_id, a->id)
ACCEPT_TEXTS(accepted_by, a->user)
ACCEPT_TEXTS(accepted_reason, a->reason)

GETTER(accepted_until)
{
	EACH_ACCEPT(a)
	if (!give_time(take, arg, a->until_us))
		return;
}

/* ---- the table ------------------------------------------------------------------------------- */

static const char *const severities[] = {"low", "medium", "high", "critical", NULL};
static const char *const verdicts[] = {"affected", "possible", "fixed", NULL};

enum {
	MANY = FIELD_MANY,
	FACET = FIELD_MANY | FIELD_FACET,
	INDEX = MANY | FIELD_INDEX,
	FACET_INDEX = FACET | FIELD_INDEX,
};

static const struct field table[] = {
	{"vuln", "cve_id cve vulns.id", FIELD_TEXT, FACET_INDEX, 0, NULL, get_vuln,
         "CVEs, affected or possible"},
	{"vuln.fixed", NULL, FIELD_TEXT, FACET_INDEX, 0, NULL, get_fixed,
         "CVEs that the distribution has fixed"},
	{"has_vuln", "has_cve", FIELD_BOOL, FIELD_FACET | FIELD_INDEX, 0, NULL, get_has_vuln,
         "has an open CVE"},
	{"verdict", "vulns.verdict", FIELD_WORD, FACET_INDEX, 0, verdicts, get_verdict,
         "has a CVE with that verdict"},
	{"vuln.severity", "vulns.severity severity", FIELD_WORD, FACET_INDEX | FIELD_ORDERED, 0,
         severities, get_severity, "severity of an open CVE, by its CVSS score"},
	{"cvss", "vulns.cvss", FIELD_NUMBER, INDEX, 10, NULL, get_cvss, "CVSS of an open CVE"},
	{"vulns.cvss_version", NULL, FIELD_TEXT, FACET_INDEX, 0, NULL, get_cvss_version,
         "version of CVSS"},
	{"epss", "vulns.epss", FIELD_NUMBER, INDEX, 1, NULL, get_epss, "EPSS of an open CVE"},
	{"kev", "vulns.kev", FIELD_BOOL, FIELD_FACET | FIELD_INDEX, 0, NULL, get_kev,
         "has an open CVE of the KEV list"},
	{"vulns.confidence", NULL, FIELD_INT, FACET_INDEX, 100, NULL, get_confidence,
         "how sure a verdict is, 0 to 100"},
	{"vulns.source", NULL, FIELD_TEXT, FACET_INDEX, 0, NULL, get_source, "who states the CVE"},
	{"vulns.first_seen", NULL, FIELD_TIME, MANY, 0, NULL, get_vuln_first_seen,
         "since when the service has an open CVE"},
	{"vulns.evidence.cpe", NULL, FIELD_TEXT, MANY, 0, NULL, get_evidence_cpe,
         "product that a CVE names"},
	{"vulns.evidence.version", NULL, FIELD_VERSION, MANY, 0, NULL, get_evidence_version,
         "version that was compared"},
	{"vulns.evidence.range", NULL, FIELD_TEXT, MANY, 0, NULL, get_evidence_range,
         "versions that a CVE names"},
	{"vulns.evidence.fixed_by", NULL, FIELD_TEXT, MANY, 0, NULL, get_evidence_fixed_by,
         "package that has the fix"},
	{"vulns.evidence.why", NULL, FIELD_TEXT, FACET, 0, NULL, get_evidence_why,
         "what a possible verdict hangs on"},
	{"exposure", "exposures.id", FIELD_TEXT, FACET_INDEX, 0, NULL, get_exposure,
         "findings that need no CVE"},
	{"exposures.title", NULL, FIELD_TEXT, MANY, 0, NULL, get_exposure_title,
         "such a finding in words"},
	{"exposures.severity", NULL, FIELD_WORD, FACET_INDEX | FIELD_ORDERED, 0, severities,
         get_exposure_severity, "severity of such a finding"},
	{"accepted", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_accepted,
         "somebody answers for a finding of it"},
	{"accepted.id", NULL, FIELD_TEXT, FACET, 0, NULL, get_accepted_id,
         "findings that somebody answers for"},
	{"accepted.by", "vulns.accepted.by exposures.accepted.by", FIELD_TEXT, FACET, 0, NULL,
         get_accepted_by, "who answers for them"},
	{"accepted.until", "vulns.accepted.until exposures.accepted.until", FIELD_TIME, MANY, 0,
         NULL, get_accepted_until, "until when"},
	{"accepted.reason", "vulns.accepted.reason exposures.accepted.reason", FIELD_TEXT, MANY, 0,
         NULL, get_accepted_reason, "why"},
};

const struct field *field_table_vulns(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
