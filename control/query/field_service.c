/* SPDX-License-Identifier: Apache-2.0 */
/* field_service.c - the fields that are members of a service's JSON document, in its order. */

#include "field_give.h"
#include "sha256.h"

NUMBER_OF(port, r->port)
TEXT_OF(transport, record_transport_name(r->transport))
TEXT_OF(state, record_state_name(r->state))
TEXT_OF(reason, record_reason_name(r->transport, r->reply.reason))
KNOWN_OF(ttl, r->reply.ttl)
KNOWN_OF(rtt_us, r->reply.rtt_us)
TEXT_OF(service, r->identity.service)
TEXT_OF(service_source, r->identity.service_source)
KNOWN_OF(confidence, r->identity.confidence)
TEXT_OF(product, r->identity.product)
TEXT_OF(vendor, r->identity.vendor)
TEXT_OF(version, r->identity.version)
TEXT_OF(version_extra, r->identity.version_extra)
TEXT_OF(device, r->identity.device)
KNOWN_OF(os_confidence, r->identity.os_confidence)
TEXT_OF(os, r->identity.os)
TEXT_OF(os_version, r->identity.os_version)
TEXT_OF(os_cpe, r->identity.os_cpe)
TEXT_OF(eol_date, r->identity.eol)
TEXT_OF(rule, r->identity.rule)
TEXT_OF(match_field, r->identity.match_field)
TEXT_OF(distribution, r->identity.distro)
TEXT_OF(release, r->identity.distro_release)
TEXT_OF(package, r->identity.package)
TEXT_OF(package_version, r->identity.package_version)
TIME_OF(first_seen, r->first_seen_us)
TIME_OF(last_seen, r->last_seen_us)
TIME_OF(last_changed, r->last_changed_us)
NUMBER_OF(misses, r->misses)
TEXT_OF(scan, r->scan)
FIELD_OF(score, if (r->state == RECORD_OPEN) give_number(take, arg, r->score.value))
FIELD_OF(level, if (r->state == RECORD_OPEN) give_text(take, arg, vd_level_name(r->score.level)))

GETTER(asked)
{
	UNUSED_HOST;
	if (r->ask != RECORD_ASK_UNKNOWN)
		give_number(take, arg, record_was_asked(r->ask));
}

GETTER(not_asked)
{
	const char *why = record_unasked_name(r->ask);

	UNUSED_HOST;
	if (why != NULL)
		give_text(take, arg, why);
}

GETTER(is_unjudged)
{
	UNUSED_HOST;
	if (record_was_asked(r->ask))
		give_number(take, arg, r->ask == RECORD_ASKED_UNJUDGED);
}

GETTER(cpe)
{
	UNUSED_HOST;
	for (unsigned i = 0; i < r->identity.cpe_count; i++)
		if (!give_text(take, arg, r->identity.cpe[i]))
			return;
	give_text(take, arg, r->identity.os_cpe);
}

/* Only what is open has findings. */
GETTER(candidates)
{
	UNUSED_HOST;
	if (r->state == RECORD_OPEN && r->candidates > 0)
		give_number(take, arg, r->candidates);
}

GETTER(match_offset)
{
	UNUSED_HOST;
	if (r->identity.rule[0] != '\0')
		give_number(take, arg, r->identity.match_offset);
}

GETTER(match_len)
{
	UNUSED_HOST;
	if (r->identity.rule[0] != '\0')
		give_number(take, arg, r->identity.match_len);
}

static const struct vd_fact *banner_of(const struct record *r)
{
	return r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");
}

GETTER(banner_sha256)
{
	const struct vd_fact *f = banner_of(r);
	char hex[SHA256_HEX];

	UNUSED_HOST;
	if (f != NULL && sha256_hex(f->value, f->len, hex))
		give_text(take, arg, hex);
}

GETTER(banner_truncated)
{
	UNUSED_HOST;
	if (banner_of(r) != NULL)
		give_number(take, arg, r->truncated);
}

const char *const field_levels[] = {"Safe", "Low", "Moderate", "Dangerous", "Critical", NULL};
static const char *const transports[] = {"tcp", "udp", "icmp", "icmp6", NULL};
static const char *const states[] = {"open", "missing", "closed", "filtered", NULL};
static const char *const unasked[] = {"fragile", "crowded", "off", "way", NULL};
static const char *const reasons[] = {"syn-ack",          "udp-response",     "echo-reply", "rst",
                                      "port-unreachable", "icmp-unreachable", NULL};

enum {
	DOC = FIELD_DOC,
	FACET = FIELD_DOC | FIELD_FACET,
	FACET_INDEX = FIELD_DOC | FIELD_FACET | FIELD_INDEX,
	PLACE = FIELD_DOC | FIELD_IDENTITY, /* of the evidence: differs from banner to banner */
	ID = FIELD_DOC | FIELD_IDENTITY | FIELD_INDEX,
	ID_FACET = FIELD_DOC | FIELD_IDENTITY | FIELD_FACET | FIELD_INDEX,
};

