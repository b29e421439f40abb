/* SPDX-License-Identifier: Apache-2.0 */
/* change.c - the states before and after an event of the change log, as named values and in
 * words. */
#include <stdio.h>
#include <string.h>

#include "change.h"

/* Append a value. Control characters, which would break the lines, become "?". A value for which
 * there is no room is cut. */
static void add(char out[CHANGE_STATE], const char *name, const char *value)
{
	size_t from = strlen(out), at;

	if (value[0] == '\0' || CHANGE_STATE - from < strlen(name) + 4)
		return;
	at = from + (size_t)snprintf(out + from, CHANGE_STATE - from, "%s\t", name);
	for (; *value != '\0' && at < CHANGE_STATE - 2; value++)
		out[at++] = (unsigned char)*value < 0x20 || *value == 0x7f ? '?' : *value;
	out[at++] = '\n';
	out[at] = '\0';
}

static void add_number(char out[CHANGE_STATE], const char *name, uint32_t n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	add(out, name, text);
}

static void add_service(char out[CHANGE_STATE], const struct vd_identity *id)
{
	add(out, "service", id->service);
	add(out, "product", id->product);
	add(out, "version", id->version);
}

void change_service_state(const struct record *r, char out[CHANGE_STATE])
{
	out[0] = '\0';
	add_service(out, &r->identity);
}

void change_port_state(const struct record *r, uint8_t state, char out[CHANGE_STATE])
{
	out[0] = '\0';
	add(out, "state", record_state_name(state));
	if (state == RECORD_OPEN)
		add_service(out, &r->identity);
}

static const char *fact(const struct record *r, const char *name)
{
	const struct vd_fact *f = r->facts == NULL ? NULL : vd_facts_get(r->facts, name);

	return f == NULL ? "" : f->value;
}

void change_cert_state(const struct record *r, char out[CHANGE_STATE])
{
	const char *sha256 = fact(r, "ssl.sha256");
	char cn[64], end[16];

	out[0] = '\0';
	if (sha256[0] == '\0')
		return;
	snprintf(cn, sizeof(cn), "%.60s", fact(r, "ssl.cn"));
	snprintf(end, sizeof(end), "%.10s", fact(r, "ssl.not_after"));
	add(out, "cn", cn);
	add(out, "not_after", end);
	add(out, "sha256", sha256);
}

void change_verdict_state(const struct vd_verdict *v, char out[CHANGE_STATE])
{
	const char *kind = vd_kind_name(v->kind), *severity = record_severity_name(v);
	char cvss[8] = "";

	out[0] = '\0';
	if (v->cvss_x10 > 0)
		snprintf(cvss, sizeof(cvss), "%u.%u", v->cvss_x10 / 10u, v->cvss_x10 % 10u);
	add(out, "id", v->cve);
	add(out, "verdict", kind == NULL ? "" : kind);
	add(out, "severity", severity == NULL ? "" : severity);
	add(out, "cvss", cvss);
	add(out, "kev", v->kev ? "true" : "");
}

void change_exposure_state(const struct vd_exposure *e, char out[CHANGE_STATE])
{
	const char *severity = vd_severity_name(e->severity);

	out[0] = '\0';
	add(out, "id", e->id);
	add(out, "severity", severity == NULL || e->severity == VD_SEV_NONE ? "" : severity);
	add(out, "title", e->title);
}

static void add_score(char out[CHANGE_STATE], const struct vd_score *s)
{
	add(out, "level", vd_level_name(s->level));
	add_number(out, "score", s->value);
}

void change_score_state(const struct vd_score *s, char out[CHANGE_STATE])
{
	out[0] = '\0';
	add_score(out, s);
}

void change_host_state(const struct change_counts *n, const struct vd_score *s,
                       char out[CHANGE_STATE])
{
	out[0] = '\0';
	add_number(out, "ports", n->ports);
	add_number(out, "affected", n->affected);
	add_number(out, "possible", n->possible);
	add_number(out, "exposures", n->exposures);
	add_score(out, s);
}

/* ---- reading states -------------------------------------------------------------------------- */

static enum change_kind kind_of(const char *name)
{
	static const char *const numbers[] = {"ports",     "affected", "possible",
	                                      "exposures", "score",    "cvss"};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(name, numbers[i]) == 0)
			return CHANGE_NUMBER;
	return strcmp(name, "kev") == 0 ? CHANGE_FLAG : CHANGE_TEXT;
}

