/* SPDX-License-Identifier: Apache-2.0 */
/* field_table.c - the fields of hosts and those that are computed from a service. */
#include <time.h>

#include "calendar.h"
#include "change.h"
#include "field_give.h"
#include "hostname.h"
#include "timetext.h"

static unsigned open_ports(const struct store_host *h)
{
	unsigned n = 0;

	for (size_t i = 0; i < h->service_count; i++)
		n += h->services[i]->state == RECORD_OPEN &&
		     !record_is_ping(h->services[i]->transport);
	return n;
}

static bool answers_ping(const struct store_host *h)
{
	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->state == RECORD_OPEN &&
		    record_is_ping(h->services[i]->transport))
			return true;
	return false;
}

GETTER(ip)
{
	struct field_value v = {.addr = &h->addr};

	UNUSED_RECORD;
	take(arg, &v);
}

GETTER(ipv6)
{
	if (!dp_addr_is_v4(&h->addr, NULL))
		get_ip(h, r, take, arg);
}

NUMBER_OF(port_count, open_ports(h))
NUMBER_OF(answers_ping, answers_ping(h))
TEXT_OF(level, vd_level_name(h->score.level))
NUMBER_OF(score, h->score.value)
NUMBER_OF(is_middlebox, h->middlebox)
NUMBER_OF(is_fragile, h->fragile)

GETTER(hostname)
{
	UNUSED_HOST;
	hostname_each(r, take, arg);
}

struct domains {
	field_take take;
	void *arg;
};

/* Gives a host name and its parent domains, down to two labels. */
static bool give_domains(void *arg, const struct field_value *v)
{
	struct domains *d = arg;
	const char *name = v->text;

	while (strchr(name, '.') != NULL) {
		if (!give_text(d->take, d->arg, name))
			return false;
		name = strchr(name, '.') + 1;
	}
	return true;
}

