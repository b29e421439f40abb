/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace.h - a token bucket over a clock that the caller reads.
 *
 * Ticks are any monotonic count (the TSC). One owner; no allocation, no system call. After a stall
 * the bucket is worth at most @depth_s seconds of the rate, and never less than two tokens, so that
 * a worker that was not scheduled does not answer with a burst of its whole absence.
 */
#ifndef SONDE_PACE_H
#define SONDE_PACE_H

#include <stdint.h>

struct pace {
	double hz;   /* ticks a second */
	double rate; /* tokens a tick */
	double tokens;
	double depth; /* tokens the bucket holds */
	double depth_s;
	uint64_t last; /* tick up to which tokens are credited */
};

/* An empty bucket at @now. @hz > 0; @pps below 0.1 / 64 is taken as that; @depth_s about 0.002 to
 * 0.01. */
void pace_init(struct pace *p, double hz, double pps, double depth_s, uint64_t now);

/* Change the rate; what was earned so far stays, cut to the new depth. */
void pace_set(struct pace *p, double pps, uint64_t now);

/* Up to @want tokens may be used now: returns how many and takes them. */
unsigned pace_take(struct pace *p, uint64_t now, unsigned want);

/* Give back tokens that were taken and not used (targets that were skipped). */
void pace_return(struct pace *p, unsigned n);

/* Ticks from @now until @want tokens are there (at most a bucketful is waited for); 0 = now. */
uint64_t pace_wait(const struct pace *p, uint64_t now, unsigned want);

/* Forget the time from the last call to @now (after a pause). */
void pace_skip(struct pace *p, uint64_t now);

#endif
