/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auto_rate.h - finds the rate that the network carries, and says what has to be sent again.
 *
 * The rate begins low and doubles while no more answers are lost than at the first rate. When more
 * are lost (loss_watch.h), the rate at which answers still arrived is the capacity of the path; the
 * rate then stays a little below it, rises a little now and then, and falls again when that costs
 * answers. Losses do not lower the rate while this machine sends far less than the rate asks for,
 * and less than it sent without losses before. Losses that stay the same while the rate falls to
 * half do not come from the rate: they count as usual from then on.
 *
 * Whatever the reason of the losses: what was sent while they lasted has to be sent again. Pure;
 * times are monotonic microseconds.
 */
#ifndef SONDE_AUTO_RATE_H
#define SONDE_AUTO_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "loss_watch.h"

struct auto_signal {
	int64_t now_us;
	unsigned known;      /* known open ports that get loss probes */
	double measured_pps; /* packets a second sent since auto_rate.since_us */
	bool hindered;       /* the throttle keeps the rate down */
	bool ended;          /* the last probe is out, and its answer had time to arrive */
};

enum auto_phase { AUTO_CLIMB, AUTO_KEEP };

struct auto_rate {
	enum auto_phase phase;
	double pps;
	double most;    /* never above it; 0 = no limit */
	double loud;    /* the lowest rate that cost answers; 0 = none was */
	double good;    /* the highest rate that was really sent and cost none */
	double carried; /* what the path carried when the rate was too high; 0 = not known */
	struct loss_watch probes;
	struct hit_watch hits;
	uint64_t asked;                   /* loss probes that were sent since since_us */
	double recent_asked, recent_lost; /* the newest of them, for an estimate */
	int64_t since_us;    /* of the last change of the rate, or of the last losses */
	int64_t from_us;     /* of the last losses: what was sent before does not count */
	int64_t held_us;     /* of the last loss that lowered the rate */
	int64_t suspect_us;  /* since when answers seem to get lost; 0 = they do not */
	bool lasting;        /* they were lost shortly before as well */
	int64_t incident_us; /* when losses last went away by themselves; 0 = never */
	/* a row of falls: the rate and the share of losses before it; 0 = there is none */
	double fall_pps, fall_share;
	char reason[96];
};

/* Begin at the first rate. @most: the upper limit in packets a second, 0 = none. */
void auto_rate_init(struct auto_rate *a, double most, int64_t now_us);

/* A known open port was asked at @sent_us. What was sent before the last losses does not count. */
void auto_rate_probe(struct auto_rate *a, int64_t sent_us, bool lost);

/* From @from_us on, the walk sent @sent probes to targets that it had not probed before, and @hits
 * open ports were new. Call it about ten times a second. */
void auto_rate_hits(struct auto_rate *a, int64_t from_us, uint64_t sent, uint64_t hits);

/*
 * Adapt a->pps to what was seen; call it about ten times a second. Returns whether a->pps changed.
 * *@again_us becomes the time since when everything has to be sent again, or 0: nothing has.
 */
bool auto_rate_update(struct auto_rate *a, const struct auto_signal *s, int64_t *again_us);

/* No losses are suspected in what was sent before this time; INT64_MAX: none at all are. */
int64_t auto_rate_clean_us(const struct auto_rate *a);

/* The share of answers that is lost at any rate; < 0: not known. */
double auto_rate_usual(const struct auto_rate *a);

#endif
