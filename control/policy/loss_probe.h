/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loss_probe.h - open ports that are probed over and over, to see whether answers get lost.
 *
 * Each port is asked at most every 400 ms. A probe without an answer after 300 ms is lost. Answers,
 * too, are counted only after 300 ms, so that a new rate is not judged by its quick answers alone.
 * One thread, no clock; times are monotonic microseconds.
 */
#ifndef SONDE_LOSS_PROBE_H
#define SONDE_LOSS_PROBE_H

#include <stdbool.h>

#include "dp_types.h"

enum { LOSS_PROBES = 256, LOSS_PROBE_WAIT_US = 300000 };

struct loss_probe {
	struct dp_addr addr;
	uint16_t port;
	bool waiting, answered;
	int64_t sent_us;
};

struct loss_probes {
	struct loss_probe list[LOSS_PROBES];
	unsigned count, next;
	/* the ports that are waited for, in the order of asking; each is in it once at most */
	unsigned asked[LOSS_PROBES];
	unsigned head, tail; /* count up; the ring has the places from @tail to @head */
};

/* Add an open port. Ports beyond LOSS_PROBES are ignored. */
void loss_probe_add(struct loss_probes *s, const struct dp_addr *addr, uint16_t port);

/* The next port to ask at @now_us; NULL: none is due. Owned by @s. loss_probe_asked() says that it
 * was asked. */
const struct loss_probe *loss_probe_due(struct loss_probes *s, int64_t now_us);
void loss_probe_asked(struct loss_probes *s, const struct loss_probe *one, int64_t now_us);

/* Note an answer of a port. If @rtt_us is 300 ms or more, the answer belongs to an earlier probe
 * and is ignored; 0 = not known. */
void loss_probe_answer(struct loss_probes *s, const struct dp_addr *addr, uint16_t port,
                       uint32_t rtt_us);

/* Take the oldest probe that was sent at least 300 ms ago. Returns false if there is none, else
 * when it was sent and whether its answer was lost. */
bool loss_probe_take(struct loss_probes *s, int64_t now_us, int64_t *sent_us, bool *lost);

#endif
