/* SPDX-License-Identifier: Apache-2.0 */
/* auto_rate.c - doubles the rate up to the knee, where answers get lost, then stays below it. */
#include <math.h>
#include <stdio.h>

#include "auto_rate.h"

enum {
	FIRST_PPS = 1000,
	BLIND_PPS = 10000,        /* the default rate: the limit while too few hosts are known */
	KNOWN_MIN = 8,            /* known hosts that it takes to judge losses */
	SAMPLES = 150,            /* probes before a rate is judged */
	SAMPLES_FAIR = 300,       /* the same before a share of losses is estimated */
	SAMPLES_MANY = 600,       /* the same near the knee */
	SETTLE_US = 600000,       /* the shortest stay at a rate */
	PATIENCE_US = 4000000,    /* the longest stay while few hosts are known */
	TRY_US = 10000000,        /* between attempts at a slightly higher rate */
	FORGET_US = 60000000,     /* after which the knee may have moved */
	FORGET_LOW_US = 15000000, /* the same far below a rate that cost nothing before */
	ESTIMATE_US = 1500000,    /* the longest wait for SAMPLES_FAIR */
	REPEAT_US = 8000000,      /* losses that return within this time are no incident */
	SURE = 1000,              /* probes after which the usual share of losses is told */
};

static const double below = 0.92; /* the share of the carried rate to fall back to */
/* the same if a rate that held before loses few answers: short congestion, or nearly the right
 * rate */
static const double nudge = 0.95;
static const double mild = 0.05; /* the share of losses below which nudge applies */
/* a bad rate beyond this factor: the fall was too deep, perhaps; go up by the other one at once */
static const double wide = 1.3, stride = 1.15;
/* below this share of a rate that cost nothing, the losses that lowered it may have been incidents */
static const double low = 0.7;
/* else go up in small steps, to these shares of the lowest bad rate and of the carried one */
static const double step = 1.02, most_of_loud = 0.95, most_of_carried = 1.03;
/* a row of falls that lowered the rate to this share, and left that share of the losses: they do not
 * come from the rate */
static const double futile_rate = 0.55, futile_losses = 0.7;

void auto_rate_init(struct auto_rate *a, double most, int64_t now_us)
{
	*a = (struct auto_rate){.pps = FIRST_PPS, .most = most, .since_us = now_us};
	if (most > 0 && most < a->pps)
		a->pps = most;
	snprintf(a->reason, sizeof(a->reason), "auto: looking for hosts that answer");
}

/* Losses at the first rate are not judged: they are the usual ones. */
static bool is_first(const struct auto_rate *a)
{
	return a->phase == AUTO_CLIMB && a->good == 0;
}

void auto_rate_probe(struct auto_rate *a, int64_t sent_us, bool lost)
{
	if (sent_us < a->from_us)
		return;
	if (sent_us >= a->since_us) {
		a->asked++;
		a->recent_asked++;
		a->recent_lost += lost;
		if (a->recent_asked >= 2 * SAMPLES_FAIR) {
			a->recent_asked /= 2;
			a->recent_lost /= 2;
		}
	}
	if (!is_first(a)) {
		loss_watch_probe(&a->probes, sent_us, lost);
		return;
	}
	a->probes.asked++;
	a->probes.lost += lost;
}

void auto_rate_hits(struct auto_rate *a, int64_t from_us, uint64_t sent, uint64_t hits)
{
	/* Shortly after a change, answers to earlier probes arrive. */
	if (from_us - a->since_us >= SETTLE_US)
		hit_watch_add(&a->hits, from_us, sent, hits);
}

/* Discard the evidence. Only probes sent from now on count. While losses are suspected, the usual
 * share of losses is not updated. */
static void restart(struct auto_rate *a, const struct auto_signal *s)
{
	loss_watch_end(&a->probes, false);
	hit_watch_end(&a->hits);
	a->probes.frozen = a->suspect_us != 0;
	a->asked = 0;
	a->recent_asked = a->recent_lost = 0;
	a->since_us = a->from_us = s->now_us;
}

static bool go(struct auto_rate *a, const struct auto_signal *s, double pps)
{
	bool changed;

	if (a->most > 0 && pps > a->most)
		pps = a->most;
	changed = pps != a->pps;
	a->pps = pps;
	a->asked = 0;
	a->recent_asked = a->recent_lost = 0;
	a->since_us = s->now_us;
	return changed;
}

/* No unusual losses occurred at this rate: count its losses towards the usual share. */
static void learn(struct auto_rate *a, const struct auto_signal *s)
{
	if (s->measured_pps > a->good)
		a->good = s->measured_pps;
	a->fall_pps = 0;
	loss_watch_end(&a->probes, true);
}

