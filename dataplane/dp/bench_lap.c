/* SPDX-License-Identifier: Apache-2.0 */
/* bench_lap.c - sends, receives and does both at once, with all the work and with none of it. */
#include "bench_lap.h"

#include <time.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "rx.h"
#include "tx.h"

uint64_t bench_send(struct bench_worker *l, uint64_t packets)
{
	uint64_t first = l->w.counters.sent;

	while (l->w.counters.sent - first < packets)
		tx_step(&l->w, rte_rdtsc());
	return l->w.counters.sent - first;
}

static unsigned send_untouched(struct worker *w)
{
	struct rte_mbuf *m[PROBE_BURST];
	uint16_t sent = 0;

	if (rte_pktmbuf_alloc_bulk(w->pool, m, PROBE_BURST) != 0)
		return 0;
	while (sent < PROBE_BURST)
		sent += rte_eth_tx_burst(w->port_id, w->queue_id, m + sent, PROBE_BURST - sent);
	return PROBE_BURST;
}

uint64_t bench_send_floor(struct bench_worker *l, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += send_untouched(&l->w);
	return done;
}

uint64_t bench_receive(struct bench_worker *l, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += rx_step(&l->w, rte_rdtsc());
	return done;
}

static unsigned receive_unread(struct worker *w)
{
	struct rte_mbuf *m[PROBE_BURST];
	uint16_t n = rte_eth_rx_burst(w->port_id, w->queue_id, m, PROBE_BURST);

	rte_pktmbuf_free_bulk(m, n);
	return n;
}

uint64_t bench_receive_floor(struct bench_worker *l, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += receive_unread(&l->w);
	return done;
}

uint64_t bench_duplex(struct bench_worker *l, uint64_t packets)
{
	uint64_t first = l->w.counters.sent, given = l->feed.given, sent = 0;

	while (sent < packets) {
		uint64_t tsc = rte_rdtsc();

		tx_step(&l->w, tsc);
		sent = l->w.counters.sent - first;
		l->feed.limit = given + sent / BENCH_HIT_DIVISOR;
		rx_step(&l->w, tsc);
		rx_end_turn(&l->w, tsc, false);
	}
	return sent;
}

uint64_t bench_duplex_floor(struct bench_worker *l, uint64_t packets)
{
	uint64_t given = l->feed.given, sent = 0;

	while (sent < packets) {
		sent += send_untouched(&l->w);
		l->feed.limit = given + sent / BENCH_HIT_DIVISOR;
		receive_unread(&l->w);
	}
	return sent;
}

static double core_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int bench_lap(void *arg)
{
	struct bench_worker *l = arg;
	double start;

	l->w.step = 0;
	l->w.sending = true;
	l->feed.limit = UINT64_MAX;
	l->feed.given = 0;
	start = core_seconds();
	l->packets = l->lap(l, l->packets);
	l->seconds = core_seconds() - start;
	return 0;
}
