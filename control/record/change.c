/* SPDX-License-Identifier: Apache-2.0 */
/* change.c - describes the states before and after an event of the change log in words. */
#include <stdio.h>
#include <string.h>

#include "change.h"

enum { WORDS = 160 };

void change_service_words(const struct record *r, char out[WORDS])
{
	const struct vd_identity *id = &r->identity;

	if (id->product[0] == '\0') {
		snprintf(out, WORDS, "%s", id->service);
		return;
	}
	snprintf(out, WORDS, "%.80s%s%.40s%s%.30s%s", id->product,
	         id->version[0] == '\0' ? "" : " ", id->version, id->service[0] == '\0' ? "" : " (",
	         id->service, id->service[0] == '\0' ? "" : ")");
}

static const char *fact(const struct record *r, const char *name)
{
	const struct vd_fact *f = r->facts == NULL ? NULL : vd_facts_get(r->facts, name);

	return f == NULL ? "" : f->value;
}

void change_cert_words(const struct record *r, char out[WORDS])
{
	const char *sha256 = fact(r, "ssl.sha256");

	if (sha256[0] == '\0') {
		out[0] = '\0';
		return;
	}
	snprintf(out, WORDS, "CN=%.60s, to %.10s, sha256 %.16s", fact(r, "ssl.cn"),
	         fact(r, "ssl.not_after"), sha256);
}

bool change_cert_differs(const struct record *a, const struct record *b)
{
	const char *x = fact(a, "ssl.sha256"), *y = fact(b, "ssl.sha256");

	return x[0] != '\0' && y[0] != '\0' && strcmp(x, y) != 0;
}

void change_verdict_words(const struct vd_verdict *v, char out[WORDS])
{
	const char *kind = vd_kind_name(v->kind);
	const char *severity = v->severity != VD_SEV_NONE ? vd_severity_name(v->severity)
	                                                  : "unrated";
	char cvss[8] = "";

	if (v->cvss_x10 > 0)
		snprintf(cvss, sizeof(cvss), " %u.%u", v->cvss_x10 / 10u, v->cvss_x10 % 10u);
	snprintf(out, WORDS, "%s %s %s%s%s", v->cve, kind == NULL ? "" : kind,
	         severity == NULL ? "" : severity, cvss, v->kev ? " kev" : "");
}

void change_score_words(const struct vd_score *s, char out[WORDS])
{
	snprintf(out, WORDS, "%s (%u)", vd_level_name(s->level), s->value);
}

bool change_is_open(const struct vd_verdict *v)
{
	return v->kind == VD_AFFECTED || v->kind == VD_POSSIBLE;
}
