/* SPDX-License-Identifier: Apache-2.0 */
/* field_host.c - the fields of a host, which all its services share. */
#include <stdlib.h>

#include "field_give.h"
#include "host_summary.h"

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

static unsigned open_ports(const struct store_host *h)
{
	unsigned n = 0;

	for (size_t i = 0; i < h->service_count; i++)
		n += h->services[i]->state == RECORD_OPEN &&
		     !record_is_ping(h->services[i]->transport);
	return n;
}

NUMBER_OF(ip_version, dp_addr_is_v4(&h->addr, NULL) ? 4 : 6)
NUMBER_OF(port_count, open_ports(h))
NUMBER_OF(answers_ping, host_summary_answers_ping(h))
TEXT_OF(level, vd_level_name(h->score.level))
NUMBER_OF(score, h->score.value)
FIELD_OF(model, if (h->model != NULL) give_text(take, arg, vd_model_name(h->model)))
NUMBER_OF(is_middlebox, h->middlebox)
NUMBER_OF(is_fragile, h->fragile)
NUMBER_OF(is_truncated, h->truncated)
NUMBER_OF(is_honeypot, h->honeypot[0] != '\0')
TEXT_OF(honeypot_reason, h->honeypot)
TIME_OF(first_seen, h->first_seen_us)
TIME_OF(last_seen, h->last_seen_us)
TEXT_OF(last_scan, h->last_scan)

GETTER(ports)
{
	uint16_t list[HOST_SUMMARY_PORTS];
	size_t n = host_summary_ports(h, list);

	UNUSED_RECORD;
	for (size_t i = 0; i < n; i++)
		if (!give_number(take, arg, list[i]))
			return;
}

#define COUNT_OF(name, member)                                                                     \
	GETTER(name)                                                                               \
	{                                                                                          \
		struct host_summary_counts c;                                                      \
                                                                                                   \
		UNUSED_RECORD;                                                                     \
		if (host_summary_count(h, &c) == 0)                                                \
			give_number(take, arg, c.member);                                          \
	}

COUNT_OF(affected, affected)
COUNT_OF(possible, possible)
COUNT_OF(fixed, fixed)
COUNT_OF(kev, kev)

#define REASON_TEXTS(name, expr)                                                                   \
	GETTER(name)                                                                               \
	{                                                                                          \
		UNUSED_RECORD;                                                                     \
		for (unsigned i = 0; i < h->score.reason_count; i++) {                             \
			const struct vd_finding *f = &h->score.reasons[i];                         \
                                                                                                   \
			if (!give_text(take, arg, expr))                                           \
				return;                                                            \
		}                                                                                  \
	}

REASON_TEXTS(reason_code, f->code)
REASON_TEXTS(reason_ref, f->ref)

enum { HOST = FIELD_HOST, FACET = FIELD_HOST | FIELD_FACET };

static const struct field table[] = {
	{"ip", "net cidr host", FIELD_ADDR, HOST, 0, NULL, get_ip, "address, prefix or range"},
	{"ipv6", NULL, FIELD_ADDR, HOST, 0, NULL, get_ipv6, "the same, IPv6 only"},
	{"ip_version", NULL, FIELD_INT, FACET, 6, NULL, get_ip_version, "4 or 6"},
	{"port_count", NULL, FIELD_INT, FACET, 0, NULL, get_port_count,
         "open ports of the host, TCP and UDP apart"},
	{"answers_ping", "flags.answers_ping", FIELD_BOOL, FACET, 0, NULL, get_answers_ping,
         "the host answers ICMP echo requests"},
	{"host_ports", "summary.ports", FIELD_INT, FIELD_HOST | FIELD_MANY, 65535, NULL, get_ports,
         "open ports of the host"},
	{"host_score", "score.value", FIELD_INT, HOST, 100, NULL, get_score, "score of the host"},
	{"host_level", "score.level", FIELD_WORD, FACET | FIELD_ORDERED, 0, field_levels, get_level,
         "band of the host's score"},
	{"score.model", NULL, FIELD_TEXT, FACET, 0, NULL, get_model, "table behind the score"},
	{"score.reasons.code", NULL, FIELD_TEXT, FACET | FIELD_MANY, 0, NULL, get_reason_code,
         "findings that make the host's score"},
	{"score.reasons.ref", NULL, FIELD_TEXT, FACET | FIELD_MANY, 0, NULL, get_reason_ref,
         "CVEs and exposures that make it"},
	{"summary.vuln_counts.affected", NULL, FIELD_INT, HOST, 0, NULL, get_affected,
         "CVEs of the host that are affected"},
	{"summary.vuln_counts.possible", NULL, FIELD_INT, HOST, 0, NULL, get_possible,
         "CVEs of the host that are possible"},
	{"summary.vuln_counts.fixed", NULL, FIELD_INT, HOST, 0, NULL, get_fixed,
         "CVEs of the host that are fixed"},
	{"summary.vuln_counts.kev", NULL, FIELD_INT, HOST, 0, NULL, get_kev,
         "open CVEs of the host that are exploited"},
	{"host_first_seen", NULL, FIELD_TIME, HOST, 0, NULL, get_first_seen,
         "the host was first seen"},
	{"host_last_seen", NULL, FIELD_TIME, HOST, 0, NULL, get_last_seen,
         "the host was last seen"},
	{"last_scan", NULL, FIELD_TEXT, FACET, 0, NULL, get_last_scan,
         "scan that saw the host last"},
	{"is_fragile", "flags.fragile", FIELD_BOOL, FACET, 0, NULL, get_is_fragile,
         "a printer, a controller: asked with care"},
	{"is_honeypot", "flags.honeypot", FIELD_BOOL, FACET, 0, NULL, get_is_honeypot,
         "only pretends to be what it says"},
	{"honeypot_reason", "flags.honeypot_reason", FIELD_TEXT, FACET, 0, NULL,
         get_honeypot_reason, "what shows that the host is a honeypot"},
	{"is_middlebox", "flags.middlebox", FIELD_BOOL, FACET, 0, NULL, get_is_middlebox,
         "answers on every port"},
	{"is_truncated", "flags.truncated", FIELD_BOOL, FACET, 0, NULL, get_is_truncated,
         "has more open ports than are stored"},
};

const struct field *field_table_host(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
