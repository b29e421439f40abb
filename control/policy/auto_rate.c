/* SPDX-License-Identifier: Apache-2.0 */
/* auto_rate.c - doubles the rate up to the knee, where answers get lost, then stays below it. */
#include <math.h>
#include <stdio.h>

#include "auto_rate.h"

enum {
	FIRST_PPS = 1000,
	BLIND_PPS = 10000,     /* the default rate: the limit while too few hosts are known */
	KNOWN_MIN = 8,         /* known hosts that it takes to judge losses */
	SAMPLES = 150,         /* probes before a rate is judged */
	SAMPLES_MANY = 600,    /* the same near the knee */
	SETTLE_US = 600000,    /* the shortest stay at a rate */
	PATIENCE_US = 4000000, /* the longest stay while few hosts are known */
	TRY_US = 10000000,     /* between attempts at a slightly higher rate */
	FORGET_US = 60000000,  /* after which the knee may have moved */
};

static const double below = 0.92; /* the share of the carried rate to fall back to */
/* the same if a rate that held before loses few answers: short congestion, or nearly the right
 * rate */
static const double nudge = 0.97;
static const double mild = 0.05; /* the share of losses below which nudge applies */
/* a bad rate beyond this factor: try one between it and the present rate */
static const double wide = 1.3;
/* loss above the baseline that is tolerated while samples are few */
static const double margin = 0.02;

void auto_rate_init(struct auto_rate *a, double most, int64_t now_us)
{
	*a = (struct auto_rate){.pps = FIRST_PPS, .most = most, .since_us = now_us};
	if (most > 0 && most < a->pps)
		a->pps = most;
	snprintf(a->reason, sizeof(a->reason), "auto: looking for hosts that answer");
}

static double usual(const struct auto_rate *a)
{
	return (double)(a->base_lost + 1) / (double)(a->base_answered + a->base_lost + 20);
}

/* Whether more was lost than chance and the baseline explain: more than the baseline, a margin that
 * shrinks as samples gather, and three standard deviations. */
static bool is_loud(const struct auto_rate *a, const struct auto_signal *s)
{
	double n = (double)(s->answered + s->lost), p = usual(a);
	double more = n <= SAMPLES ? margin : margin * sqrt(SAMPLES / n);

	/* Losses at the first rate are not judged: they are the baseline. */
	return a->base_answered + a->base_lost > 0 &&
	       (double)s->lost > n * (p + more) + 3 * sqrt(n * p * (1 - p));
}

static bool go(struct auto_rate *a, const struct auto_signal *s, double pps)
{
	if (a->most > 0 && pps > a->most)
		pps = a->most;
	a->since_us = s->now_us;
	if (pps == a->pps)
		return false;
	a->pps = pps;
	return true;
}

static void learn(struct auto_rate *a, const struct auto_signal *s)
{
	if (s->measured_pps > a->good)
		a->good = s->measured_pps;
	a->base_answered += s->answered;
	a->base_lost += s->lost;
	/* Halve the counts, so that old samples count less. */
	if (a->base_answered + a->base_lost > 20000) {
		a->base_answered /= 2;
		a->base_lost /= 2;
	}
}

static bool fall_back(struct auto_rate *a, const struct auto_signal *s)
{
	double n = (double)(s->answered + s->lost);
	double rate = s->measured_pps < a->pps ? s->measured_pps : a->pps;
	double lost = (double)s->lost / n;
	double part = a->phase == AUTO_KEEP && lost < mild ? nudge : below;

	a->phase = AUTO_KEEP;
	a->losses_seen = false;
	a->held_us = s->now_us;
	a->carried = rate * (1 - lost) / (1 - usual(a));
	if (a->carried < FIRST_PPS)
		a->carried = FIRST_PPS;
	if (a->loud == 0 || rate < a->loud)
		a->loud = rate;
	snprintf(a->reason, sizeof(a->reason),
	         "auto: at %.0f packets/s %.1f %% of the known hosts fell silent", rate,
	         lost * 100);
	return go(a, s, a->carried * part);
}

/* Whether the losses are too many for a short incident, which hits all hosts that were asked in one
 * tick. */
