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
#include "neigh6.h"
#include "pace.h"
#include "probe.h"
#include "responder.h"
#include "scope.h"
#include "walk.h"

struct rte_mbuf;
struct rte_mempool;
struct rte_ring;
struct slots;

/* Time stamps without a system call: both ends of one measurement, taken by the control thread. */
struct worker_clock {
	uint64_t base_tsc;
	uint64_t base_us; /* since 1970 */
	uint64_t hz;
	double us_per_tick;
};

/* What the control thread says to all workers, and the little they tell one another. */
struct worker_shared {
	/* written by control; pairs with the workers' reads in follow_orders() */
	_Alignas(64) _Atomic double worker_pps; /* of each worker */
	_Atomic uint32_t rate_turn;             /* counts up after worker_pps has changed */
	_Atomic bool paused;
	_Atomic bool link_down;
	_Atomic bool stop_sending;
	_Atomic bool quit;
	struct scope_cell deny;
	/* written by workers */
	/* workers that still have probes; grows where a link went down */
	_Alignas(64) _Atomic uint32_t sending;
	_Atomic uint32_t running;
	/* 0 until the last probe is out; then when the cooldown is over */
	_Atomic uint64_t end_tsc;
};

enum { WORKER_RESETS = 64 };

/* What a buffer's fields are set to before it is sent: struct rte_mbuf from rearm_data on. */
typedef uint64_t worker_fresh __attribute__((vector_size(16), aligned(16), may_alias));

struct worker {
	/* set before launch, read-only afterwards */
	uint16_t port_id;
	uint16_t queue_id;
	bool want_closed;
	uint16_t passes; /* of the walk; beyond them are those of dp_extra() */
	const struct dp_known_open *known_open; /* NULL = none; not owned */
	bool resets;                            /* end with a RST what a SYN-ACK leaves half open */
	bool responds; /* the address is ours alone: answer ARP and echo for it */
	uint64_t cooldown_ticks;
	const struct probe *probe;
	const struct neigh *neigh;
	const struct neigh6 *neigh6;
	struct responder_self own; /* with @responds */
	struct rte_mempool *pool;  /* not owned */
	struct rte_ring *results;  /* SP: this worker; SC: control. Not owned. */
	/* for what answers carry; NULL: the probe's answers carry nothing */
	struct slots *slots;
	struct worker_shared *shared;
	struct worker_clock clock;
	struct walk walk;
	worker_fresh fresh[2];
	bool wide; /* the CPU stores both at once */
	/* this worker's own */
	struct pace pace;
	struct caps *caps;   /* NULL = none; not owned */
	uint64_t held_until; /* by a cap, in ticks */
	struct dedup dedup;
	double pps;
	unsigned chunk; /* probes worth a burst at this rate */
	uint32_t rate_turn;
	uint64_t step;       /* steps of the walk done */
	unsigned span_steps; /* steps that the burst in hand stands for */
	unsigned span_denied;
	unsigned burst_first; /* of the burst in hand: the next mbuf to hand over */
	unsigned burst_count; /* 0 = none in hand */
	struct rte_mbuf *burst[PROBE_BURST];
	uint64_t burst_epoch; /* of the deny list that it was built under */
	/* ends of connections that wait to be sent together */
	struct rte_mbuf *reset[WORKER_RESETS];
	unsigned reset_count;
	uint64_t reset_tsc;  /* since when */
	bool sending;        /* the walk is not at its end */
	bool extras;         /* extra probes may still be sent */
	bool counted;        /* among shared->sending */
	uint64_t stop_tsc;   /* when it was told to stop sending */
	unsigned stop_turns; /* since then, with a burst in hand */
	bool was_paused;
	bool was_down;
	uint64_t mark_tsc;  /* when safe_step and mark_step last moved */
	uint64_t mark_step; /* where the walk stood then */
	/* and one LINK_LAG_MS before: what came earlier has been answered */
	uint64_t safe_step;
	struct scope_reader reader;
	struct extra extra;
	struct counters counters; /* others may read a stale value */
};

static inline uint64_t worker_now_us(const struct worker *w, uint64_t tsc)
{
	return w->clock.base_us +
	       (uint64_t)((double)(tsc - w->clock.base_tsc) * w->clock.us_per_tick);
}

#endif
