/* SPDX-License-Identifier: Apache-2.0 */
/*
 * middlebox.h - which hosts answer on every port: suspected by their open ports, confirmed by
 * control probes.
 *
 * A host is checked when its fifth port opens, and again at the 20th, the 80th, ...; in a scan of
 * fewer ports when all of them are open. It is asked at a port that cannot be open
 * (dp_space_control_port()), where that answers SYN-ACK at five more. All six open: it answers
 * everywhere. Any other answer, or silence after some tries, clears it. Six, so that a host with a
 * tenth of all ports open passes for a middlebox once in a million.
 *
 * Pure: results and `now` in, questions and verdicts out. One thread.
 */
#ifndef SONDE_MIDDLEBOX_H
#define SONDE_MIDDLEBOX_H

#include "dp.h"

enum { MIDDLEBOX_OPENS = 5, MIDDLEBOX_CONTROLS = 6 };

struct middlebox_config {
	/* sealed, not owned; NULL: hosts are only counted, none is checked */
	const struct dp_space *space;
	uint8_t key[16];
	uint32_t ports;     /* of the space */
	uint32_t hosts_max; /* 0 = 2^21 */
};

enum middlebox_view {
	MIDDLEBOX_NO = 1,
	MIDDLEBOX_PERHAPS, /* under a check: what it answers beyond its first ports should wait */
	MIDDLEBOX_YES,     /* its first ports are the sample that is kept */
};

enum middlebox_event {
	MIDDLEBOX_NOTHING,
	MIDDLEBOX_CONFIRMED,
	MIDDLEBOX_CLEARED, /* the store calls it a middlebox: it is none any more */
};

struct middlebox_stats {
	uint32_t hosts; /* with an open port */
	uint32_t flagged;
	uint64_t checked, cleared;
	uint64_t unchecked; /* suspected hosts that found no place in the queue */
	uint32_t waiting;   /* suspected hosts without a verdict */
	bool hosts_full;    /* further hosts are not counted */
};

struct middlebox;

struct middlebox *middlebox_new(const struct middlebox_config *config); /* NULL: no memory */
void middlebox_free(struct middlebox *m);                               /* NULL is fine */

/* Name a host that an earlier scan flagged: it is checked at its first open port. 0 or -ENOMEM. */
int middlebox_add_known(struct middlebox *m, const struct dp_addr *addr);

/* A port of @addr is open. *@opens: how many are by now, 0 = not counted. */
enum middlebox_view middlebox_open(struct middlebox *m, const struct dp_addr *addr,
                                   uint32_t *opens);

/* How it stands with a host, and with how many open ports, without one more being open. */
enum middlebox_view middlebox_view(const struct middlebox *m, const struct dp_addr *addr,
                                   uint32_t *opens);

/* The next control probe to send; false: none is due. It stays the next one until
 * middlebox_asked(). */
bool middlebox_next(struct middlebox *m, struct dp_addr *addr, uint16_t *port);
void middlebox_asked(struct middlebox *m, int64_t now_us);

/* A control probe was answered. */
enum middlebox_event middlebox_answer(struct middlebox *m, const struct dp_addr *addr,
                                      uint16_t port, bool open);

/* Clear or ask again who was silent for too long. True: @addr is MIDDLEBOX_CLEARED; call again. */
bool middlebox_settle(struct middlebox *m, int64_t now_us, struct dp_addr *addr);

/* What was checked and found so far. Pure. */
void middlebox_stats(const struct middlebox *m, struct middlebox_stats *out);

#endif
