/* SPDX-License-Identifier: Apache-2.0 */
/* tcp.c - orders, timers and the end of connections. Hot. */
#include "tcp_impl.h"

enum {
	LAST_MS = 3000,   /* how long a FIN is followed */
	LISTEN_MS = 1000, /* after which the bare ACK of the handshake is sent again */
};

void tcp_touch(struct tcp *t, struct tcb *c)
{
	if (c->flags & TCB_TOUCHED)
		return;
	c->flags |= TCB_TOUCHED;
	c->touched = t->touched;
	t->touched = tcb_number(t, c);
}

void tcp_tell(struct tcp *t, const struct tcb *c, enum tcp_event_kind kind, uint32_t slab)
{
	struct tcp_event e = {.conn = tcb_conn(t, c), .slab = slab, .kind = (uint8_t)kind};

	if (kind == TCP_OFFER) {
		e.pass = c->pass;
		e.port = c->port;
		e.own_port = c->own_port;
		e.rtt_us = c->srtt8 * 125u;
		memcpy(e.addr.b, c->addr, 16);
	}
	t->ops->event(t->arg, &e);
}

/* Free a connection and all that it has. */
static void release(struct tcp *t, struct tcb *c)
{
	tcp_send_drop(t, c);
	tcp_chain_free(t, &c->ready);
	tcp_chain_free(t, &c->early);
	tcp_wheel_drop(t, c);
	tcp_table_drop(t, c);
}

void tcp_die(struct tcp *t, struct tcb *c, enum tcp_end why)
{
	bool told = c->state != TCB_LAST;
	struct tcp_event e = {
		.conn = tcb_conn(t, c), .kind = TCP_DEAD, .end = (uint8_t)why, .resent = c->resent};

	if (told) /* what the peer said before is still to be read */
		tcp_receive_hand_over(t, c, true);
	release(t, c);
	if (told)
		t->ops->event(t->arg, &e);
}

static struct tcb *find(struct tcp *t, uint32_t conn)
{
	uint32_t number = conn & ((1u << 21) - 1);
	struct tcb *c;

	if (number == 0 || number > t->conns)
		return NULL;
	c = &t->tcb[number];
	return c->state == TCB_FREE || tcb_conn(t, c) != conn ? NULL : c;
}

static void append(struct tcp *t, struct tcb *c, uint32_t slab)
{
	struct tcp_slab *s = &t->slab[slab];
	uint32_t *at = &c->said;

	while (*at != 0)
		at = &t->slab[*at].next;
	*at = slab;
	s->next = 0;
	s->start = 0;
	c->snd_end = (uint16_t)(c->snd_end + s->len);
}

/* The owner takes the offer. */
static void open_up(struct tcb *c)
{
	if (c->state != TCB_WAIT)
		return;
	c->state = TCB_OPEN;
	c->timer = TIMER_NONE;
}

void tcp_say(struct tcp *t, uint32_t conn, uint32_t slab, uint64_t now_us)
{
	struct tcp_event unused = {.conn = conn, .slab = slab, .kind = TCP_SENT};
	struct tcb *c = find(t, conn);

	tcp_at(t, now_us);
	if (c == NULL || c->state == TCB_LAST || t->slab[slab].len == 0) {
		t->ops->event(t->arg, &unused);
		return;
	}
	append(t, c, slab);
	if (c->snd_end > TCP_QUEUE_MAX) {
		tcp_emit_reset(t, c);
		tcp_die(t, c, TCP_END_OVERFLOW);
		return;
	}
	open_up(c);
	if (c->timer == TIMER_LISTEN)
		c->timer = TIMER_NONE;
	tcp_send(t, c);
}

void tcp_listen(struct tcp *t, uint32_t conn, uint64_t now_us)
{
	struct tcb *c = find(t, conn);

	tcp_at(t, now_us);
	if (c == NULL || c->state != TCB_WAIT)
		return;
	open_up(c);
	tcp_emit(t, c, 0, 0, 0);
	tcp_wheel_set(t, c, TIMER_LISTEN, LISTEN_MS);
}

void tcp_return(struct tcp *t, uint32_t conn, uint32_t slab, uint64_t now_us)
{
	uint16_t len = t->slab[slab].len;
	struct tcb *c = find(t, conn);

	tcp_at(t, now_us);
	tcp_slab_free(t, slab);
	if (c == NULL || c->lent == 0)
		return;
	c->lent--;
	c->held = (uint16_t)(c->held - len);
	/* RFC 9293 3.8.6.2.2 (MUST-39): the window is told when half of it is free again. */
	if (seq_diff(tcp_receive_edge(c), c->rcv_adv) >= TCP_WINDOW_MAX / 2 &&
	    c->state == TCB_OPEN && !(c->flags & TCB_PEER_FIN))
		c->flags |= TCB_ACK;
	tcp_touch(t, c);
}