static const struct field table[] = {
	{"port", NULL, FIELD_INT, FACET | FIELD_INDEX_PORT, 65535, NULL, get_port, "port"},
	{"transport", "socket", FIELD_WORD, FACET_INDEX, 0, transports, get_transport, "transport"},
	{"state", NULL, FIELD_WORD, FACET_INDEX, 0, states, get_state, "what the port does"},
	{"reason", NULL, FIELD_WORD, FACET, 0, reasons, get_reason,
         "the reply that shows the state"},
	{"ttl", NULL, FIELD_INT, FACET, 255, NULL, get_ttl, "hops to live of that reply"},
	{"rtt_us", NULL, FIELD_INT, DOC, 0, NULL, get_rtt_us, "round trip in microseconds"},
	{"asked", NULL, FIELD_BOOL, FACET, 0, NULL, get_asked, "the port was asked what it is"},
	{"not_asked", NULL, FIELD_WORD, FACET, 0, unasked, get_not_asked,
         "why the port was not asked what it is"},
	{"is_unjudged", NULL, FIELD_BOOL, FACET, 0, NULL, get_is_unjudged,
         "its CVEs are not known: memory was short when it was judged"},
	{"service", "protocol service_name", FIELD_TEXT, ID_FACET, 0, NULL, get_service,
         "protocol"},
	{"service_source", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_service_source,
         "what shows the protocol: banner, tls, guess, port, import"},
	{"confidence", NULL, FIELD_INT, ID, 100, NULL, get_confidence,
         "how sure service, product and version are, 0 to 100"},
	{"product", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_product, "product"},
	{"vendor", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_vendor, "vendor"},
	{"version", "product_version", FIELD_VERSION, ID_FACET, 0, NULL, get_version,
         "version, compared as versions are"},
	{"version_extra", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_version_extra,
         "what stands behind the version"},
	{"device", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_device, "kind of device"},
	{"os.product", "os", FIELD_TEXT, ID_FACET, 0, NULL, get_os, "operating system"},
	{"os.version", "os_version", FIELD_VERSION, ID_FACET, 0, NULL, get_os_version,
         "version of the operating system"},
	{"os.cpe", "os_cpe", FIELD_TEXT, ID_FACET, 0, NULL, get_os_cpe,
         "CPE 2.3 name of the operating system"},
	{"os.confidence", NULL, FIELD_INT, ID, 100, NULL, get_os_confidence,
         "how sure the operating system is, 0 to 100"},
	{"cpe", NULL, FIELD_TEXT, ID_FACET | FIELD_MANY, 0, NULL, get_cpe, "CPE 2.3 names"},
	{"eol_date", NULL, FIELD_TEXT, ID, 0, NULL, get_eol_date, "end of the vendor's support"},
	{"evidence.rule", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_rule,
         "rule that named the product"},
	{"evidence.field", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_match_field,
         "fact that the rule fitted"},
	{"evidence.offset", NULL, FIELD_INT, PLACE, 0, NULL, get_match_offset,
         "first byte of the fact that fitted"},
	{"evidence.length", NULL, FIELD_INT, PLACE, 0, NULL, get_match_len,
         "how many bytes of the fact fitted"},
	{"package.distribution", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_distribution,
         "distribution that built the product"},
	{"package.release", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_release,
         "release of the distribution"},
	{"package.name", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_package, "source package"},
	{"package.version", NULL, FIELD_TEXT, ID_FACET, 0, NULL, get_package_version,
         "version of the package"},
	{"candidates", NULL, FIELD_INT, DOC, 0, NULL, get_candidates,
         "CVEs that name the product, of which no version is known"},
	{"banner_sha256", "banner_hash hash", FIELD_TEXT, FACET, 0, NULL, get_banner_sha256,
         "SHA-256 of the banner"},
	{"banner_truncated", NULL, FIELD_BOOL, FACET, 0, NULL, get_banner_truncated,
         "the service sent more than the banner has"},
	{"first_seen", NULL, FIELD_TIME, DOC, 0, NULL, get_first_seen, "first seen"},
	{"last_seen", "scan_date", FIELD_TIME, DOC, 0, NULL, get_last_seen, "last seen"},
	{"last_changed", "changed", FIELD_TIME, DOC, 0, NULL, get_last_changed, "last changed"},
	{"misses", NULL, FIELD_INT, DOC, 0, NULL, get_misses, "scans in a row that did not see it"},
	{"scan", NULL, FIELD_TEXT, FACET, 0, NULL, get_scan, "scan that saw it last"},
	{"score", NULL, FIELD_INT, DOC | FIELD_INDEX, 100, NULL, get_score,
         "score of the service alone; host_score is the host's"},
	{"level", NULL, FIELD_WORD, FACET_INDEX | FIELD_ORDERED, 0, field_levels, get_level,
         "band of the service's score"},
};

const struct field *field_table_service(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