bool change_next(const char **at, struct change_value *out)
{
	const char *tab = strchr(*at, '\t'), *end = strchr(*at, '\n');

	if (tab == NULL || end == NULL || tab > end)
		return false;
	snprintf(out->name, sizeof(out->name), "%.*s", (int)(tab - *at), *at);
	snprintf(out->value, sizeof(out->value), "%.*s", (int)(end - tab - 1), tab + 1);
	out->kind = kind_of(out->name);
	*at = end + 1;
	return true;
}

static const char *value_of(const char *state, const char *name, struct change_value *v)
{
	while (change_next(&state, v))
		if (strcmp(v->name, name) == 0)
			return v->value;
	return "";
}

struct part {
	const char *name, *between, *before, *after;
	unsigned max;   /* bytes of the value that are shown; 0: all */
	bool in_parens; /* behind other words it stands in parentheses */
	bool alone;     /* only where nothing else is said */
};

/* The words of all kinds of states, in their order. */
static const struct part parts[] = {
	{.name = "text", .between = "", .before = "", .after = ""},
	{.name = "ports", .between = "", .before = "", .after = " open"},
	{.name = "affected", .between = ", ", .before = "", .after = " affected"},
	{.name = "possible", .between = ", ", .before = "", .after = " possible"},
	{.name = "exposures", .between = ", ", .before = "", .after = " exposed"},
	{.name = "product", .between = "", .before = "", .after = ""},
	{.name = "version", .between = " ", .before = "", .after = ""},
	{.name = "service", .between = " ", .before = "", .after = "", .in_parens = true},
	{.name = "id", .between = " ", .before = "", .after = ""},
	{.name = "verdict", .between = " ", .before = "", .after = ""},
	{.name = "severity", .between = " ", .before = "", .after = ""},
	{.name = "cvss", .between = " ", .before = "", .after = ""},
	{.name = "kev", .between = " ", .before = "", .after = ""},
	{.name = "title", .between = ": ", .before = "", .after = ""},
	{.name = "cn", .between = ", ", .before = "CN=", .after = ""},
	{.name = "not_after", .between = ", ", .before = "to ", .after = ""},
	{.name = "sha256", .between = ", ", .before = "sha256 ", .after = "", .max = 16},
	{.name = "level", .between = ", ", .before = "", .after = ""},
	{.name = "score", .between = " ", .before = "", .after = "", .in_parens = true},
	{.name = "state", .between = "", .before = "", .after = "", .alone = true},
};

static size_t say(char out[CHANGE_WORDS], size_t len, const struct part *p, const char *value)
{
	bool parens = p->in_parens && len > 0;
	int max = p->max > 0 ? (int)p->max : CHANGE_WORDS, n;

	n = snprintf(out + len, CHANGE_WORDS - len, "%s%s%s%.*s%s%s", len > 0 ? p->between : "",
	             parens ? "(" : "", p->before, max, value, p->after, parens ? ")" : "");
	len += n > 0 ? (size_t)n : 0;
	return len < CHANGE_WORDS ? len : CHANGE_WORDS - 1;
}

void change_state_words(const char *state, char out[CHANGE_WORDS])
{
	struct change_value v;
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct part *p = &parts[i];
		const char *value = value_of(state, p->name, &v);

		if (value[0] == '\0' || (p->alone && len > 0))
			continue;
		if (p->after[0] != '\0' && len > 0 && strcmp(value, "0") == 0)
			continue; /* a count of nothing */
		len = say(out, len, p, v.kind == CHANGE_FLAG ? p->name : value);
	}
}

/* ---- what the store and the documents ask ---------------------------------------------------- */

void change_verdict_words(const struct vd_verdict *v, char out[CHANGE_WORDS])
{
	char state[CHANGE_STATE];

	change_verdict_state(v, state);
	change_state_words(state, out);
}

bool change_cert_differs(const struct record *a, const struct record *b)
{
	const char *x = fact(a, "ssl.sha256"), *y = fact(b, "ssl.sha256");

	return x[0] != '\0' && y[0] != '\0' && strcmp(x, y) != 0;
}

static bool fits(const char *was, const char *now)
{
	return was[0] == '\0' || strcmp(was, now) == 0;
}

bool change_is_learned(const struct vd_identity *was, const struct vd_identity *now)
{
	bool service = fits(was->service, now->service) || !record_service_is_sure(was);

	return service && fits(was->product, now->product) && fits(was->version, now->version) &&
	       fits(was->version_extra, now->version_extra) &&
	       (was->product[0] == '\0' || was->version[0] == '\0' ||
	        was->version_extra[0] == '\0') &&
	       now->product[0] != '\0';
}

bool change_is_open(const struct vd_verdict *v)
{
	return v->kind == VD_AFFECTED || v->kind == VD_POSSIBLE;
}