static bool is_drastic(const struct auto_signal *s)
{
	return s->lost * 5 > s->answered + s->lost && s->answered + s->lost >= 200;
}

/* Let the losses be counted again at the same rate. */
static bool look_again(struct auto_rate *a, const struct auto_signal *s)
{
	a->losses_seen = true;
	a->since_us = s->now_us;
	return true;
}

/* Whether this machine does not reach the rate, so that a higher one would change nothing. */
static bool is_spent(const struct auto_rate *a, const struct auto_signal *s)
{
	return s->measured_pps > 0 && s->measured_pps < 0.85 * a->pps;
}

/* Whether this machine is too busy: it sends less than half of the rate, and less than a rate that
 * is known to be harmless (the best one without losses, or the first one). Losses then have another
 * cause: a lower rate would not help, and they do not belong to the baseline either. */
static bool is_starved(const struct auto_rate *a, const struct auto_signal *s)
{
	double harmless = a->good > FIRST_PPS ? a->good : FIRST_PPS;

	return s->measured_pps > 0 && s->measured_pps < 0.5 * a->pps && s->measured_pps < harmless;
}

static bool wait_for_us(struct auto_rate *a, const struct auto_signal *s)
{
	snprintf(a->reason, sizeof(a->reason), "auto: this machine is too busy to send as much");
	a->losses_seen = false;
	a->since_us = s->now_us;
	return true;
}

static bool climb(struct auto_rate *a, const struct auto_signal *s)
{
	learn(a, s);
	if (s->hindered || is_spent(a, s)) {
		snprintf(a->reason, sizeof(a->reason), "auto: this machine sends no faster");
		a->since_us = s->now_us;
		return false;
	}
	snprintf(a->reason, sizeof(a->reason),
	         a->most > 0 && a->pps >= a->most ? "auto: the most that is allowed"
	                                          : "auto: rising, nothing is lost");
	return go(a, s, a->pps * 2);
}

static bool hold(struct auto_rate *a, const struct auto_signal *s)
{
	learn(a, s);
	if (s->now_us - a->held_us >= FORGET_US) {
		a->held_us = s->now_us;
		a->carried *= 1.25;
		a->loud *= 1.25;
	}
	if (s->hindered || is_spent(a, s)) {
		a->since_us = s->now_us;
		return false;
	}
	if (a->pps * wide < a->loud)
		return go(a, s, (a->pps + a->loud) / 2);
	if (a->pps * 1.02 > a->carried * 0.95)
		return go(a, s, a->pps);
	return go(a, s, a->pps * 1.02);
}

/* Raise the rate, at most to BLIND_PPS, while too few hosts are known to see losses. */
static bool grope(struct auto_rate *a, const struct auto_signal *s)
{
	if (s->now_us - a->since_us < PATIENCE_US / 4 || a->pps >= BLIND_PPS)
		return false;
	snprintf(a->reason, sizeof(a->reason), "auto: too few hosts answer to see losses");
	return go(a, s, a->pps * 2 < BLIND_PPS ? a->pps * 2 : BLIND_PPS);
}

bool auto_rate_update(struct auto_rate *a, const struct auto_signal *s)
{
	uint64_t n = s->answered + s->lost, wanted = a->phase == AUTO_KEEP ? SAMPLES_MANY : SAMPLES;
	int64_t stay = s->now_us - a->since_us;

	if (s->known < KNOWN_MIN)
		return grope(a, s);
	if (stay < SETTLE_US || n < 30)
		return false;
	if (is_starved(a, s))
		return wait_for_us(a, s);
	if (n >= 60 && is_loud(a, s))
		return a->losses_seen || is_drastic(s) ? fall_back(a, s) : look_again(a, s);
	if (n < wanted && stay < PATIENCE_US)
		return false;
	a->losses_seen = false;
	if (a->phase == AUTO_CLIMB)
		return climb(a, s);
	/* If the present rate is far below the lowest bad one, look for the knee between them at
	 * once. */
	return stay >= TRY_US || a->pps * wide < a->loud ? hold(a, s) : false;
}
