/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_lap.h - the loops that benchmarks time: a worker's own steps, and the same traffic without
 * them.
 */
#ifndef SONDE_BENCH_LAP_H
#define SONDE_BENCH_LAP_H

#include "bench_feed.h"
#include "worker.h"

struct bench_worker;

/* Moves about @packets packets. Returns how many were sent or, if nothing is sent, received. */
typedef uint64_t (*bench_lap_fn)(struct bench_worker *l, uint64_t packets);

struct bench_worker {
	struct worker w;
	struct bench_feed feed;
	const struct rte_eth_rxtx_callback *callback; /* calls the feed; belongs to the port */
	/* of the current lap */
	bench_lap_fn lap;
	uint64_t packets; /* in: wanted; out: moved */
	double seconds;   /* out: CPU time of this thread */
};

enum { BENCH_HIT_DIVISOR = 10 }; /* duplex: one answer for this many probes */

/* The laps: workers' code that sends, receives, or does both, and the floor of each, which moves
 * the same packets and does nothing else. */
uint64_t bench_send(struct bench_worker *l, uint64_t packets);
uint64_t bench_send_floor(struct bench_worker *l, uint64_t packets);
uint64_t bench_receive(struct bench_worker *l, uint64_t packets);
uint64_t bench_receive_floor(struct bench_worker *l, uint64_t packets);
uint64_t bench_duplex(struct bench_worker *l, uint64_t packets);
uint64_t bench_duplex_floor(struct bench_worker *l, uint64_t packets);

/* An lcore's function: time the lap of the struct bench_worker at @arg. */
int bench_lap(void *arg);

#endif
