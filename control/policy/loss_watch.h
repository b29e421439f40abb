/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loss_watch.h - finds out when more answers are lost than usual, and since when.
 *
 * Two kinds of evidence: single probes whose answer is expected, and the share of new open ports in
 * a stretch of the walk, which is the same everywhere since the order is random. Both go into a
 * CUSUM test (Page, "Continuous inspection schemes", Biometrika 41, 1954): the log likelihood ratio
 * of "more is lost" against "as usual" is summed up and never falls below 0. A run is the time since
 * the sum was last 0. When a run ends at 0, its probes are added to those that give the usual share
 * of losses. Pure; times are monotonic microseconds.
 */
#ifndef SONDE_LOSS_WATCH_H
#define SONDE_LOSS_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct loss_watch {
	/* what is usual */
	double asked; /* probes */
	double lost;  /* of which stayed without an answer */
	bool frozen;  /* nothing is learnt */
	/* the run */
	double score; /* 0 = there is none */
	double run_asked, run_lost;
	int64_t run_us;   /* when its first probe was sent */
	int64_t first_us; /* when its first lost probe was sent; 0 = none was lost */
	int64_t last_us;  /* when the last probe that was looked at was sent */
};

/* The share of answers that is usually lost; high while little is known. */
double loss_watch_usual(const struct loss_watch *w);

/* A known open port was asked at @sent_us. */
void loss_watch_probe(struct loss_watch *w, int64_t sent_us, bool lost);

/* Whether the run is more than chance. */
bool loss_watch_alarm(const struct loss_watch *w);
/* Whether there is next to no suspicion. */
bool loss_watch_calm(const struct loss_watch *w);

/* The share of the answers that were lost in the run. */
double loss_watch_share(const struct loss_watch *w);
/* When the losses of the run began, at the latest. */
int64_t loss_watch_since(const struct loss_watch *w);

/* End the run. Its evidence is forgotten, or, if @learn, taken for usual. */
void loss_watch_end(struct loss_watch *w, bool learn);

/* The share of new open ports among the probes of the walk. */
struct hit_watch {
	double sent, hits; /* what is usual */
	double score;
	double run_sent, run_hits;
	int64_t run_us; /* when the run began */
};

/* From @from_us on, the walk sent @sent probes to new targets and found @hits open ports. */
void hit_watch_add(struct hit_watch *w, int64_t from_us, uint64_t sent, uint64_t hits);
bool hit_watch_alarm(const struct hit_watch *w);
bool hit_watch_suspects(const struct hit_watch *w); /* half as much as it takes for an alarm */
/* The share of the open ports that the run missed, 0 to 1. */
double hit_watch_share(const struct hit_watch *w);
/* End the run and forget its evidence. */
void hit_watch_end(struct hit_watch *w);

#endif
