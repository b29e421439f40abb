/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conns.h - the connections of a worker: its TCP (tcp.h), the control thread's orders, the events.
 *
 * Two rings of one producer and one consumer each. No ring is ever found full: an offer is made only if
 * there is room for all events that may follow, and orders are bounded by connections and slabs.
 */
#ifndef SONDE_CONNS_H
#define SONDE_CONNS_H

#include "classify.h"
#include "tcp.h"

struct rte_mbuf;
struct rte_ring;
struct worker;

enum {
	CONNS = 1 << 16,
	CONNS_RX_SLABS = 1 << 14,
	CONNS_TX_SLABS = 1 << 12,
	CONNS_RING = 1 << 18,
	/* what live connections and lent slabs may still have to tell */
	CONNS_RESERVE = 2 * CONNS + CONNS_RX_SLABS + CONNS_TX_SLABS,
	CONNS_OUT = 32,
};
static_assert(CONNS_RESERVE < CONNS_RING, "there is room for offers");

/* Beside enum tcp_event_kind: answers to SYNs that began no connection. */
enum { CONNS_REFUSED = 16, CONNS_UNREACHED };

enum conns_order_kind { CONNS_SAY = 1, CONNS_LISTEN, CONNS_RETURN, CONNS_CLOSE, CONNS_FINISH };

struct conns_order {
	uint32_t conn;
	uint32_t slab; /* CONNS_SAY, CONNS_RETURN */
	uint32_t kind; /* enum conns_order_kind */
};

struct conns {
	/* set before launch */
	struct tcp *tcp;
	struct rte_ring *orders; /* control fills it */
	struct rte_ring *events; /* the worker fills it */
	const uint64_t *never;   /* [1024] ports of which no SYN-ACK is kept; NULL = none */
	/* the worker's */
	struct rte_mbuf *taken; /* the frame that is being built */
	struct rte_mbuf *out[CONNS_OUT];
	unsigned out_count;
	uint64_t tick_us;
	/* control's: the slabs that it may fill */
	_Alignas(64) uint32_t spare[CONNS_TX_SLABS];
	uint32_t spare_count;
};

/* Make the connections of @w, which has its probe and own addresses. @mac: own; @secret: of the scan.
 * NULL: no memory. Control thread, before the launch. */
struct conns_config {
	struct worker *worker;
	const struct dp_addr *own;
	unsigned own_count;
	const uint8_t *mac;
	const uint8_t *secret;
	const uint64_t *never;
	uint16_t vlan;
	uint32_t ts_offset;
};
struct conns *conns_new(const struct conns_config *c);
void conns_free(struct conns *c); /* NULL is fine */

/* What frames and events need of the worker. */
extern const struct tcp_ops conns_ops;

/* Take the segments and ICMP errors of connections out of a burst: their verdict becomes
 * CLASSIFY_TAKEN. A segment of a connection that there is not is turned into a RST. Worker. */
void conns_take(struct worker *w, uint64_t tsc, struct rte_mbuf **m, struct classify_batch *b);

/* Offer the answers of the burst that may become connections. @wanted: bit i: result i is delivered.
 * Returns the results whose SYN-ACK is kept: bit i: it is not to be reset. Worker. */
uint64_t conns_offer(struct worker *w, uint64_t tsc, const struct classify_batch *b,
                     uint64_t wanted);

/* Follow orders, do what is due, send. Returns how much was done. Worker. */
unsigned conns_turn(struct worker *w, uint64_t tsc);

/* Reset all connections: the worker ends. */
void conns_end(struct worker *w, uint64_t tsc);

#endif
