/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auto_rate.h - finds the rate that the network carries.
 *
 * Pure: the input is how many probes to known open ports were answered, the output is a rate. The
 * share that stays unanswered at low rates is the baseline. The rate begins low and doubles while the
 * share stays at the baseline. When more probes are lost, the rate at which answers still arrived is
 * the capacity of the path; the rate then stays a little below it, rises a little now and then, and
 * falls again when that costs answers. Losses do not count while this machine sends far less than the
 * rate asks for, and less than it sent without losses before.
 */
#ifndef SONDE_AUTO_RATE_H
#define SONDE_AUTO_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct auto_signal {
	int64_t now_us;          /* monotonic */
	uint64_t answered, lost; /* of the probes sent since the last change of the rate */
	unsigned known;          /* hosts that are asked */
	double measured_pps;     /* what was sent in the last moments */
	bool hindered;           /* something on our side keeps the rate down */
};

enum auto_phase { AUTO_CLIMB, AUTO_KEEP };

struct auto_rate {
	enum auto_phase phase;
	double pps;
	double most;    /* never above it; 0 = no limit */
	double loud;    /* the lowest rate that cost answers; 0 = none was */
	double good;    /* the highest rate that was really sent and cost none */
	double carried; /* what the way let through when it was too much; 0 = not known */
	uint64_t base_answered, base_lost; /* where nothing beyond the usual was lost */
	int64_t since_us;                  /* of the last change */
	int64_t held_us;                   /* of the last loss */
	bool losses_seen; /* losses were seen once: they count if they are seen again */
	char reason[96];
};

/* Begin at the first rate; @most: never more packets a second, 0 = no bound. @now_us: monotonic. Pure. */
void auto_rate_init(struct auto_rate *a, double most, int64_t now_us);

/* Call it some ten times a second. True: answered and lost count from 0 again, mostly since a->pps
 * changed. */
bool auto_rate_update(struct auto_rate *a, const struct auto_signal *s);

#endif