GETTER(domain)
{
	struct domains d = {take, arg};

	UNUSED_HOST;
	hostname_each(r, give_domains, &d);
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

GETTER(component)
{
	UNUSED_HOST;
	give_facts(r, "http.generator", take, arg);
	give_facts(r, "http.powered_by", take, arg);
}

static bool cert_expiry(const struct record *r, int64_t *us)
{
	const struct vd_fact *f = r->facts == NULL ? NULL : vd_facts_get(r->facts, "ssl.not_after");

	return f != NULL && timetext_parse(f->value, us);
}

GETTER(ssl_expires)
{
	int64_t us;

	UNUSED_HOST;
	if (cert_expiry(r, &us))
		give_time(take, arg, us);
}

GETTER(ssl_expired)
{
	int64_t us;

	UNUSED_HOST;
	if (cert_expiry(r, &us))
		give_number(take, arg, us < r->last_seen_us);
}

GETTER(eol)
{
	int64_t us;

	UNUSED_HOST;
	if (timetext_parse(r->identity.eol, &us))
		give_number(take, arg, us < r->last_seen_us);
}

/* ---- vulnerabilities: affected and possible ones, as HOST counts them ------------------------ */

#define EACH_OPEN_VERDICT(v)                                                                       \
	for (const struct vd_verdict *v = r->verdicts;                                             \
	     v != NULL && v < r->verdicts + r->verdict_count; v++)                                 \
		if (change_is_open(v))

GETTER(vuln)
{
	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	if (!give_text(take, arg, v->cve))
		return;
}

GETTER(vuln_fixed)
{
	UNUSED_HOST;
	for (uint32_t i = 0; i < r->verdict_count; i++)
		if (r->verdicts[i].kind == VD_FIXED && !give_text(take, arg, r->verdicts[i].cve))
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

GETTER(severity)
{
	unsigned seen = 0;

	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	seen |= 1u << v->severity;
	for (uint8_t i = VD_SEV_CRITICAL + 1; i > 0; i--)
		if ((seen >> (i - 1) & 1) != 0 &&
		    !give_text(take, arg, vd_severity_name((uint8_t)(i - 1))))
			return;
}

GETTER(cvss)
{
	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	if (v->cvss_x10 > 0 && !give_number(take, arg, v->cvss_x10 / 10.0))
		return;
}

GETTER(epss)
{
	UNUSED_HOST;
	EACH_OPEN_VERDICT(v)
	if (v->epss >= 0 && !give_number(take, arg, (double)v->epss))
		return;
}

GETTER(exposure)
{
	UNUSED_HOST;
	for (uint32_t i = 0; i < r->exposure_count; i++)
		if (!give_text(take, arg, r->exposures[i].id))
			return;
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

static const char *const levels[] = {"Safe", "Low", "Moderate", "Dangerous", "Critical", NULL};
static const char *const severities[] = {"none", "low", "medium", "high", "critical", NULL};

#define NO_DATA(n, a, h)                                                                           \
	{                                                                                          \
		.name = n, .aliases = a, .flags = FIELD_NO_DATA, .help = h                         \
	}
#define ASN_DATA "no data on networks (ASN, organisation) is loaded"
#define GEO_DATA "no data on places is loaded"
#define LABELS "no labels of your own can be given yet"

static const struct field table[] = {
	{"ip", "net cidr", FIELD_ADDR, FIELD_HOST, 0, NULL, get_ip, "address, prefix or range"},
	{"ipv6", NULL, FIELD_ADDR, FIELD_HOST, 0, NULL, get_ipv6, "the same, IPv6 only"},
	{"hostname", "hostnames.name", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_hostname,
         "names in certificates"},
	{"domain", NULL, FIELD_TEXT, FIELD_MANY, 0, NULL, get_domain, "domains the names lie in"},
	{"port_count", NULL, FIELD_INT, FIELD_HOST | FIELD_FACET, 0, NULL, get_port_count,
         "open ports of the host"},
	{"http.component", "tech_stack", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL,
         get_component, "what the page is made with"},
	{"ssl", NULL, FIELD_TEXT, FIELD_MANY, 0, NULL, get_ssl, "any text of the certificate"},
	{"ssl.expires", NULL, FIELD_TIME, 0, 0, NULL, get_ssl_expires, "end of the certificate"},
	{"ssl.expired", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_ssl_expired,
         "the certificate had expired when seen last"},
	{"vuln", "cve_id cve vulns.id", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_vuln,
         "CVEs, affected or possible"},
	{"vuln.fixed", NULL, FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_vuln_fixed,
         "CVEs that the distribution has fixed"},
	{"has_vuln", "has_cve", FIELD_BOOL, FIELD_FACET, 0, NULL, get_has_vuln, "has an open CVE"},
	{"vuln.severity", "vulns.severity", FIELD_WORD, FIELD_FACET | FIELD_MANY, 0, severities,
         get_severity, "severity of an open CVE"},
	{"cvss", "vulns.cvss", FIELD_NUMBER, FIELD_MANY, 10, NULL, get_cvss, "CVSS of an open CVE"},
	{"epss", "vulns.epss", FIELD_NUMBER, FIELD_MANY, 1, NULL, get_epss, "EPSS of an open CVE"},
	{"kev", "vulns.kev", FIELD_BOOL, FIELD_FACET, 0, NULL, get_kev,
         "has an open CVE of the KEV list"},
	{"eol", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_eol, "out of support when seen last"},
	{"exposure", "exposures.id", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_exposure,
         "findings that need no CVE"},
	{"score", "score.value", FIELD_INT, FIELD_HOST, 100, NULL, get_score, "score of the host"},
	{"level", "score.level", FIELD_WORD, FIELD_HOST | FIELD_FACET, 0, levels, get_level,
         "band of the score"},
	{"day", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_day, "day of last_seen, 2026-11-22"},
	{"week", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_week, "week of last_seen, 2026-W47"},
	{"answers_ping", NULL, FIELD_BOOL, FIELD_HOST | FIELD_FACET, 0, NULL, get_answers_ping,
         "the host answers ICMP echo requests"},
	{"is_fragile", "flags.fragile", FIELD_BOOL, FIELD_HOST | FIELD_FACET, 0, NULL,
         get_is_fragile, "a printer, a controller: asked with care"},
	{"is_middlebox", "flags.middlebox", FIELD_BOOL, FIELD_HOST | FIELD_FACET, 0, NULL,
         get_is_middlebox, "answers on every port"},
	NO_DATA("asn", NULL, ASN_DATA),
	NO_DATA("as_name", NULL, ASN_DATA),
	NO_DATA("org", NULL, ASN_DATA),
	NO_DATA("isp", NULL, ASN_DATA),
	NO_DATA("mac", NULL, "addresses of the link layer are not kept"),
	NO_DATA("vlan", NULL, "VLANs are not kept"),
	NO_DATA("country", NULL, GEO_DATA),
	NO_DATA("region", NULL, GEO_DATA),
	NO_DATA("city", NULL, GEO_DATA),
	NO_DATA("geo", NULL, GEO_DATA),
	NO_DATA("site", NULL, LABELS),
	NO_DATA("tag", NULL, LABELS),
	NO_DATA("label", NULL, LABELS),
	NO_DATA("owner", NULL, LABELS),
	NO_DATA("scope", NULL, LABELS),
	NO_DATA("ssl.jarm", NULL, "no probe computes JARM"),
	NO_DATA("ssl.ja4s", NULL, "no probe computes JA4S"),
	NO_DATA("ssh.key", NULL, "host keys are not kept"),
	NO_DATA("ftp.anonymous", NULL, "nothing logs in, not even anonymously"),
	NO_DATA("vuln.verified", NULL, "nothing is exploited, so nothing is verified"),
	NO_DATA("cwe", NULL, "no data on weaknesses is loaded"),
	NO_DATA("is_honeypot", NULL, "nothing recognises honeypots yet"),
};

const struct field *field_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
