/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace.h - a token bucket over a clock that the caller reads.
 *
 * Ticks are any monotonic count (the TSC). One owner; no allocation, no system call. The bucket
 * holds the tokens of at most @depth_s seconds, or two tokens if that is more. So a worker that was
 * not scheduled for a while does not follow with a burst for its whole absence.
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
	uint64_t last; /* the tick up to which tokens are credited */
};

/* Make a bucket that is empty at @now. @hz > 0; a rate @pps below 0.1 / 64 counts as that; @depth_s
 * is about 0.002 to 0.01. */
void pace_init(struct pace *p, double hz, double pps, double depth_s, uint64_t now);

/* Change the rate. Tokens earned so far stay, up to the new depth. */
void pace_set(struct pace *p, double pps, uint64_t now);

/* Take up to @want tokens. Returns how many were taken. */
unsigned pace_take(struct pace *p, uint64_t now, unsigned want);

/* Give back tokens that were taken but not used (targets that were skipped). */
void pace_return(struct pace *p, unsigned n);

/* Ticks from @now until the bucket holds @want tokens, or is full if it cannot hold so many; 0 =
 * that is the case at @now. */
uint64_t pace_wait(const struct pace *p, uint64_t now, unsigned want);

/* Earn nothing for the time from the last call to @now (after a pause). */
void pace_skip(struct pace *p, uint64_t now);

#endif
