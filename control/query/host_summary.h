/* SPDX-License-Identifier: Apache-2.0 */
/* host_summary.h - sums up the open services of a host: its ports, and its CVEs by verdict. */
#ifndef SONDE_HOST_SUMMARY_H
#define SONDE_HOST_SUMMARY_H

#include "store.h"

enum { HOST_SUMMARY_PORTS = 4096 };

/* Whether the host answered the latest ICMP echo request that a scan sent it. Such answers are kept
 * beside the services, and are none. Pure. */
bool host_summary_answers_ping(const struct store_host *h);

/* Write the open ports of @h, each once and in ascending order, at most HOST_SUMMARY_PORTS of them.
 * ICMP has no ports. Returns how many. Pure. */
size_t host_summary_ports(const struct store_host *h, uint16_t out[HOST_SUMMARY_PORTS]);

/* A CVE of a host, with the worst verdict that a service of it has: affected, possible, fixed. */
struct host_summary_cve {
	const char *id; /* the host owns it */
	uint8_t kind;   /* enum vd_verdict_kind */
	bool kev;       /* exploited, and open on a service */
};

/* Collect the CVEs of the open services, each once, by id. Returns 0 with *@out, which the caller
 * frees and whose texts live as long as @h, or -ENOMEM. */
int host_summary_cves(const struct store_host *h, struct host_summary_cve **out, size_t *n);

struct host_summary_counts {
	unsigned affected, possible, fixed, kev;
};
/* Count those CVEs by verdict. 0 or -ENOMEM. */
int host_summary_count(const struct store_host *h, struct host_summary_counts *out);

#endif
