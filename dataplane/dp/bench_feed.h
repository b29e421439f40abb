/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_feed.h - received traffic for benchmarks: frames that lie ready in buffers of their own.
 *
 * A buffer keeps its frame from one use to the next, so that handing it over costs what a driver's
 * reception costs: a buffer from the pool and a few fields of it. Only what the receiver has
 * written on, the SYN-ACKs that became RSTs, is copied anew. The pool is first in, first out, so
 * that all frames come by in turn.
 */
#ifndef SONDE_BENCH_FEED_H
#define SONDE_BENCH_FEED_H

#include "probe.h"

struct rte_mbuf;
struct rte_mempool;

/* Of 100 frames each; the rest is noise: answers to somebody else, other protocols, bad lengths. */
struct bench_mix {
	unsigned open;
	unsigned closed;
	unsigned unreachable;
};

enum { BENCH_FEED_BUFFERS = (1 << 14) - 1, BENCH_FEED_FRAME = 80 };

struct bench_feed {
	struct rte_mempool *pool;
	uint8_t (*frame)[BENCH_FEED_FRAME]; /* [BENCH_FEED_BUFFERS], as they were made */
	uint64_t given;                     /* frames handed over */
	uint64_t limit;                     /* frames to be handed over at most, as of now */
	uint64_t answers;                   /* different valid ones among the buffers */
};

/* Fill buffers with @mix of answers to @probe's first probes. 0 or -ENOMEM. */
int bench_feed_init(struct bench_feed *f, unsigned id, const struct probe *probe,
                    const struct bench_mix *mix);
void bench_feed_fini(struct bench_feed *f);

/* A reception callback (rte_rx_callback_fn) that hands over frames; @arg is a struct bench_feed. */
uint16_t bench_feed_burst(uint16_t port, uint16_t queue, struct rte_mbuf **m, uint16_t n,
                          uint16_t max, void *arg);

#endif
