/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_wheel.h - a wheel of timers: setting one and taking one that is due cost the same, however many
 * there are.
 *
 * A timer is due up to GRAB_WHEEL_TICK_US late, and never early. One that is set anew for later stays
 * where it is until its slot comes; so a deadline that moves with each event costs next to nothing.
 * Pure: time is an argument, in microseconds.
 */
#ifndef SONDE_GRAB_WHEEL_H
#define SONDE_GRAB_WHEEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

enum { GRAB_WHEEL_SLOTS = 1024, GRAB_WHEEL_TICK_US = 10000 };

struct grab_timer {
	LIST_ENTRY(grab_timer) in; /* a slot */
	uint64_t at_us;
	uint64_t slot; /* 0: it is not set */
};

LIST_HEAD(grab_timers, grab_timer);

struct grab_wheel {
	uint64_t at; /* slots before it are empty */
	struct grab_timers slots[GRAB_WHEEL_SLOTS];
};

void grab_wheel_init(struct grab_wheel *w, uint64_t now_us);
/* Let @t, which is zeroed or was used with @w, be due at @at_us. The caller owns its memory, and keeps
 * it until the timer is due or unset. */
void grab_wheel_set(struct grab_wheel *w, struct grab_timer *t, uint64_t at_us);
void grab_wheel_unset(struct grab_timer *t);
/* Take out a timer that is due at @now_us; NULL: none is. */
struct grab_timer *grab_wheel_due(struct grab_wheel *w, uint64_t now_us);

#endif
