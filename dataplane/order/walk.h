/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk.h - which positions of the scan's order a worker visits, step by step.
 *
 * Worker w of W in shard I of N begins at position g = I * W + w. Its stride is T = N * W. In each
 * pass it visits the positions g, g + T, g + 2T, ... below n. One pass follows the other, so the
 * second probe of a target leaves a whole pass after the first. A step is one such visit; the
 * number of steps done is the checkpoint. Rate, pauses and restarts do not influence the order. The
 * strides of all workers are disjoint and cover [0, n).
 */
#ifndef SONDE_WALK_H
#define SONDE_WALK_H

#include <stdint.h>

struct walk_config {
	uint64_t n; /* size of the space */
	uint32_t shard;
	uint32_t shards;
	uint32_t worker;
	uint32_t workers;
	uint32_t passes;
};

struct walk {
	uint64_t first;
	uint64_t stride;
	uint64_t count; /* positions of one pass */
	uint64_t steps; /* count x passes */
};

/* @n positions of one pass: first, first + stride, ... */
struct walk_span {
	uint64_t first;
	uint64_t stride;
	unsigned n;
	unsigned pass; /* 0-based */
};

/* Prepare the walk of a worker. Returns 0, -EINVAL (a zero count, shard or worker out of range) or
 * -ERANGE (more than 2^63 steps). Pure. */
int walk_init(struct walk *w, const struct walk_config *c);

/*
 * The positions of steps @step, @step + 1, ...: at most @max of them, fewer at the end of a pass. n
 * is 0 exactly if @step is beyond the last or @max is 0. The caller advances @step by n after it
 * has sent them all. Pure.
 */
struct walk_span walk_span(const struct walk *w, uint64_t step, unsigned max);

#endif
