/* SPDX-License-Identifier: Apache-2.0 */
/* auto_rate.c - doubling, and the knee. */
#include <math.h>
#include <stdio.h>

#include "auto_rate.h"

enum {
	FIRST_PPS = 1000,
	BLIND_PPS = 10000,     /* the default rate: as far as it goes while nobody answers */
	KNOWN_MIN = 8,         /* hosts before their silence says anything */
	SAMPLES = 150,         /* probes before a rate is judged */
	SAMPLES_MANY = 600,    /* near the knee */
	SETTLE_US = 600000,    /* the shortest stay at a rate */
	PATIENCE_US = 4000000, /* and the longest while few hosts are known */
	TRY_US = 10000000,     /* between tries of a little more */
	FORGET_US = 60000000,  /* after which the knee may have moved */
};

static const double below = 0.92; /* of what was carried */
/* the same where a rate that held loses a little: a moment's crowd, or nearly right */
static const double nudge = 0.97;
static const double mild = 0.05;   /* a little */
static const double wide = 1.3;    /* between a good and a bad rate: worth a look between them */
static const double margin = 0.02; /* more loss than the usual that few samples let pass */

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

/* Whether so many losses are more than chance and the usual explain: three deviations and the
 * margin, which shrinks as samples gather. */
static bool is_loud(const struct auto_rate *a, const struct auto_signal *s)
{
	double n = (double)(s->answered + s->lost), p = usual(a);
	double more = n <= SAMPLES ? margin : margin * sqrt(SAMPLES / n);

	/* The first rate is the measure of the others. */
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
	/* What was long ago counts less. */
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

/* More than an accident of the moment, which takes all hosts of one tick along. */
static bool is_drastic(const struct auto_signal *s)
{
	return s->lost * 5 > s->answered + s->lost && s->answered + s->lost >= 200;
}

/* Count again at the same rate. */
static bool look_again(struct auto_rate *a, const struct auto_signal *s)
{
	a->losses_seen = true;
	a->since_us = s->now_us;
	return true;
}

/* The rate is not reached: more would change nothing. */
static bool is_spent(const struct auto_rate *a, const struct auto_signal *s)
{
	return s->measured_pps > 0 && s->measured_pps < 0.85 * a->pps;
}

/* Too busy to send half of what it should, and less than what went well or the first rate: whatever
 * gets lost, a lower rate would not help, nor is it what gets lost always. */
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

/* Nobody is known who could fall silent. */
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
	/* Where what is good and what is bad lie far apart, the knee is looked for at once. */
	return stay >= TRY_US || a->pps * wide < a->loud ? hold(a, s) : false;
}
