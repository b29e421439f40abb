/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_feed.h - received traffic for benchmarks: frames that lie ready in buffers of their own.
 *
 * A buffer keeps its frame from one use to the next. So handing it over costs as much as a driver's
 * reception: a buffer from the pool and a few of its fields. Only frames that the receiver has
 * changed, the SYN-ACKs that became RSTs, are copied again. The pool is first in, first out, so
 * that all frames are used in turn.
 */
#ifndef SONDE_BENCH_FEED_H
#define SONDE_BENCH_FEED_H

#include "probe.h"

struct rte_mbuf;
struct rte_mempool;

/* The share of each kind in 100 frames. The rest is noise: answers to somebody else, other
 * protocols, wrong lengths. */
struct bench_mix {
	unsigned open;
	unsigned closed;
	unsigned unreachable;
};

enum { BENCH_FEED_BUFFERS = (1 << 14) - 1, BENCH_FEED_FRAME = 80 };

struct bench_feed {
	struct rte_mempool *pool;
	uint8_t (*frame)[BENCH_FEED_FRAME]; /* [BENCH_FEED_BUFFERS], the unchanged frames */
	uint64_t given;                     /* frames handed over */
	uint64_t limit;                     /* the most frames to hand over */
	uint64_t answers;                   /* number of different valid answers in the buffers */
};

/* Fill buffers with a @mix of answers to the first probes of @probe. Returns 0 or -ENOMEM;
 * bench_feed_fini() frees it in either case. */
int bench_feed_init(struct bench_feed *f, unsigned id, const struct probe *probe,
                    const struct bench_mix *mix);
void bench_feed_fini(struct bench_feed *f);

/* A receive callback (rte_rx_callback_fn) that hands over frames; @arg is a struct bench_feed. */
uint16_t bench_feed_burst(uint16_t port, uint16_t queue, struct rte_mbuf **m, uint16_t n,
                          uint16_t max, void *arg);

#endif
