/* SPDX-License-Identifier: Apache-2.0 */
/* field_table.c - the fields that are computed from a service, and names that have no data. */
#include <stdio.h>
#include <time.h>

#include "calendar.h"
#include "field_give.h"
#include "hostname.h"
#include "timetext.h"

struct names {
	field_take take;
	void *arg;
};

static bool give_name(void *arg, const char *name, size_t len, const char *source)
{
	const struct names *n = arg;
	const struct field_value v = {.text = name, .len = len};

	(void)source;
	return n->take(n->arg, &v);
}

GETTER(hostname)
{
	struct names n = {take, arg};

	UNUSED_HOST;
	hostname_each(r, give_name, &n);
}

/* Gives a host name and its parent domains, down to two labels. */
static bool give_domains(void *arg, const char *name, size_t len, const char *source)
{
	const char *end = name + len, *dot;

	for (; (dot = memchr(name, '.', (size_t)(end - name))) != NULL; name = dot + 1)
		if (!give_name(arg, name, (size_t)(end - name), source))
			return false;
	return true;
}

GETTER(domain)
{
	struct names n = {take, arg};

	UNUSED_HOST;
	hostname_each(r, give_domains, &n);
}

static void give_facts(const struct record *r, const char *prefix, field_take take, void *arg)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts);

	for (size_t i = 0; i < n; i++) {
		const struct vd_fact *f = vd_facts_at(r->facts, i);
		struct field_value v = {.text = f->value, .len = f->len};

		if (strncmp(f->name, prefix, strlen(prefix)) == 0 && !take(arg, &v))
			return;
	}
}

GETTER(ssl)
{
	UNUSED_HOST;
	give_facts(r, "ssl.", take, arg);
}

enum { PRODUCT_LEN = 64 };

/* "cpe:2.3:a:varnish-software:varnish_cache:6.1" -> "varnish_cache" */
static const char *cpe_product(const char *cpe, char out[PRODUCT_LEN])
{
	for (int i = 0; i < 4; i++) {
		cpe += strcspn(cpe, ":");
		cpe += *cpe == ':';
	}
	snprintf(out, PRODUCT_LEN, "%.*s", (int)strcspn(cpe, ":"), cpe);
	return out;
}

/* What the page says, and the products that the service shows beside its own. */
GETTER(component)
{
	const struct vd_identity *id = &r->identity;
	char own[PRODUCT_LEN], other[PRODUCT_LEN];

	UNUSED_HOST;
	give_facts(r, "http.generator", take, arg);
	give_facts(r, "http.powered_by", take, arg);
	for (unsigned i = 1; i < id->cpe_count && strcmp(id->service, "http") == 0; i++)
		if (strcmp(cpe_product(id->cpe[i], other), cpe_product(id->cpe[0], own)) != 0 &&
		    !give_text(take, arg, other))
			return;
}

GETTER(has_ssl)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts);
	bool found = false;

	UNUSED_HOST;
	for (size_t i = 0; i < n && !found; i++)
		found = strncmp(vd_facts_at(r->facts, i)->name, "ssl.", 4) == 0;
	give_number(take, arg, found);
}

GETTER(ssl_expired)
{
	const struct vd_fact *f = r->facts == NULL ? NULL : vd_facts_get(r->facts, "ssl.not_after");
	int64_t us;

	if (f != NULL && timetext_parse(f->value, &us))
		give_number(take, arg, us < now_of(h, r));
}

GETTER(eol)
{
	int64_t us;

	if (timetext_parse(r->identity.eol, &us))
		give_number(take, arg, us < now_of(h, r));
}

/* ---- time ------------------------------------------------------------------------------------ */

GETTER(day)
{
	char text[CALENDAR_TEXT];

	UNUSED_HOST;
	if (r->last_seen_us == 0)
		return;
	calendar_format(r->last_seen_us, text)[strlen("2026-11-22")] = '\0';
	give_text(take, arg, text);
}

/* The week of ISO 8601: "2026-W47". */
GETTER(week)
{
	time_t t = (time_t)(r->last_seen_us / 1000000);
	char text[16];
	struct tm tm;

	UNUSED_HOST;
	if (t == 0 || gmtime_r(&t, &tm) == NULL)
		return;
	strftime(text, sizeof(text), "%G-W%V", &tm);
	give_text(take, arg, text);
}

/* ---- the table ------------------------------------------------------------------------------- */

#define NO_DATA(n, a, h)                                                                           \
	{                                                                                          \
		.name = n, .aliases = a, .flags = FIELD_NO_DATA, .help = h                         \
	}

static const struct field table[] = {
	{"hostname", "hostnames.name", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_hostname,
         "names in certificates, redirects and greetings"},
	{"domain", NULL, FIELD_TEXT, FIELD_MANY, 0, NULL, get_domain, "domains the names lie in"},
	{"http.component", "tech_stack component", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL,
         get_component, "what the page is made with"},
	{"ssl", NULL, FIELD_TEXT, FIELD_MANY, 0, NULL, get_ssl, "any text of the certificate"},
	{"has_ssl", NULL, FIELD_BOOL, FIELD_FACET | FIELD_INDEX_FACTS, 0, NULL, get_has_ssl,
         "speaks TLS"},
	{"ssl.expired", "ssl_expired ssl.cert.expired", FIELD_BOOL, FIELD_FACET, 0, NULL,
         get_ssl_expired, "the certificate has expired by now"},
	{"eol", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_eol, "out of support by now"},
	{"day", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_day, "day of last_seen, 2026-11-22"},
	{"week", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_week, "week of last_seen, 2026-W47"},
	NO_DATA("mac", NULL, "addresses of the link layer are not kept"),
	NO_DATA("vlan", NULL, "VLANs are not kept"),
	NO_DATA("ssl.ja4s", NULL, "no probe computes JA4S"),
	NO_DATA("ftp.anonymous", NULL, "nothing logs in, not even anonymously"),
	NO_DATA("vuln.verified", NULL, "nothing is exploited, so nothing is verified"),
	NO_DATA("cwe", NULL, "no data on weaknesses is loaded"),
};

const struct field *field_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
