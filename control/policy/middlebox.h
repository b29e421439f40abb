/* SPDX-License-Identifier: Apache-2.0 */
/*
 * middlebox.h - finds the hosts that answer on every port: their open ports raise the suspicion,
 * control probes confirm it.
 *
 * A host is checked when its fifth open port is found, and again at the 20th, the 80th, ...; in a
 * scan of fewer ports, when all of them are open. The check probes a port that cannot be open
 * (dp_space_control_port()) and, if that answers SYN-ACK, five more. If all six answer SYN-ACK, the
 * host answers on every port. Any other answer, or silence after some attempts, clears it. There
 * are six, so that a host with a tenth of all ports open passes for a middlebox once in a million.
 *
 * Pure: results and `now` in, control probes and verdicts out. One thread.
 */
#ifndef SONDE_MIDDLEBOX_H
#define SONDE_MIDDLEBOX_H

#include "dp.h"

enum { MIDDLEBOX_OPENS = 5, MIDDLEBOX_CONTROLS = 6 };

struct middlebox_config {
	/* sealed, not owned; NULL: hosts are only counted, none is checked */
	const struct dp_space *space;
	uint8_t secret[16]; /* of this run: from it follow the control ports */
	uint32_t ports;     /* of the space */
	uint32_t hosts_max; /* 0 = 2^21 */
};

enum middlebox_view {
	MIDDLEBOX_NO = 1,
	MIDDLEBOX_PERHAPS, /* under a check: results beyond its first ports should wait */
	MIDDLEBOX_YES,     /* its first ports are the sample that is kept */
};

enum middlebox_event {
	MIDDLEBOX_NOTHING,
	MIDDLEBOX_CONFIRMED,
	MIDDLEBOX_CLEARED, /* the check cleared a host that the store calls a middlebox */
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

/* Count an open port of @addr. *@opens: the number of its open ports so far, 0 = the host is not
 * counted. */
enum middlebox_view middlebox_open(struct middlebox *m, const struct dp_addr *addr,
                                   uint32_t *opens);

/* The state of a host and the number of its open ports, without counting another one. Pure. */
enum middlebox_view middlebox_view(const struct middlebox *m, const struct dp_addr *addr,
                                   uint32_t *opens);

/* The next control probe to send; false: none is due. It stays the same until middlebox_asked()
 * says that it was sent. */
bool middlebox_next(struct middlebox *m, struct dp_addr *addr, uint16_t *port);
void middlebox_asked(struct middlebox *m, int64_t now_us);

/* Take the answer to a control probe. @open: it was a SYN-ACK. */
enum middlebox_event middlebox_answer(struct middlebox *m, const struct dp_addr *addr,
                                      uint16_t port, bool open);

/* Ask the hosts that were silent for too long again, or clear them. True: the host in *@addr is
 * MIDDLEBOX_CLEARED; call again. False: no more are due. */
bool middlebox_settle(struct middlebox *m, int64_t now_us, struct dp_addr *addr);

/* What was checked and found so far. Pure. */
void middlebox_stats(const struct middlebox *m, struct middlebox_stats *out);

#endif
