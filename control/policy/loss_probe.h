/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loss_probe.h - open ports that are probed over and over, to see whether answers get lost.
 *
 * Each is asked at most every 400 ms. What has no answer after 300 ms is lost; both are counted
 * only then, so that a rate that was just taken up is not judged by its quick answers alone. One
 * thread, no clock.
 */
#ifndef SONDE_LOSS_PROBE_H
#define SONDE_LOSS_PROBE_H

#include <stdbool.h>

#include "dp_types.h"

enum { LOSS_PROBES = 256 };

struct loss_probe {
	struct dp_addr addr;
	uint16_t port;
	bool waiting, answered;
	uint32_t turn;   /* the rate's at which it was asked */
	int64_t sent_us; /* monotonic */
};

struct loss_probes {
	struct loss_probe list[LOSS_PROBES];
	unsigned count, next;
	uint32_t turn;
	uint64_t answered, lost; /* of this turn */
};

/* A port that is open; beyond LOSS_PROBES they are ignored. */
void loss_probe_add(struct loss_probes *s, const struct dp_addr *addr, uint16_t port);

/* The next one to ask at @now_us, marked as asked; NULL: none is due. */
const struct loss_probe *loss_probe_due(struct loss_probes *s, int64_t now_us);
/* It could not be asked after all. */
void loss_probe_undo(struct loss_probes *s, const struct loss_probe *one);

/* An answer; @rtt_us tells an echo of an earlier probe, 0 = not known. */
void loss_probe_answer(struct loss_probes *s, const struct dp_addr *addr, uint16_t port,
                       uint32_t rtt_us);

/* Count those whose time is over. */
void loss_probe_settle(struct loss_probes *s, int64_t now_us);

/* The rate changed: count from 0. */
void loss_probe_turn(struct loss_probes *s);

#endif
