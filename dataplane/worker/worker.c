/* SPDX-License-Identifier: Apache-2.0 */
/* worker.c - the loop of one lcore. Hot. */
#include "worker.h"

#include <rte_branch_prediction.h>
#include <rte_cycles.h>

#include "conns.h"
#include "idle_sleep.h"
#include "post.h"
#include "rx.h"
#include "tx.h"

enum {
	SLOW_PPS = 100000, /* below this a worker sleeps when nothing is due */
	BURSTS_A_SECOND = 10000,
	IDLE_SLEEP_US = 200,       /* 2048 descriptors fill in this time at 10 Mpps */
	IDLE_SLEEP_LONG_US = 1000, /* paused, or waiting for late replies */
	/* while a scan ends, a burst that the NIC does not take is given up after this time */
	GIVE_UP_MS = 100,
	/* ... but not before it was offered this often: a worker may have slept all the time */
	GIVE_UP_TURNS = 100,
	IDLE_TURNS = 16, /* empty turns before the first sleep */
};

static void take_rate(struct worker *w, uint64_t tsc)
{
	double chunk;

	w->rate_turn = atomic_load_explicit(&w->shared->rate_turn, memory_order_acquire);
	w->pps = atomic_load_explicit(&w->shared->worker_pps, memory_order_relaxed);
	pace_set(&w->pace, w->pps, tsc);
	chunk = w->pps / BURSTS_A_SECOND;
	w->chunk = chunk < 1 ? 1 : chunk > PROBE_BURST ? PROBE_BURST : (unsigned)chunk;
}

/*
 * Go back to an earlier place of the walk: the probes sent since then have to be sent again. After
 * an order to stop, the place is kept for a later scan, and nothing is sent. A walk that has just
 * ended begins again.
 */
static void go_back(struct worker *w)
{
	const struct worker_place *to = &w->back;

	if (to->step < w->step) {
		tx_abandon(w);
		counter_add(&w->counters.again, w->step - to->step);
		w->step = to->step;
		w->sending = true;
		__atomic_store_n(&w->counters.skipped_scope, to->skipped_scope, __ATOMIC_RELAXED);
		__atomic_store_n(&w->counters.skipped_noroute, to->skipped_noroute,
		                 __ATOMIC_RELAXED);
		__atomic_store_n(&w->counters.steps, w->step, __ATOMIC_RELEASE);
	}
	atomic_store_explicit(&w->back_turn,
	                      atomic_load_explicit(&w->shared->back_turn, memory_order_relaxed),
	                      memory_order_release);
}

/* Follow the control thread's orders. Returns whether probes may be sent in this turn. */
static bool follow_orders(struct worker *w, uint64_t tsc)
{
	struct worker_shared *s = w->shared;

	if (unlikely(atomic_load_explicit(&s->rate_turn, memory_order_relaxed) != w->rate_turn))
		take_rate(w, tsc);
	if (unlikely(atomic_load_explicit(&s->back_turn, memory_order_acquire) !=
	             atomic_load_explicit(&w->back_turn, memory_order_relaxed)))
		go_back(w);
	if (unlikely(atomic_load_explicit(&s->stop_sending, memory_order_relaxed))) {
		w->extras = false;
		if (w->sending) {
			w->stop_tsc = tsc;
			w->stop_turns = 0;
		}
		w->sending = false;
	}
	if (unlikely(atomic_load_explicit(&s->link_down, memory_order_relaxed) ||
	             atomic_load_explicit(&s->gateway_silent, memory_order_relaxed) ||
	             atomic_load_explicit(&s->paused, memory_order_relaxed))) {
		w->was_paused = true;
		return false;
	}
	if (unlikely(w->was_paused)) {
		w->was_paused = false;
		pace_skip(&w->pace, tsc);
	}
	return w->sending || (w->extras && extra_count(&w->extra) > 0) || extra_count(&w->dial) > 0;
}

