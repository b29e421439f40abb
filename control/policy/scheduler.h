/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scheduler.h - which open ports are worth a grab: not what is known and fresh, not those of a host that answers
 * on every port, not the 101st of one host.
 *
 * Keeps a count for each host with an open port, in a table that grows to a fixed bound; beyond it further
 * hosts are grabbed without being counted. One thread.
 */
#ifndef SONDE_SCHEDULER_H
#define SONDE_SCHEDULER_H

#include "middlebox.h"

enum scheduler_verdict {
	SCHEDULER_GRAB = 1,
	SCHEDULER_FRESH,     /* grabbed lately: the port's state is recorded, no more */
	SCHEDULER_RECORD,    /* one of very many of its host: recorded, not grabbed */
	SCHEDULER_MIDDLEBOX, /* the same where no control probe can tell, so that it is held to answer everywhere */
	SCHEDULER_PENDING,      /* the host is under examination: ask scheduler_release() later */
	SCHEDULER_IGNORE,    /* beyond what is kept of such a host */
	SCHEDULER_AGAIN,     /* this scan had the answer before: the port was recorded and asked */
};

struct scheduler_config {
	struct middlebox_config middlebox;
	uint32_t grabs_per_host;   /* opens after which a host is grabbed no more; 0 = 100 */
	uint32_t records_per_host; /* opens after which they are only counted; 0 = 1000 */
};

struct scheduler_stats {
	uint64_t opens, grabs, fresh;
	uint64_t crowded; /* of hosts with very many: recorded, not grabbed */
	uint64_t ignored; /* not kept, of such hosts and of middleboxes */
	struct middlebox_stats hosts;
};

struct scheduler;

struct scheduler *scheduler_new(const struct scheduler_config *config); /* NULL: no memory */
void scheduler_free(struct scheduler *s);

/* Name a service that need not be grabbed again. 0 or -ENOMEM. */
int scheduler_add_fresh(struct scheduler *s, const struct dp_addr *addr, uint16_t port);

/* What to do with an open port. */
enum scheduler_verdict scheduler_open(struct scheduler *s, const struct dp_addr *addr, uint16_t port);

/* What to do with one that was pending; never SCHEDULER_PENDING if @now. */
enum scheduler_verdict scheduler_release(struct scheduler *s, const struct dp_addr *addr, uint16_t port, bool now);

/* The hosts, to ask and answer for their examination. */
struct middlebox *scheduler_hosts(struct scheduler *s);

void scheduler_stats(const struct scheduler *s, struct scheduler_stats *out);

#endif
