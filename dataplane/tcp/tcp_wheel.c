/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_wheel.c - the timers of all connections, one each. Hot.
 *
 * A connection stays in its slot when its timer is put off, which happens with nearly every segment:
 * the wheel looks at the true time when the slot comes up.
 */
#include "tcp_impl.h"

static uint32_t *slot_of(struct tcp_wheel *w, uint32_t wake)
{
	if (wake - w->at < WHEEL_FAR_MS)
		return &w->near[wake / WHEEL_MS % WHEEL_SLOTS];
	return &w->far[wake / WHEEL_FAR_MS % WHEEL_SLOTS];
}

static void link_at(struct tcp *t, struct tcb *c, uint32_t wake)
{
	struct tcp_wheel *w = &t->wheel;
	uint32_t *slot, number = tcb_number(t, c);

	/* Nothing is put into the slot that is being emptied, nor farther than the wheel reaches. */
	if ((int32_t)(wake - w->at) < WHEEL_MS)
		wake = w->at + WHEEL_MS;
	if (wake - w->at >= (WHEEL_SLOTS - 1) * (uint32_t)WHEEL_FAR_MS)
		wake = w->at + (WHEEL_SLOTS - 1) * (uint32_t)WHEEL_FAR_MS;
	slot = slot_of(w, wake);
	c->wake = wake;
	c->prev = 0;
	c->next = *slot;
	if (*slot != 0)
		t->tcb[*slot].prev = number;
	*slot = number;
	c->flags |= TCB_LINKED;
}

void tcp_wheel_drop(struct tcp *t, struct tcb *c)
{
	uint32_t number = tcb_number(t, c);

	if (!(c->flags & TCB_LINKED))
		return;
	c->flags &= (uint16_t)~TCB_LINKED;
	if (c->next != 0)
		t->tcb[c->next].prev = c->prev;
	if (c->prev != 0) {
		t->tcb[c->prev].next = c->next;
		return;
	}
	/* The first of its slot: a slot of either level may hold it. */
	if (t->wheel.near[c->wake / WHEEL_MS % WHEEL_SLOTS] == number)
		t->wheel.near[c->wake / WHEEL_MS % WHEEL_SLOTS] = c->next;
	else
		t->wheel.far[c->wake / WHEEL_FAR_MS % WHEEL_SLOTS] = c->next;
}

void tcp_wheel_set(struct tcp *t, struct tcb *c, enum tcb_timer timer, uint32_t ms)
{
	c->timer = (uint8_t)timer;
	c->due = t->now_ms + ms;
	if (timer == TIMER_NONE)
		return;
	if (!t->wheel.turns) {
		t->wheel.at = t->now_ms / WHEEL_MS * WHEEL_MS;
		t->wheel.turns = true;
	}
	if (c->flags & TCB_LINKED) {
		if ((int32_t)(c->wake - c->due) <= 0)
			return;
		tcp_wheel_drop(t, c);
	}
	link_at(t, c, c->due);
}

/* Spread the slot of the far level whose second has begun over the near level. */
static void cascade(struct tcp *t)
{
	uint32_t *slot = &t->wheel.far[t->wheel.at / WHEEL_FAR_MS % WHEEL_SLOTS];
	uint32_t number = *slot;

	*slot = 0;
	while (number != 0) {
		struct tcb *c = &t->tcb[number];

		number = c->next;
		link_at(t, c, c->wake);
	}
}

/* Take the first of the slot at hand. NULL: the slot is empty. */
static struct tcb *take(struct tcp *t)
{
	uint32_t number = t->wheel.near[t->wheel.at / WHEEL_MS % WHEEL_SLOTS];

	if (number == 0)
		return NULL;
	tcp_wheel_drop(t, &t->tcb[number]);
	return &t->tcb[number];
}

struct tcb *tcp_wheel_due(struct tcp *t)
{
	struct tcp_wheel *w = &t->wheel;
	struct tcb *c;

	while (w->turns && (int32_t)(t->now_ms - w->at) >= 0) {
		c = take(t);
		if (c == NULL) {
			if (t->now_ms - w->at < WHEEL_MS)
				return NULL;
			w->at += WHEEL_MS;
			if (w->at % WHEEL_FAR_MS == 0)
				cascade(t);
			continue;
		}
		if (c->timer == TIMER_NONE)
			continue;
		if ((int32_t)(t->now_ms - c->due) >= 0)
			return c;
		link_at(t, c, c->due);
	}
	return NULL;
}
