/* SPDX-License-Identifier: Apache-2.0 */
/* pace.c - a token bucket over the caller's ticks. */
#include "pace.h"

/* The least rate of a scan, shared by 64 workers. */
static const double pps_min = 0.1 / 64;

/* One token to spend, and one to earn while a caller comes late for the first. */
enum { DEPTH_MIN = 2 };

static void credit(struct pace *p, uint64_t now)
{
	/* A clock that steps back by a little (another core's) earns nothing. */
	if ((int64_t)(now - p->last) <= 0)
		return;
	p->tokens += (double)(now - p->last) * p->rate;
	if (p->tokens > p->depth)
		p->tokens = p->depth;
	p->last = now;
}

static void apply(struct pace *p, double pps)
{
	pps = pps >= pps_min ? pps : pps_min;
	p->rate = pps / p->hz;
	p->depth = pps * p->depth_s > DEPTH_MIN ? pps * p->depth_s : DEPTH_MIN;
	if (p->tokens > p->depth)
		p->tokens = p->depth;
}

void pace_init(struct pace *p, double hz, double pps, double depth_s, uint64_t now)
{
	*p = (struct pace){.hz = hz, .depth_s = depth_s, .last = now};
	apply(p, pps);
}

void pace_set(struct pace *p, double pps, uint64_t now)
{
	credit(p, now);
	apply(p, pps);
}

unsigned pace_take(struct pace *p, uint64_t now, unsigned want)
{
	unsigned n;

	credit(p, now);
	n = p->tokens < want ? (unsigned)p->tokens : want;
	p->tokens -= n;
	return n;
}

void pace_return(struct pace *p, unsigned n)
{
	p->tokens += n;
	if (p->tokens > p->depth)
		p->tokens = p->depth;
}

uint64_t pace_wait(const struct pace *p, uint64_t now, unsigned want)
{
	double target = want < p->depth ? want : p->depth;
	uint64_t elapsed = (int64_t)(now - p->last) > 0 ? now - p->last : 0;
	double ticks;

	if (p->tokens >= target)
		return 0;
	ticks = (target - p->tokens) / p->rate;
	if (ticks <= (double)elapsed)
		return 0;
	return (uint64_t)(ticks - (double)elapsed) + 1;
}

void pace_skip(struct pace *p, uint64_t now)
{
	p->last = now;
}