/* Send the control thread's questions to next hops, one in a turn. */
static void send_question(struct worker *w)
{
	const struct post_frame *f = post_first(&w->post->out);

	if (f == NULL)
		return;
	tx_frame(w, f->bytes, f->len);
	post_drop(&w->post->out);
}

/* This worker's last probe is out; the last worker of all starts the cooldown. */
static void stop_sending(struct worker *w, uint64_t tsc)
{
	tx_abandon(w);
	scope_leave(&w->reader);
	w->counted = false;
	if (atomic_fetch_sub(&w->shared->sending, 1) == 1)
		atomic_store(&w->shared->end_tsc, tsc + w->cooldown_ticks);
}

/* The worker sends again, because it went back: there is no cooldown yet. */
static void start_again(struct worker *w)
{
	w->counted = true;
	atomic_fetch_add(&w->shared->sending, 1);
	atomic_store(&w->shared->end_tsc, 0);
}

/* Keep the number of sending workers up to date. A burst in hand is still sent, unless the NIC does
 * not take it. */
static void follow_end(struct worker *w, uint64_t tsc)
{
	if (w->sending)
		start_again(w);
	else if (w->burst_count == 0 || (++w->stop_turns > GIVE_UP_TURNS &&
	                                 tsc - w->stop_tsc > w->clock.hz / 1000 * GIVE_UP_MS))
		stop_sending(w, tsc);
}

static bool over(const struct worker *w, uint64_t tsc)
{
	uint64_t end = atomic_load_explicit(&w->shared->end_tsc, memory_order_relaxed);

	return end != 0 && tsc >= end &&
	       atomic_load_explicit(&w->shared->sending, memory_order_relaxed) == 0 &&
	       !atomic_load_explicit(&w->shared->lingers, memory_order_relaxed);
}

static void idle(struct worker *w, bool may_send, uint64_t tsc)
{
	uint64_t ticks, us;

	if (!may_send) {
		scope_leave(&w->reader);
		idle_sleep(IDLE_SLEEP_LONG_US);
		return;
	}
	ticks = tsc < w->held_until ? w->held_until - tsc : 0;
	if ((w->pps >= SLOW_PPS && ticks == 0) || w->burst_count > 0)
		return;
	if (ticks == 0)
		ticks = pace_wait(&w->pace, tsc, w->chunk);
	us = (uint64_t)((double)ticks * w->clock.us_per_tick);
	if (us == 0)
		return;
	scope_leave(&w->reader);
	idle_sleep(us < IDLE_SLEEP_US ? us : IDLE_SLEEP_US);
}

int worker_run(void *arg)
{
	struct worker *w = arg;
	struct worker_shared *s = w->shared;
	unsigned idle_turns = 0;
	uint64_t tsc = rte_rdtsc();

	tx_init(w);
	pace_init(&w->pace, (double)w->clock.hz, 1, 0.005, tsc);
	take_rate(w, tsc);
	w->sending = w->extras = w->counted = true;
	w->mix = tsc | 1; /* not 0, which the generator would keep */
	while (!atomic_load_explicit(&s->quit, memory_order_relaxed)) {
		bool may_send;
		unsigned did;

		tsc = rte_rdtsc();
		may_send = follow_orders(w, tsc);
		did = may_send || w->burst_count > 0 ? tx_step(w, tsc) : 0;
		did += rx_step(w, tsc);
		if (unlikely(w->conns != NULL))
			did += conns_turn(w, tsc);
		rx_end_turn(w, tsc, did == 0);
		if (unlikely(w->post != NULL))
			send_question(w);
		if (unlikely(w->sending != w->counted))
			follow_end(w, tsc);
		if (unlikely(over(w, tsc)))
			break;
		idle_turns = did ? 0 : idle_turns + 1;
		if (idle_turns > IDLE_TURNS)
			idle(w, may_send, tsc);
	}
	if (w->conns != NULL)
		conns_end(w, tsc);
	rx_end_turn(w, tsc, true);
	tx_abandon(w);
	scope_leave(&w->reader);
	atomic_fetch_sub(&s->running, 1);
	return 0;
}
