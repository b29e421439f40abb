/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_state.h - one lcore's share of a scan: a stride of the walk and a queue pair.
 */
#ifndef SONDE_WORKER_STATE_H
#define SONDE_WORKER_STATE_H

#include <stdatomic.h>

#include "caps.h"
#include "counters.h"
#include "dedup.h"
#include "extra.h"
#include "hops.h"
#include "neigh.h"
#include "pace.h"
#include "probe.h"
#include "responder.h"
#include "scope.h"
#include "walk.h"

struct conns;
struct post;
struct rte_mbuf;
struct rte_mempool;
struct rte_ring;
struct slots;

/* Converts the TSC to time without a system call. The control thread has read both clocks at the
 * same moment. */
struct worker_clock {
	uint64_t base_tsc;
	uint64_t base_us; /* since 1970 */
	uint64_t hz;
	double us_per_tick;
};

/* The control thread's orders to all workers, and the few values that workers share. */
struct worker_shared {
	/* written by control; pairs with the workers' reads in follow_orders() */
	_Alignas(64) _Atomic double worker_pps; /* of each worker */
	_Atomic uint32_t rate_turn;             /* incremented after worker_pps has changed */
	_Atomic bool paused;
	_Atomic bool link_down;
	_Atomic bool gateway_silent;
	_Atomic bool stop_sending;
	_Atomic bool lingers; /* the cooldown does not end before this is false again */
	_Atomic bool quit;
	_Atomic uint32_t back_turn; /* incremented after worker.back has changed */
	struct scope_cell deny;
	/* written by workers */
	/* workers that still send probes; grows if a link went down */
	_Alignas(64) _Atomic uint32_t sending;
	_Atomic uint32_t running;
	/* 0 until the last probe is out; then the TSC at which the cooldown is over */
	_Atomic uint64_t end_tsc;
};

/* A place of a worker's walk: its step, and how many targets before it were skipped. */
struct worker_place {
	uint64_t step, skipped_scope, skipped_noroute;
};

enum { WORKER_RESETS = 64 };

/* Half of the values that the fields of an mbuf get before it is sent: struct rte_mbuf from
 * rearm_data on. */
typedef uint64_t worker_fresh __attribute__((vector_size(16), aligned(16), may_alias));

struct worker {
	/* set before launch, read-only afterwards */
	uint16_t port_id;
	uint16_t queue_id;
	bool want_closed;
	uint16_t passes; /* of the walk; higher numbers are those of dp_extra() */
	const struct dp_known_open *known_open; /* NULL = none; not owned */
	/* answer SYN-ACKs with a RST, which ends the half-open connection */
	bool resets;
	/* an address is ours alone: answer ARP, neighbour discovery and echo for it */
	bool responds;
	uint64_t cooldown_ticks;
	const struct probe *probe;
	const struct hops *hops;
	const struct neigh *neigh;
	struct post *post;         /* for the questions to next hops; NULL: sockets are used */
	struct responder_self own; /* used if @responds */
	struct rte_mempool *pool;  /* not owned */
	struct rte_ring *results;  /* this worker fills it, control empties it; not owned */
	/* for the data of answers; NULL: answers to this kind of probe carry none */
	struct slots *slots;
	struct conns *conns; /* connections of our own TCP; NULL: there are none; not owned */
	struct worker_shared *shared;
	struct worker_clock clock;
	struct walk walk;
	worker_fresh fresh[2];
	bool wide; /* the CPU can store both of @fresh at once */
	/* written by this worker */
	struct pace pace;
	struct caps *caps;   /* NULL = none; not owned */
	uint64_t held_until; /* TSC until which a cap forbids to send */
	struct dedup dedup;
	double pps;
	unsigned chunk; /* the fewest probes that are worth a burst at this rate */
	uint32_t rate_turn;
	uint64_t step; /* steps of the walk done */
	/* steps that the burst in hand covers: it was built, and the NIC has not yet taken all of
	 * it */
	unsigned span_steps;
	unsigned span_denied;
	unsigned burst_first;  /* the next mbuf of the burst in hand to hand over */
	unsigned burst_count;  /* 0 = none in hand */
	uint64_t burst_extras; /* bit i: burst[i] is an extra probe */
	uint64_t mix;          /* the state of the random numbers that mix extra probes in */
	struct rte_mbuf *burst[PROBE_BURST];
	uint64_t burst_epoch; /* epoch of the deny list that the burst was checked against */
	/* RSTs that wait to be sent together */
	struct rte_mbuf *reset[WORKER_RESETS];
	unsigned reset_count;
	uint64_t reset_tsc;  /* since when they wait */
	bool sending;        /* the walk is not at its end */
	bool extras;         /* extra probes may still be sent */
	bool counted;        /* counted in shared->sending */
	uint64_t stop_tsc;   /* when it was told to stop sending */
	unsigned stop_turns; /* turns with a burst in hand since then */
	bool was_paused;
	/* the last shared->back_turn that it has followed; pairs with the control thread, which
	 * writes `back` only when all turns have been followed */
	_Atomic uint32_t back_turn;
	/* where to go back to; written by control before it increments shared->back_turn */
	struct worker_place back;
	struct scope_reader reader;
	struct extra extra;
	struct extra dial;        /* targets of dp_conn_dial() */
	struct counters counters; /* others may read a stale value */
};

static inline uint64_t worker_now_us(const struct worker *w, uint64_t tsc)
{
	return w->clock.base_us +
	       (uint64_t)((double)(tsc - w->clock.base_tsc) * w->clock.us_per_tick);
}

#endif