static bool is_alarmed(const struct auto_rate *a)
{
	return loss_watch_alarm(&a->probes) || hit_watch_alarm(&a->hits);
}

/* Since when the answers of the present run are lost. */
static int64_t lost_since(const struct auto_rate *a)
{
	int64_t since = loss_watch_since(&a->probes);

	if (hit_watch_alarm(&a->hits) && (!loss_watch_alarm(&a->probes) || a->hits.run_us < since))
		since = a->hits.run_us;
	return since;
}

/* The share of answers that is lost at present. */
static double lost_share(const struct auto_rate *a)
{
	double share = a->recent_asked > 0 ? a->recent_lost / a->recent_asked : 0;

	return hit_watch_alarm(&a->hits) && hit_watch_share(&a->hits) > share
	               ? hit_watch_share(&a->hits)
	               : share;
}

/* Note a fall of the rate. Returns whether the row of falls shows that losses do not come from the
 * rate. */
static bool is_futile(struct auto_rate *a, double rate, double share)
{
	if (a->fall_pps == 0 || share < futile_losses * a->fall_share ||
	    share * futile_losses > a->fall_share) {
		a->fall_pps = rate;
		a->fall_share = share;
	}
	return rate <= futile_rate * a->fall_pps;
}

/* Take the present losses for the usual ones, and go back to the rate before the row of falls. */
static bool accept_losses(struct auto_rate *a, const struct auto_signal *s, double share)
{
	a->probes.asked = a->recent_asked;
	a->probes.lost = a->recent_lost;
	a->hits = (struct hit_watch){.sent = 0};
	a->suspect_us = 0;
	a->loud = a->carried = 0;
	a->pps = a->fall_pps;
	restart(a, s);
	snprintf(a->reason, sizeof(a->reason),
	         "auto: %.1f %% of the known hosts are silent at any rate", share * 100);
	a->fall_pps = 0;
	return true;
}

static bool fall_back(struct auto_rate *a, const struct auto_signal *s, int64_t *again_us)
{
	double rate = s->measured_pps > 0 && s->measured_pps < a->pps ? s->measured_pps : a->pps;
	double share = lost_share(a);
	double part = a->phase == AUTO_KEEP && share < mild ? nudge : below;

	if (is_futile(a, rate, share))
		return accept_losses(a, s, share);
	a->phase = AUTO_KEEP;
	a->incident_us = 0;
	a->held_us = s->now_us;
	a->carried = rate * (1 - share) / (1 - loss_watch_usual(&a->probes));
	if (a->carried < FIRST_PPS)
		a->carried = FIRST_PPS;
	if (a->loud == 0 || rate < a->loud)
		a->loud = rate;
	*again_us = a->suspect_us;
	a->suspect_us = 0;
	restart(a, s);
	snprintf(a->reason, sizeof(a->reason),
	         "auto: at %.0f packets/s %.1f %% of the known hosts fell silent", rate,
	         share * 100);
	return go(a, s, a->carried * part);
}

/* Whether this machine does not reach the rate, so that a higher one would change nothing. */
static bool is_spent(const struct auto_rate *a, const struct auto_signal *s)
{
	return s->measured_pps > 0 && s->measured_pps < 0.85 * a->pps;
}

/* Whether this machine is too busy: it sends less than half of the rate, and less than a rate that
 * is known to be harmless (the best one without losses, or the first one). Losses then have another
 * cause: a lower rate would not help, and they do not belong to the usual ones either. */
static bool is_starved(const struct auto_rate *a, const struct auto_signal *s)
{
	double harmless = a->good > FIRST_PPS ? a->good : FIRST_PPS;

	return s->measured_pps > 0 && s->measured_pps < 0.5 * a->pps && s->measured_pps < harmless;
}

static bool wait_for_us(struct auto_rate *a, const struct auto_signal *s, int64_t *again_us)
{
	snprintf(a->reason, sizeof(a->reason), "auto: this machine is too busy to send as much");
	if (a->suspect_us != 0)
		*again_us = a->suspect_us;
	else if (is_alarmed(a))
		*again_us = lost_since(a);
	a->suspect_us = 0;
	restart(a, s);
	return false;
}

/*
 * More is lost than usual. A short incident hits all hosts that are asked during it, so the first
 * alarm does not lower the rate. It discards the evidence: probes sent from now on show whether the
 * losses last.
 */
static void suspect(struct auto_rate *a, const struct auto_signal *s)
{
	a->suspect_us = lost_since(a);
	a->lasting = a->incident_us != 0 && s->now_us - a->incident_us < REPEAT_US;
	restart(a, s);
}

