/* SPDX-License-Identifier: Apache-2.0 */
/* loss_watch.c - the two CUSUM tests for lost answers. */
#include <math.h>

#include "loss_watch.h"

enum { SLACK_US = 50000 };

/* The score at which a run is no chance any more: with undisturbed answers, one run in e^10 gets
 * there. */
static const double alarm_score = 10;
static const double calm_score = 2.5;
/* The loss that is looked for: the usual one and half of it, but at least so much more. */
static const double more_share = 0.5, more_least = 0.005;
/* When the usual share rests on more probes than this, both counts are halved, so that old probes
 * count less. */
static const double remembered = 20000;
/* Hits: the share of missing ports that is looked for, and how many hits must be known first. */
static const double missing_share = 0.2;
static const double hits_least = 200, hits_remembered = 1e6;

double loss_watch_usual(const struct loss_watch *w)
{
	/* One standard deviation above the mean, and more while little is known. */
	return (w->lost + 1 + sqrt(w->lost)) / (w->asked + 20);
}

static void learn(struct loss_watch *w)
{
	w->asked += w->run_asked;
	w->lost += w->run_lost;
	if (w->asked > remembered) {
		w->asked /= 2;
		w->lost /= 2;
	}
}

void loss_watch_end(struct loss_watch *w, bool learns)
{
	if (learns)
		learn(w);
	w->score = w->run_asked = w->run_lost = 0;
	w->first_us = 0;
}

void loss_watch_probe(struct loss_watch *w, int64_t sent_us, bool lost)
{
	double usual = loss_watch_usual(w);
	double more = usual * more_share > more_least ? usual * more_share : more_least;
	double suspected = usual + more < 0.99 ? usual + more : 0.99;

	if (w->run_asked == 0)
		w->run_us = sent_us;
	if (lost && w->first_us == 0)
		w->first_us = sent_us;
	w->run_asked++;
	w->run_lost += lost;
	w->last_us = sent_us;
	w->score += lost ? log(suspected / usual) : log((1 - suspected) / (1 - usual));
	if (w->score <= 0)
		loss_watch_end(w, !w->frozen);
}

bool loss_watch_alarm(const struct loss_watch *w)
{
	return w->score >= alarm_score;
}

bool loss_watch_calm(const struct loss_watch *w)
{
	return w->score < calm_score;
}

double loss_watch_share(const struct loss_watch *w)
{
	return w->run_asked > 0 ? w->run_lost / w->run_asked : 0;
}

int64_t loss_watch_since(const struct loss_watch *w)
{
	double gap = w->run_lost > 0 ? (double)(w->last_us - w->run_us) / w->run_lost : 0;

	/* The first loss that was seen is not the first one: go back by three times the mean time
	 * between two of them, and by what a sender and a clock may be apart. */
	return w->first_us != 0 ? w->first_us - (int64_t)(3 * gap) - SLACK_US : w->last_us;
}

void hit_watch_end(struct hit_watch *w)
{
	w->score = w->run_sent = w->run_hits = 0;
}

void hit_watch_add(struct hit_watch *w, int64_t from_us, uint64_t sent, uint64_t hits)
{
	double expected;

	if (w->run_sent == 0)
		w->run_us = from_us;
	w->run_sent += (double)sent;
	w->run_hits += (double)hits;
	if (w->hits >= hits_least) {
		expected = (double)sent * w->hits / w->sent;
		/* Poisson: log of the likelihood of @hits if a share is missing against none. */
		w->score += (double)hits * log(1 - missing_share) + expected * missing_share;
		if (w->score > 0)
			return;
	}
	w->sent += w->run_sent;
	w->hits += w->run_hits;
	if (w->hits > hits_remembered) {
		w->sent /= 2;
		w->hits /= 2;
	}
	hit_watch_end(w);
}

bool hit_watch_alarm(const struct hit_watch *w)
{
	return w->score >= alarm_score;
}

bool hit_watch_suspects(const struct hit_watch *w)
{
	return w->score >= alarm_score / 2;
}

double hit_watch_share(const struct hit_watch *w)
{
	double expected = w->sent > 0 ? w->run_sent * w->hits / w->sent : 0;

	return expected > w->run_hits ? 1 - w->run_hits / expected : 0;
}
