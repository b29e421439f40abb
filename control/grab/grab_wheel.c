/* SPDX-License-Identifier: Apache-2.0 */
/* grab_wheel.c - timers in the slots of a wheel. */
#include "grab_wheel.h"

#include <stddef.h>

/* Slot numbers begin at 1, since 0 stands for a timer that is not set. */
static uint64_t slot_of(uint64_t at_us)
{
	return (at_us + GRAB_WHEEL_TICK_US - 1) / GRAB_WHEEL_TICK_US + 1;
}

void grab_wheel_init(struct grab_wheel *w, uint64_t now_us)
{
	w->at = now_us / GRAB_WHEEL_TICK_US + 1;
	for (size_t i = 0; i < GRAB_WHEEL_SLOTS; i++)
		LIST_INIT(&w->slots[i]);
}

/* What lies beyond the wheel's reach waits in its last slot, and moves on when that comes. */
static void place(struct grab_wheel *w, struct grab_timer *t)
{
	uint64_t slot = slot_of(t->at_us);

	if (slot < w->at)
		slot = w->at;
	if (slot - w->at >= GRAB_WHEEL_SLOTS)
		slot = w->at + GRAB_WHEEL_SLOTS - 1;
	t->slot = slot;
	LIST_INSERT_HEAD(&w->slots[slot % GRAB_WHEEL_SLOTS], t, in);
}

void grab_wheel_set(struct grab_wheel *w, struct grab_timer *t, uint64_t at_us)
{
	t->at_us = at_us;
	if (t->slot != 0 && t->slot <= slot_of(at_us))
		return;
	grab_wheel_unset(t);
	place(w, t);
}

void grab_wheel_unset(struct grab_timer *t)
{
	if (t->slot != 0)
		LIST_REMOVE(t, in);
	t->slot = 0;
}

struct grab_timer *grab_wheel_due(struct grab_wheel *w, uint64_t now_us)
{
	uint64_t now = now_us / GRAB_WHEEL_TICK_US + 1;
	struct grab_timer *t;

	if (now >= GRAB_WHEEL_SLOTS && w->at < now - GRAB_WHEEL_SLOTS)
		w->at = now - GRAB_WHEEL_SLOTS; /* once round the wheel comes to all of them */
	for (; w->at <= now; w->at++) {
		while ((t = LIST_FIRST(&w->slots[w->at % GRAB_WHEEL_SLOTS])) != NULL) {
			grab_wheel_unset(t);
			if (t->at_us <= now_us)
				return t;
			place(w, t);
		}
	}
	return NULL;
}