/* No timer of a connection that was closed goes beyond its end. */
static void limit_last(struct tcp *t, struct tcb *c)
{
	int32_t left = seq_diff(c->timed_at, t->now_ms);

	if (c->state == TCB_LAST && (c->timer == TIMER_NONE || seq_diff(c->due, c->timed_at) > 0))
		tcp_wheel_set(t, c, TIMER_LAST, left > 0 ? (uint32_t)left : 0);
}

static void begin_last(struct tcp *t, struct tcb *c)
{
	tcp_chain_free(t, &c->ready);
	tcp_chain_free(t, &c->early);
	c->early_len = 0;
	c->state = TCB_LAST;
	c->timed_at = t->now_ms + LAST_MS;
	c->flags |= TCB_FIN;
	c->snd_end++;
	c->timer = TIMER_NONE;
	tcp_send(t, c);
	limit_last(t, c);
}

void tcp_close(struct tcp *t, uint32_t conn, bool fin, uint64_t now_us)
{
	struct tcb *c = find(t, conn);

	tcp_at(t, now_us);
	if (c == NULL || c->state == TCB_LAST)
		return;
	/* Data that nobody has read are lost: the peer is to know (RFC 9293 3.10.4, RFC 2525 2.17). */
	if (fin && c->state == TCB_OPEN && c->ready == 0 && c->snd_end < UINT16_MAX) {
		begin_last(t, c);
		return;
	}
	tcp_emit_reset(t, c);
	release(t, c);
}

unsigned tcp_abort(struct tcp *t, unsigned n, uint64_t now_us)
{
	unsigned done = 0;

	tcp_at(t, now_us);
	for (uint32_t i = 1; i <= t->conns && done < n && t->stats.live > 0; i++) {
		struct tcb *c = &t->tcb[i];

		if (c->state == TCB_FREE)
			continue;
		tcp_emit_reset(t, c);
		tcp_die(t, c, TCP_END_LATE);
		done++;
	}
	return done;
}

/* What is to be done for a connection behind a burst. */
static void settle(struct tcp *t, struct tcb *c)
{
	if (c->state == TCB_FREE)
		return;
	if (c->state == TCB_OPEN) {
		tcp_receive_hand_over(t, c, (c->flags & TCB_PEER_FIN) != 0);
		if ((c->flags & (TCB_PEER_FIN | TCB_TOLD_FIN)) == TCB_PEER_FIN) {
			c->flags |= TCB_TOLD_FIN;
			tcp_tell(t, c, TCP_FIN, 0);
		}
	}
	if (c->flags & TCB_ACK)
		tcp_emit(t, c, c->snd_max, 0, 0);
	limit_last(t, c);
}

void tcp_flush(struct tcp *t, uint64_t now_us)
{
	tcp_at(t, now_us);
	while (t->touched != 0) {
		struct tcb *c = &t->tcb[t->touched];

		t->touched = c->touched;
		c->flags &= (uint16_t)~TCB_TOUCHED;
		settle(t, c);
	}
}

/* The timer of @c is due. */
static void fire(struct tcp *t, struct tcb *c)
{
	enum tcb_timer timer = c->timer;

	c->timer = TIMER_NONE;
	if (c->state == TCB_LAST && seq_diff(t->now_ms, c->timed_at) >= 0) {
		release(t, c);
		return;
	}
	if (timer == TIMER_HOLD) {
		tcp_emit_reset(t, c);
		tcp_die(t, c, TCP_END_LATE);
	} else if (timer == TIMER_LISTEN) {
		if (!(c->flags & (TCB_HEARD | TCB_PEER_FIN)))
			tcp_emit(t, c, c->snd_max, 0, 0);
	} else if (timer >= TIMER_TAIL && timer <= TIMER_PERSIST && c->snd_end > 0) {
		if (!tcp_send_due(t, c, timer)) {
			tcp_emit_reset(t, c);
			tcp_die(t, c, TCP_END_UNANSWERED);
			return;
		}
	}
	limit_last(t, c);
}

void tcp_tick(struct tcp *t, uint64_t now_us)
{
	struct tcb *c;

	tcp_at(t, now_us);
	while ((c = tcp_wheel_due(t)) != NULL)
		fire(t, c);
}

void tcp_read_stats(const struct tcp *t, struct tcp_stats *out)
{
	*out = t->stats;
}
