/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auto_rate.h - finds the rate that the network carries.
 *
 * Pure: what became of the probes to hosts known to be open goes in, a rate comes out. It begins
 * low and doubles while no more of them stay unanswered than at the low rates: what is lost always
 * is the baseline, not a sign. Where more are lost, what still came through says how much the way
 * carries; the rate stays a little below that, is tried a bit higher now and then, and comes down
 * again where that costs answers. Silence while this machine sends far less than it should, and
 * less than went well before, is the machine's fault: it says nothing.
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

void auto_rate_init(struct auto_rate *a, double most, int64_t now_us);

/* Call it some ten times a second. True: answered and lost count from 0 again, mostly since a->pps
 * changed. */
bool auto_rate_update(struct auto_rate *a, const struct auto_signal *s);

#endif
