/* SPDX-License-Identifier: Apache-2.0 */
/* field_table.c - the fields of records and hosts, and the functions that read them. */
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "calendar.h"
#include "change.h"
#include "field.h"
#include "hostname.h"
#include "timetext.h"

#define GETTER(name)                                                                               \
	static void get_##name(const struct store_host *h, const struct record *r,                 \
	                       field_take take, void *arg)
#define UNUSED_HOST ((void)h)
#define UNUSED_RECORD ((void)r)

static bool give_text(field_take take, void *arg, const char *text)
{
	struct field_value v = {.text = text, .len = strlen(text)};

	return text[0] == '\0' || take(arg, &v);
}

static bool give_number(field_take take, void *arg, double n)
{
	struct field_value v = {.number = n};

	return take(arg, &v);
}

static bool give_time(field_take take, void *arg, int64_t us)
{
	return us == 0 || give_number(take, arg, (double)us);
}

/* Fields that are one member. */
#define TEXT_OF(name, expr)                                                                        \
	GETTER(name)                                                                               \
	{                                                                                          \
		UNUSED_HOST;                                                                       \
		UNUSED_RECORD;                                                                     \
		give_text(take, arg, expr);                                                        \
	}
#define NUMBER_OF(name, expr)                                                                      \
	GETTER(name)                                                                               \
	{                                                                                          \
		UNUSED_HOST;                                                                       \
		UNUSED_RECORD;                                                                     \
		give_number(take, arg, expr);                                                      \
	}
#define TIME_OF(name, expr)                                                                        \
	GETTER(name)                                                                               \
	{                                                                                          \
		UNUSED_HOST;                                                                       \
		UNUSED_RECORD;                                                                     \
		give_time(take, arg, expr);                                                        \
	}

static const char *transport_name(uint8_t transport)
{
	switch (transport) {
	case DP_TRANSPORT_TCP:
		return "tcp";
	case DP_TRANSPORT_UDP:
		return "udp";
	case DP_TRANSPORT_ICMP:
		return "icmp";
	case DP_TRANSPORT_ICMP6:
		return "icmp6";
	default:
		return "";
	}
}

static const char *state_name(uint8_t state)
{
	const char *name = change_state_name(state);

	return name == NULL ? "" : name;
}

