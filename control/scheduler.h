/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scheduler.h - which open ports are worth a grab: not what is known and fresh, not the 101st of one host.
 *
 * Keeps a count for each host with an open port, in a table that grows to a fixed bound; beyond it further
 * hosts are grabbed without being counted. One thread.
 */
#ifndef SONDE_SCHEDULER_H
#define SONDE_SCHEDULER_H

#include "dp_types.h"

enum scheduler_verdict {
	SCHEDULER_GRAB = 1,
	SCHEDULER_FRESH,     /* grabbed lately: the port's state is recorded, no more */
	SCHEDULER_MIDDLEBOX, /* the host answers on everything: recorded, not grabbed */
	SCHEDULER_IGNORE,    /* beyond what is kept of such a host */
};

struct scheduler_config {
	uint32_t grabs_per_host;   /* opens after which a host is flagged and grabbed no more; 0 = 100 */
	uint32_t records_per_host; /* opens after which they are only counted; 0 = 1000 */
	uint32_t hosts_max;        /* 0 = 2^21 */
};

struct scheduler_stats {
	uint64_t opens, grabs, fresh, middlebox_opens, ignored;
	uint32_t hosts, middleboxes;
	bool hosts_full;
};

struct scheduler;

struct scheduler *scheduler_new(const struct scheduler_config *config); /* NULL: no memory */
void scheduler_free(struct scheduler *s);

/* Name a service that need not be grabbed again. 0 or -ENOMEM. */
int scheduler_add_fresh(struct scheduler *s, const struct dp_addr *addr, uint16_t port);

/* What to do with an open port. */
enum scheduler_verdict scheduler_open(struct scheduler *s, const struct dp_addr *addr, uint16_t port);

/* Whether @addr was flagged as answering on everything. */
bool scheduler_is_middlebox(const struct scheduler *s, const struct dp_addr *addr);

void scheduler_stats(const struct scheduler *s, struct scheduler_stats *out);

#endif
