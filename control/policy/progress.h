/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - samples of the positions of a scan's workers, and which of them are settled.
 *
 * A checkpoint must not be ahead of the answers: after a crash, the targets that it counts as
 * probed are not probed again. A sample is settled when the answers to its probes have had time to
 * arrive and have been handed to the writer. That time follows the slowest recent answers, within
 * bounds: the older the sample, the more targets are probed a second time. In the first window no
 * slow answers are known (they come last), so the longest time applies. Pure; times are monotonic
 * microseconds.
 */
#ifndef SONDE_PROGRESS_H
#define SONDE_PROGRESS_H

#include "dp.h"
#include "dp_types.h"

enum {
	PROGRESS_SAMPLES = 128,
	/* at least: a probe of that age has its answer, or gets none soon */
	PROGRESS_LAG_US = 400000,
	/* at most: with the delays of a checkpoint, less than a second is probed again */
	PROGRESS_LAG_MAX_US = 550000,
	PROGRESS_WINDOW_US = 10000000, /* an answer counts as recent for one or two windows */
};

struct progress_sample {
	int64_t time_us;
	uint64_t progress[DP_MAX_WORKERS];
	unsigned workers;
	struct dp_stats counters; /* of all runs, when it was taken; only DP_COUNTERS are set */
};

struct progress {
	struct progress_sample ring[PROGRESS_SAMPLES];
	unsigned count;                 /* samples added so far */
	int64_t window_us;              /* when the present window began; 0 = none has */
	bool measured;                  /* the first window is over */
	uint32_t slowest_us, before_us; /* round trips: of this window, of the one before */
};

/* Add *@now, the newest sample. If a worker has moved back, its position in the older samples is
 * lowered, too. */
void progress_add(struct progress *m, const struct progress_sample *now);

/* Note that an answer took @rtt_us. */
void progress_answer(struct progress *m, uint32_t rtt_us, int64_t now_us);

/* The age at which a sample is settled. */
int64_t progress_lag_us(const struct progress *m);

/* The newest settled sample; NULL: none. The writer has all answers that had arrived by
 * @emptied_us. Valid until progress_add(). */
const struct progress_sample *progress_settled(const struct progress *m, int64_t emptied_us);

#endif