static unsigned open_ports(const struct store_host *h)
{
	unsigned n = 0;

	for (size_t i = 0; i < h->service_count; i++)
		n += h->services[i]->state == RECORD_OPEN;
	return n;
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

NUMBER_OF(port, r->port)
TEXT_OF(transport, transport_name(r->transport))
TEXT_OF(state, state_name(r->state))
GETTER(not_asked)
{
	const char *why = record_unasked_name(r->ask);

	UNUSED_HOST;
	if (why != NULL)
		give_text(take, arg, why);
}

NUMBER_OF(is_unjudged, r->ask == RECORD_ASKED_UNJUDGED)
NUMBER_OF(port_count, open_ports(h))
TEXT_OF(service, r->identity.service)
TEXT_OF(product, r->identity.product)
TEXT_OF(vendor, r->identity.vendor)
TEXT_OF(version, r->identity.version)
TEXT_OF(version_extra, r->identity.version_extra)
TEXT_OF(device, r->identity.device)
TEXT_OF(os, r->identity.os)
TEXT_OF(level, vd_level_name(h->score.level))
NUMBER_OF(score, h->score.value)
NUMBER_OF(is_middlebox, h->middlebox)
NUMBER_OF(is_fragile, h->fragile)
TIME_OF(first_seen, r->first_seen_us)
TIME_OF(last_seen, r->last_seen_us)
TIME_OF(changed, r->last_changed_us)
TEXT_OF(scan, r->scan)
NUMBER_OF(misses, r->misses)

GETTER(confidence)
{
	UNUSED_HOST;
	if (r->identity.product[0] != '\0')
		give_number(take, arg, r->identity.confidence);
}

GETTER(cpe)
{
	UNUSED_HOST;
	for (unsigned i = 0; i < r->identity.cpe_count; i++)
		if (!give_text(take, arg, r->identity.cpe[i]))
			return;
	give_text(take, arg, r->identity.os_cpe);
}

GETTER(banner_hash)
{
	const struct vd_fact *f = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");
	uint8_t digest[SHA256_DIGEST_LENGTH];
	char hex[2 * SHA256_DIGEST_LENGTH + 1];

	UNUSED_HOST;
	if (f == NULL)
		return;
	SHA256((const uint8_t *)f->value, f->len, digest);
	for (unsigned i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	give_text(take, arg, hex);
}

GETTER(hostname)
{
	UNUSED_HOST;
	hostname_each(r, take, arg);
}

struct domains {
	field_take take;
	void *arg;
};

/* A name and everything it lies under, down to two labels. */
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

static const char *const transports[] = {"tcp", "udp", "icmp", "icmp6", NULL};
static const char *const states[] = {"open", "missing", "closed", "filtered", NULL};
static const char *const reasons[] = {"fragile", "crowded", "off", NULL};
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
	{"hostname", NULL, FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_hostname,
         "names in certificates"},
	{"domain", NULL, FIELD_TEXT, FIELD_MANY, 0, NULL, get_domain, "domains the names lie in"},
	{"port", NULL, FIELD_INT, FIELD_FACET, 65535, NULL, get_port, "port"},
	{"transport", "socket", FIELD_WORD, FIELD_FACET, 0, transports, get_transport, "transport"},
	{"state", NULL, FIELD_WORD, FIELD_FACET, 0, states, get_state, "what the port does"},
	{"port_count", NULL, FIELD_INT, FIELD_HOST | FIELD_FACET, 0, NULL, get_port_count,
         "open ports of the host"},
	{"not_asked", NULL, FIELD_WORD, FIELD_FACET, 0, reasons, get_not_asked,
         "why the port was not asked what it is"},
	{"misses", NULL, FIELD_INT, 0, 0, NULL, get_misses, "scans in a row that did not see it"},
	{"service", "protocol service_name", FIELD_TEXT, FIELD_FACET, 0, NULL, get_service,
         "protocol"},
	{"product", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_product, "product"},
	{"vendor", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_vendor, "vendor"},
	{"version", "product_version", FIELD_VERSION, FIELD_FACET, 0, NULL, get_version,
         "version, compared as versions are"},
	{"version_extra", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_version_extra,
         "what stands behind the version"},
	{"cpe", NULL, FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_cpe, "CPE 2.3 names"},
	{"os", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_os, "operating system"},
	{"device", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_device, "kind of device"},
	{"banner_hash", "hash", FIELD_TEXT, FIELD_FACET, 0, NULL, get_banner_hash,
         "SHA-256 of the banner"},
	{"confidence", NULL, FIELD_INT, 0, 100, NULL, get_confidence, "of product and version"},
	{"http.component", "tech_stack", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL,
         get_component, "what the page is made with"},
	{"ssl", NULL, FIELD_TEXT, FIELD_MANY, 0, NULL, get_ssl, "any text of the certificate"},
	{"ssl.expires", NULL, FIELD_TIME, 0, 0, NULL, get_ssl_expires, "end of the certificate"},
	{"ssl.expired", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_ssl_expired,
         "the certificate had expired when seen last"},
	{"vuln", "cve_id cve", FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_vuln,
         "CVEs, affected or possible"},
	{"vuln.fixed", NULL, FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_vuln_fixed,
         "CVEs that the distribution has fixed"},
	{"has_vuln", "has_cve", FIELD_BOOL, FIELD_FACET, 0, NULL, get_has_vuln, "has an open CVE"},
	{"vuln.severity", NULL, FIELD_WORD, FIELD_FACET | FIELD_MANY, 0, severities, get_severity,
         "severity of an open CVE"},
	{"cvss", NULL, FIELD_NUMBER, FIELD_MANY, 10, NULL, get_cvss, "CVSS of an open CVE"},
	{"epss", NULL, FIELD_NUMBER, FIELD_MANY, 1, NULL, get_epss, "EPSS of an open CVE"},
	{"kev", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_kev, "has an open CVE of the KEV list"},
	{"eol", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_eol, "out of support when seen last"},
	{"exposure", NULL, FIELD_TEXT, FIELD_FACET | FIELD_MANY, 0, NULL, get_exposure,
         "findings that need no CVE"},
	{"score", NULL, FIELD_INT, FIELD_HOST, 100, NULL, get_score, "score of the host"},
	{"level", NULL, FIELD_WORD, FIELD_HOST | FIELD_FACET, 0, levels, get_level,
         "band of the score"},
	{"first_seen", NULL, FIELD_TIME, 0, 0, NULL, get_first_seen, "first seen"},
	{"last_seen", NULL, FIELD_TIME, 0, 0, NULL, get_last_seen, "last seen"},
	{"changed", "last_changed", FIELD_TIME, 0, 0, NULL, get_changed, "last changed"},
	{"scan", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_scan, "scan that saw it last"},
	{"day", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_day, "day of last_seen, 2026-11-22"},
	{"week", NULL, FIELD_TEXT, FIELD_FACET, 0, NULL, get_week, "week of last_seen, 2026-W47"},
	{"is_fragile", NULL, FIELD_BOOL, FIELD_HOST | FIELD_FACET, 0, NULL, get_is_fragile,
         "a printer, a controller: asked with care"},
	{"is_unjudged", NULL, FIELD_BOOL, FIELD_FACET, 0, NULL, get_is_unjudged,
         "its CVEs are not known: memory was short when it was judged"},
	{"is_middlebox", NULL, FIELD_BOOL, FIELD_HOST | FIELD_FACET, 0, NULL, get_is_middlebox,
         "answers on every port"},
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
