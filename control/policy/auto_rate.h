/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auto_rate.h - finds the rate that the network carries.
 *
 * Pure: the input is how many probes to known open ports were answered, the output is a rate. The
 * share that stays unanswered at low rates is the baseline. The rate begins low and doubles while
 * the share stays at the baseline. When more probes are lost, the rate at which answers still
 * arrived is the capacity of the path; the rate then stays a little below it, rises a little now
 * and then, and falls again when that costs answers. Losses do not count while this machine sends
 * far less than the rate asks for, and less than it sent without losses before.
 */
#ifndef SONDE_AUTO_RATE_H
#define SONDE_AUTO_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct auto_signal {
	int64_t now_us;          /* monotonic */
	uint64_t answered, lost; /* of the probes sent since the last change of the rate */
	unsigned known;          /* known open ports that get loss probes */
	double measured_pps;     /* packets a second sent since the last change */
	bool hindered;           /* the throttle keeps the rate down */
};

enum auto_phase { AUTO_CLIMB, AUTO_KEEP };

struct auto_rate {
	enum auto_phase phase;
	double pps;
	double most;    /* never above it; 0 = no limit */
	double loud;    /* the lowest rate that cost answers; 0 = none was */
	double good;    /* the highest rate that was really sent and cost none */
	double carried; /* what the path carried when the rate was too high; 0 = not known */
	uint64_t base_answered, base_lost; /* the baseline */
	int64_t since_us;                  /* of the last change */
	int64_t held_us;                   /* of the last loss that lowered the rate */
	bool losses_seen; /* losses were seen once: they count if they are seen again */
	char reason[96];
};

/* Begin at the first rate. @most: the upper limit in packets a second, 0 = none. @now_us:
 * monotonic. Pure. */
void auto_rate_init(struct auto_rate *a, double most, int64_t now_us);

/* Adapt a->pps to the signal; call it about ten times a second. True: the caller counts answered
 * and lost from 0 again, mostly because a->pps changed. Pure. */
bool auto_rate_update(struct auto_rate *a, const struct auto_signal *s);

#endif
