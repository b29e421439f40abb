/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sentinel.h - open ports that are probed over and over, to see whether answers get lost.
 *
 * Each is asked at most every 400 ms. What has no answer after 300 ms is lost; both are counted only then, so
 * that a rate that was just taken up is not judged by its quick answers alone. One thread, no clock.
 */
#ifndef SONDE_SENTINEL_H
#define SONDE_SENTINEL_H

#include <stdbool.h>

#include "dp_types.h"

enum { SENTINELS = 256 };

struct sentinel {
	struct dp_addr addr;
	uint16_t port;
	bool waiting, answered;
	uint32_t turn;    /* the rate's at which it was asked */
	int64_t sent_us;  /* monotonic */
};

struct sentinels {
	struct sentinel list[SENTINELS];
	unsigned count, next;
	uint32_t turn;
	uint64_t answered, lost; /* of this turn */
};

/* A port that is open; beyond SENTINELS they are ignored. */
void sentinel_add(struct sentinels *s, const struct dp_addr *addr, uint16_t port);

/* The next one to ask at @now_us, marked as asked; NULL: none is due. */
const struct sentinel *sentinel_due(struct sentinels *s, int64_t now_us);
/* It could not be asked after all. */
void sentinel_undo(struct sentinels *s, const struct sentinel *one);

/* An answer; @rtt_us tells an echo of an earlier probe, 0 = not known. */
void sentinel_answer(struct sentinels *s, const struct dp_addr *addr, uint16_t port, uint32_t rtt_us);

/* Count those whose time is over. */
void sentinel_settle(struct sentinels *s, int64_t now_us);

/* The rate changed: count from 0. */
void sentinel_turn(struct sentinels *s);

#endif
