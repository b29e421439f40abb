/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - samples of where a scan's workers stood, and which of them has its answers.
 *
 * A checkpoint that a crash leaves behind must not be ahead of the answers: what it counts as
 * probed is not probed again. A sample is settled when the answers to its probes have had their
 * time and are with the writer. That time follows the slowest answers of late, within bounds: a
 * sample that is too old costs second probes. In the first window nothing is known of them (the
 * slow ones come last), so it is the longest. Pure; times are monotonic microseconds.
 */
#ifndef SONDE_PROGRESS_H
#define SONDE_PROGRESS_H

#include "dp.h"
#include "dp_types.h"

enum {
	PROGRESS_SAMPLES = 128,
	PROGRESS_LAG_US = 400000, /* a probe that old has its answer, or none soon */
	/* with the ways of a checkpoint: less than a second is probed again */
	PROGRESS_LAG_MAX_US = 550000,
	PROGRESS_WINDOW_US = 10000000, /* for one or two of these an answer is of late */
};

struct progress_sample {
	int64_t time_us;
	uint64_t progress[DP_MAX_WORKERS];
	unsigned workers;
	uint64_t skipped_scope, skipped_noroute; /* of the positions before it */
};

struct progress {
	struct progress_sample ring[PROGRESS_SAMPLES];
	unsigned count;                 /* made so far */
	int64_t window_us;              /* when the window at hand began; 0 = none has */
	bool measured;                  /* a window is over */
	uint32_t slowest_us, before_us; /* round trips: in this window, in the one before */
};

/* Add *@now, the newest. Where a worker has gone back, the older ones go back with it. */
void progress_add(struct progress *m, const struct progress_sample *now);

/* An answer took @rtt_us. */
void progress_answer(struct progress *m, uint32_t rtt_us, int64_t now_us);

/* How old a sample must be. */
int64_t progress_lag_us(const struct progress *m);

/* The newest sample whose answers are with the writer, which has all that had come by @emptied_us;
 * NULL: none. */
const struct progress_sample *progress_settled(const struct progress *m, int64_t emptied_us);

#endif