/* The losses went away by themselves. */
static bool recover(struct auto_rate *a, const struct auto_signal *s, int64_t *again_us)
{
	*again_us = a->suspect_us;
	a->suspect_us = 0;
	a->probes.frozen = false;
	a->incident_us = s->now_us;
	return go(a, s, a->pps);
}

/* Losses are suspected: once their share can be estimated, decide whether they last. */
static bool decide(struct auto_rate *a, const struct auto_signal *s, int64_t *again_us)
{
	int64_t stay = s->now_us - a->since_us;

	if (stay >= SETTLE_US && is_starved(a, s))
		return wait_for_us(a, s, again_us);
	if (a->asked < SAMPLES_FAIR && stay < ESTIMATE_US)
		return false;
	if (a->lasting || is_alarmed(a))
		return fall_back(a, s, again_us);
	if (loss_watch_calm(&a->probes) || stay >= PATIENCE_US)
		return recover(a, s, again_us);
	return false;
}

static bool climb(struct auto_rate *a, const struct auto_signal *s)
{
	learn(a, s);
	if (s->hindered || is_spent(a, s)) {
		snprintf(a->reason, sizeof(a->reason), "auto: this machine sends no faster");
		return go(a, s, a->pps);
	}
	snprintf(a->reason, sizeof(a->reason),
	         a->most > 0 && a->pps >= a->most ? "auto: the most that is allowed"
	                                          : "auto: rising, nothing is lost");
	return go(a, s, a->pps * 2);
}

static bool hold(struct auto_rate *a, const struct auto_signal *s)
{
	int64_t forget_us = a->pps < a->good * low ? FORGET_LOW_US : FORGET_US;

	learn(a, s);
	if (s->now_us - a->held_us >= forget_us) {
		a->held_us = s->now_us;
		a->carried *= 1.25;
		a->loud *= 1.25;
	}
	if (s->hindered || is_spent(a, s))
		return go(a, s, a->pps);
	if (a->pps * wide < a->loud)
		return go(a, s, a->pps * stride);
	if (a->pps * step > a->loud * most_of_loud || a->pps * step > a->carried * most_of_carried)
		return go(a, s, a->pps);
	return go(a, s, a->pps * step);
}

/* Raise the rate, at most to BLIND_PPS, while too few hosts are known to see losses. */
static bool grope(struct auto_rate *a, const struct auto_signal *s)
{
	if (s->now_us - a->since_us < PATIENCE_US / 4 || a->pps >= BLIND_PPS)
		return false;
	snprintf(a->reason, sizeof(a->reason), "auto: too few hosts answer to see losses");
	return go(a, s, a->pps * 2 < BLIND_PPS ? a->pps * 2 : BLIND_PPS);
}

/* The walk is over: if losses are still suspected, have everything sent since then sent again. */
static bool finish(struct auto_rate *a, const struct auto_signal *s, int64_t *again_us)
{
	if (a->suspect_us != 0)
		*again_us = a->suspect_us;
	else if (!loss_watch_calm(&a->probes) || hit_watch_alarm(&a->hits))
		*again_us = lost_since(a);
	a->suspect_us = 0;
	restart(a, s);
	return false;
}

bool auto_rate_update(struct auto_rate *a, const struct auto_signal *s, int64_t *again_us)
{
	uint64_t wanted = a->phase == AUTO_KEEP ? SAMPLES_MANY : SAMPLES;
	int64_t stay = s->now_us - a->since_us;

	*again_us = 0;
	if (s->known < KNOWN_MIN)
		return grope(a, s);
	if (s->ended)
		return finish(a, s, again_us);
	if (a->suspect_us != 0)
		return decide(a, s, again_us);
	if (is_alarmed(a)) {
		suspect(a, s);
		return false;
	}
	if (stay < SETTLE_US || a->asked < 30)
		return false;
	if (is_starved(a, s))
		return wait_for_us(a, s, again_us);
	if (!loss_watch_calm(&a->probes))
		return false;
	if (a->asked < wanted && stay < PATIENCE_US)
		return false;
	if (a->phase == AUTO_CLIMB)
		return climb(a, s);
	/* If the present rate is far below the lowest bad one, look for the knee between them at
	 * once. */
	return stay >= TRY_US || a->pps * wide < a->loud ? hold(a, s) : false;
}

int64_t auto_rate_clean_us(const struct auto_rate *a)
{
	int64_t clean = INT64_MAX;

	if (a->suspect_us != 0)
		return a->suspect_us;
	if (a->probes.first_us != 0)
		clean = loss_watch_since(&a->probes);
	if (hit_watch_suspects(&a->hits) && a->hits.run_us < clean)
		clean = a->hits.run_us;
	return clean;
}

double auto_rate_usual(const struct auto_rate *a)
{
	return a->probes.asked >= SURE ? a->probes.lost / a->probes.asked : -1;
}
