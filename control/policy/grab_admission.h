/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_admission.h - decides which open ports are grabbed.
 *
 * It admits no service that was grabbed a short time ago, no port of a host that answers on every
 * port, and no more than 100 ports of one host. It keeps a count for each host with an open port,
 * in a table that grows to a fixed bound; beyond it further hosts are grabbed without being
 * counted. One thread.
 */
#ifndef SONDE_GRAB_ADMISSION_H
#define SONDE_GRAB_ADMISSION_H

#include "middlebox.h"

enum grab_admission_verdict {
	ADMISSION_GRAB = 1,
	ADMISSION_FRESH,  /* grabbed a short time ago: only the state of the port is recorded */
	ADMISSION_RECORD, /* the host has very many open ports: recorded, not grabbed */
	/* the same in a scan without control probes: the host counts as one that answers on every
	 * port */
	ADMISSION_MIDDLEBOX,
	ADMISSION_PENDING, /* the host is under a check: ask grab_admission_release() later */
	/* the host answers on every port, or has more open ports than are recorded of one host:
	 * drop the result */
	ADMISSION_IGNORE,
	/* this scan has recorded and asked the port before */
	ADMISSION_REPEATED,
};

struct grab_admission_config {
	struct middlebox_config middlebox;
	uint32_t grabs_per_host;   /* open ports of a host that may be grabbed; 0 = 100 */
	uint32_t records_per_host; /* open ports of a host that are recorded; 0 = 1000 */
};

struct grab_admission_stats {
	uint64_t opens, grabs, fresh;
	uint64_t crowded; /* ports of hosts with very many: recorded, not grabbed */
	uint64_t ignored; /* ports of such hosts and of middleboxes: not recorded */
	struct middlebox_stats hosts;
};

struct grab_admission;

/* NULL: no memory */
struct grab_admission *grab_admission_new(const struct grab_admission_config *config);
void grab_admission_free(struct grab_admission *s);

/* Name a service that need not be grabbed again. 0 or -ENOMEM. */
int grab_admission_add_fresh(struct grab_admission *s, const struct dp_addr *addr, uint16_t port);

/* Count an open port and decide what to do with it. */
enum grab_admission_verdict grab_admission_open(struct grab_admission *s,
                                                const struct dp_addr *addr, uint16_t port);

/* Decide what to do with a port that was pending. Never returns ADMISSION_PENDING if @now. */
enum grab_admission_verdict grab_admission_release(struct grab_admission *s,
                                                   const struct dp_addr *addr, uint16_t port,
                                                   bool now);

/* The table of hosts, for control probes and their answers. It stays owned by @s. */
struct middlebox *grab_admission_hosts(struct grab_admission *s);

/* What was decided so far. Pure. */
void grab_admission_stats(const struct grab_admission *s, struct grab_admission_stats *out);

#endif
