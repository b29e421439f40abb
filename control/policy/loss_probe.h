/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loss_probe.h - open ports that are probed over and over, to see whether answers get lost.
 *
 * Each port is asked at most every 400 ms. A probe without an answer after 300 ms is lost. Answers,
 * too, are counted only after 300 ms, so that a new rate is not judged by its quick answers alone.
 * One thread, no clock.
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
	uint32_t turn;   /* loss_probes.turn when it was asked */
	int64_t sent_us; /* monotonic */
};

struct loss_probes {
	struct loss_probe list[LOSS_PROBES];
	unsigned count, next;
	uint32_t turn;
	uint64_t answered, lost; /* since the rate last changed */
};

/* Add an open port. Ports beyond LOSS_PROBES are ignored. */
void loss_probe_add(struct loss_probes *s, const struct dp_addr *addr, uint16_t port);

/* The next port to ask at @now_us, which it marks as asked; NULL: none is due. Owned by @s. */
const struct loss_probe *loss_probe_due(struct loss_probes *s, int64_t now_us);
/* Take the mark back: the port could not be asked. */
void loss_probe_undo(struct loss_probes *s, const struct loss_probe *one);

/* Note an answer of a port. If @rtt_us is 300 ms or more, the answer belongs to an earlier probe
 * and is ignored; 0 = not known. */
void loss_probe_answer(struct loss_probes *s, const struct dp_addr *addr, uint16_t port,
                       uint32_t rtt_us);

/* Count the probes that were sent at least 300 ms ago, as answered or lost. */
void loss_probe_settle(struct loss_probes *s, int64_t now_us);

/* The rate changed: count from 0. */
void loss_probe_turn(struct loss_probes *s);

#endif
