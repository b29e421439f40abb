/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dp_conn.h - connections of the dataplane's own TCP: by the scan's own way, without the kernel.
 *
 * The owner dials a target or takes the offer that the answer to a probe is, says bytes and gets events.
 * Only a scan with dp_scan_config.conns has them, and only while its workers run. Control thread;
 * nothing blocks.
 */
#ifndef SONDE_DP_CONN_H
#define SONDE_DP_CONN_H

#include "dp_types.h"

struct dp;

enum {
	DP_CONN_ATTEMPTS = 4,  /* ranges of source ports for connections that are dialled */
	DP_CONN_PORTS = 65536, /* bits of dp_scan_config.never */
	DP_CONN_BYTES = 2040,  /* of a slab */
	DP_CONN_WHY = 288,
};

enum dp_conn_kind {
	/* A SYN-ACK came, and nothing was sent since: say, listen or close within 0.9 s. Later ones
	 * are reset. */
	DP_CONN_OFFER = 1,
	DP_CONN_DATA, /* the next bytes of the peer: dp_conn_data(), then dp_conn_return() */
	DP_CONN_SENT, /* the peer has acknowledged some bytes */
	DP_CONN_FIN,  /* the peer has ended; behind its last data */
	DP_CONN_DEAD, /* the connection is gone */
	/* answers to dp_conn_dial() */
	DP_CONN_REFUSED,
	DP_CONN_UNREACHED,
};

/* Why a connection died. */
enum dp_conn_end { DP_CONN_RESET = 1, DP_CONN_UNANSWERED, DP_CONN_LATE, DP_CONN_OVERFLOW };

struct dp_conn_id {
	uint32_t conn; /* not 0; a number of its worker, which is not used again soon */
	uint32_t worker;
};

struct dp_conn_event {
	struct dp_conn_id id; /* not of DP_CONN_REFUSED and DP_CONN_UNREACHED */
	uint8_t kind;         /* enum dp_conn_kind */
	uint8_t end;          /* enum dp_conn_end; DP_CONN_DEAD */
	uint8_t attempt; /* of dp_conn_dial(); DP_CONN_ATTEMPTS: an answer to a probe of the scan */
	uint16_t port;   /* of the target, as @addr; OFFER, DEAD, REFUSED, UNREACHED */
	uint32_t slab;   /* DATA; private */
	uint32_t len;    /* bytes; DATA, SENT */
	uint32_t rtt_us; /* OFFER; 0 = not known */
	struct dp_addr addr;
};

/* Whether a scan over @dp can have connections: nobody else answers for its addresses. If not, @why
 * says what stands in the way. Pure. */
bool dp_conn_possible(const struct dp *dp, char why[DP_CONN_WHY]);

/* Send a SYN to a target of the scan, at any port, from the range of source ports @attempt. It obeys
 * scope, caps, pace and pauses as all probes do. Nothing is sent again: dial again. Returns 0, -EAGAIN
 * (too many wait), -EINVAL (no target of the scan) or -ENOTCONN (no workers run). */
int dp_conn_dial(struct dp *dp, const struct dp_addr *addr, uint16_t port, unsigned attempt);

/* Move up to @n events, each worker's oldest first, into @out. Returns how many. */
unsigned dp_conn_events(struct dp *dp, struct dp_conn_event *out, unsigned n);

/* The bytes of DP_CONN_DATA, *@len of them; valid until dp_conn_return(). */
const void *dp_conn_data(const struct dp *dp, const struct dp_conn_event *e, size_t *len);
/* Give the bytes back: the peer may send as many more. */
void dp_conn_return(struct dp *dp, const struct dp_conn_event *e);

/* Say up to @len bytes. Returns how many were taken; the rest has to wait for DP_CONN_SENT. The first
 * call takes the offer. At most 16 KiB of a connection may wait for their acknowledgment; the owner
 * counts them. */
size_t dp_conn_say(struct dp *dp, const struct dp_conn_id *id, const void *data, size_t len);
/* Take the offer, and say nothing yet. */
void dp_conn_listen(struct dp *dp, const struct dp_conn_id *id);
/* End a connection by a RST, or behind what was said by a FIN. */
void dp_conn_close(struct dp *dp, const struct dp_conn_id *id, bool fin);

/* How many connections there may be at once, at most. */
unsigned dp_conn_most(const struct dp *dp);

#endif
