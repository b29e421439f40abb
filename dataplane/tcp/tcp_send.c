/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_send.c - what is said: windows, acknowledgments, and what is sent again. Hot. */
#include "tcp_impl.h"

enum {
	RTO_MIN = 1000, /* RFC 6298 2.4 */
	RTO_MAX = 60000,
	RTT_MAX = 8000,   /* what fits into srtt8 */
	RETRIES_MAX = 6,  /* R2 (RFC 9293 3.8.3): two minutes */
	TAIL_DELAY = 200, /* the ACK of a single segment may wait so long (RFC 8985, 7.2) */
};

static void set_rto(struct tcb *c)
{
	uint32_t rto = c->srtt8 / 8u + (c->rttvar4 > 1 ? c->rttvar4 : 1u);

	c->rto = (uint16_t)(rto < RTO_MIN ? RTO_MIN : rto > RTO_MAX ? RTO_MAX : rto);
}

/* RFC 6298 2.2 */
void tcp_send_first_rtt(struct tcb *c, uint32_t rtt_ms)
{
	uint32_t r = rtt_ms < 1 ? 1 : rtt_ms > RTT_MAX ? RTT_MAX : rtt_ms;

	c->srtt8 = (uint16_t)(r * 8);
	c->rttvar4 = (uint16_t)(r * 2);
	set_rto(c);
}

/* RFC 6298 2.3 */
static void take_rtt(struct tcb *c, uint32_t rtt_ms)
{
	uint32_t r = rtt_ms < 1 ? 1 : rtt_ms > RTT_MAX ? RTT_MAX : rtt_ms, off;

	if (c->srtt8 == 0) {
		tcp_send_first_rtt(c, r);
		return;
	}
	off = r * 8 > c->srtt8 ? r * 8 - c->srtt8 : c->srtt8 - r * 8;
	c->rttvar4 = (uint16_t)(c->rttvar4 - c->rttvar4 / 4 + off / 8);
	c->srtt8 = (uint16_t)(c->srtt8 - c->srtt8 / 8 + r);
	set_rto(c);
}

/* Start the timer for what is in flight, if it does not run. A tail loss probe comes before the first
 * retransmission; it needs a peer that understands SACK, and a measured round trip. */
static void arm(struct tcp *t, struct tcb *c)
{
	uint32_t tail = c->srtt8 / 4u + TAIL_DELAY;

	if (c->snd_max == 0 || c->timer == TIMER_RESEND || c->timer == TIMER_TAIL)
		return;
	if ((c->flags & TCB_SACKS) && !(c->flags & TCB_TAIL_SENT) && c->srtt8 != 0 &&
	    c->retries == 0 && tail < c->rto)
		tcp_wheel_set(t, c, TIMER_TAIL, tail);
	else
		tcp_wheel_set(t, c, TIMER_RESEND, c->rto);
}

/* How much data may follow snd_nxt in one segment now. */
static uint32_t allowance(const struct tcb *c)
{
	uint32_t window = (uint32_t)c->cwnd * tcb_room(c), n;

	window = window < c->snd_wnd ? window : c->snd_wnd;
	if (c->snd_nxt >= window || c->snd_nxt >= tcb_data_end(c))
		return 0;
	n = window - c->snd_nxt;
	if (n > tcb_room(c))
		n = tcb_room(c);
	if (n > tcb_data_end(c) - c->snd_nxt)
		n = tcb_data_end(c) - c->snd_nxt;
	/* RFC 9293 3.8.6.2.1 (MUST-38): no silly windows, unless the timer overrides that. */
	if (n < tcb_room(c) && n < tcb_data_end(c) - c->snd_nxt && n < c->snd_most / 2u)
		return 0;
	return n;
}

/* Time the segment that ends at the offset @end, unless another one is timed or it was sent before
 * (Karn's algorithm, RFC 6298 3). */
static void time_it(const struct tcp *t, struct tcb *c, uint32_t end)
{
	if ((c->flags & TCB_STAMPS) || c->timed_at != 0 || c->state != TCB_OPEN ||
	    end <= c->snd_max)
		return;
	c->timed_at = t->now_ms | 1;
	c->timed_seq = c->snd_una + end;
}

/* Send one segment from snd_nxt on. */
static void send_one(struct tcp *t, struct tcb *c, uint32_t n, bool fin)
{
	uint32_t end = c->snd_nxt + n + fin;
	uint8_t flags = fin ? PACKET_FIN : 0;

	if (n > 0 && c->snd_nxt + n == tcb_data_end(c))
		flags |= PACKET_PSH;
	tcp_emit(t, c, c->snd_nxt, n, flags);
	if (c->snd_nxt < c->snd_max) {
		t->stats.resent++;
		c->resent += c->resent < UINT8_MAX;
		c->timed_at = c->state == TCB_OPEN ? 0 : c->timed_at;
	} else {
		time_it(t, c, end);
	}
	c->snd_nxt = (uint16_t)end;
	if (c->snd_max < c->snd_nxt)
		c->snd_max = c->snd_nxt;
}

void tcp_send(struct tcp *t, struct tcb *c)
{
	while (c->snd_nxt < c->snd_end) {
		uint32_t n = allowance(c);
		bool fin = (c->flags & TCB_FIN) && c->snd_nxt + n == tcb_data_end(c);

		if (n == 0 && !fin)
			break;
		send_one(t, c, n, fin);
	}
	if (c->snd_end == 0 || (c->snd_wnd > 0 && c->snd_max > 0))
		arm(t, c);
	else if (c->timer != TIMER_PERSIST)
		tcp_wheel_set(t, c, TIMER_PERSIST, c->rto);
}

static void tell_sent(struct tcp *t, const struct tcb *c, uint32_t number)
{
	tcp_tell(t, c, TCP_SENT, number);
}

/* Take @n acknowledged bytes off the queue. */
static void drop_said(struct tcp *t, struct tcb *c, uint32_t n)
{
	while (n > 0 && c->said != 0) {
		struct tcp_slab *s = &t->slab[c->said];
		uint32_t have = s->len - s->start, number = c->said;

		if (n < have) {
			s->start = (uint16_t)(s->start + n);
			return;
		}
		n -= have;
		c->said = s->next;
		tell_sent(t, c, number);
	}
}

void tcp_send_drop(struct tcp *t, struct tcb *c)
{
	while (c->said != 0) {
		uint32_t number = c->said;

		c->said = t->slab[number].next;
		tell_sent(t, c, number);
	}
}

/* The peer has acknowledged @n further bytes. */
static void advance(struct tcp *t, struct tcb *c, uint32_t n, const struct tcp_segment *s)
{
	uint32_t data = tcb_data_end(c);
	enum { RTT_MOST_US = 120 * 1000 * 1000 };
	uint32_t rtt_us = (uint32_t)t->now_us + t->ts_offset - s->ts_ecr;

	if ((c->flags & TCB_STAMPS) && s->has_stamp && rtt_us <= RTT_MOST_US) {
		take_rtt(c, (rtt_us + 999) / 1000);
	} else if (c->timed_at != 0 && c->state == TCB_OPEN &&
	           seq_diff(s->ack, c->timed_seq) >= 0) {
		take_rtt(c, t->now_ms - c->timed_at);
		c->timed_at = 0;
	}
	if (n > data) /* the FIN, too */
		c->flags &= (uint16_t)~TCB_FIN;
	drop_said(t, c, n < data ? n : data);
	c->snd_una += n;
	c->snd_nxt = (uint16_t)(c->snd_nxt > n ? c->snd_nxt - n : 0);
	c->snd_max = (uint16_t)(c->snd_max - n);
	c->snd_end = (uint16_t)(c->snd_end - n);
	c->retries = 0;
	c->flags &= (uint16_t)~TCB_TAIL_SENT;
	if (c->cwnd < TCP_CWND_FIRST)
		c->cwnd++;
	c->timer = TIMER_NONE; /* RFC 6298 5.2, 5.3 */
}

bool tcp_send_acked(struct tcp *t, struct tcb *c, const struct tcp_segment *s)
{
	int32_t n = seq_diff(s->ack, c->snd_una);
	uint32_t wnd = s->window << (c->flags & TCB_SCALES ? c->wscale : 0);

	/* RFC 5961 5.2 */
	if (n > (int32_t)c->snd_max || n < -(int32_t)c->snd_most)
		return false;
	if (n > 0)
		advance(t, c, (uint32_t)n, s);
	if (n < 0 || !(seq_diff(c->snd_wl1, s->seq) < 0 ||
	               (c->snd_wl1 == s->seq && seq_diff(c->snd_wl2, s->ack) <= 0)))
		return true;
	c->snd_wnd = (uint16_t)(wnd > UINT16_MAX ? UINT16_MAX : wnd);
	if (c->snd_most < c->snd_wnd)
		c->snd_most = c->snd_wnd;
	c->snd_wl1 = s->seq;
	c->snd_wl2 = s->ack;
	if (c->snd_wnd > 0 && c->timer == TIMER_PERSIST)
		c->timer = TIMER_NONE;
	return true;
}

void tcp_send_again(struct tcp *t, struct tcb *c)
{
	uint16_t nxt = c->snd_nxt;
	uint32_t n = tcb_data_end(c) < tcb_room(c) ? tcb_data_end(c) : tcb_room(c);

	if (n > c->snd_max)
		n = c->snd_max;
	c->snd_nxt = 0;
	send_one(t, c, n, (c->flags & TCB_FIN) && n == tcb_data_end(c) && c->snd_max > n);
	if (c->snd_nxt < nxt)
		c->snd_nxt = nxt;
}

/* The last segment in flight once more: its ACK or SACK tells what was lost. */
static void probe_tail(struct tcp *t, struct tcb *c)
{
	uint32_t room = tcb_room(c), from = c->snd_max > room ? c->snd_max - room : 0;
	uint16_t nxt = c->snd_nxt;
	uint32_t n = (c->snd_max < tcb_data_end(c) ? c->snd_max : tcb_data_end(c)) - from;

	c->flags |= TCB_TAIL_SENT;
	c->snd_nxt = (uint16_t)from;
	send_one(t, c, n, (c->flags & TCB_FIN) && c->snd_max == c->snd_end);
	if (c->snd_nxt < nxt)
		c->snd_nxt = nxt;
	tcp_wheel_set(t, c, TIMER_RESEND, c->rto);
}

/* One byte into a window that is shut: its ACK tells the window, which may have opened unheard. Into
 * a window that is only small goes what fits. */
static void probe_window(struct tcp *t, struct tcb *c)
{
	uint32_t n = c->snd_wnd > 0 ? c->snd_wnd : 1, end;

	n = n < tcb_room(c) ? n : tcb_room(c);
	n = n < tcb_data_end(c) ? n : tcb_data_end(c);
	end = n > 0 ? n : 1; /* nothing but a FIN is left */
	c->rto = (uint16_t)(c->rto * 2u > RTO_MAX ? RTO_MAX : c->rto * 2u);
	tcp_emit(t, c, 0, n, n > 0 ? 0 : PACKET_FIN);
	if (c->snd_max < end) /* it may be accepted */
		c->snd_max = (uint16_t)end;
	tcp_wheel_set(t, c, TIMER_PERSIST, c->rto);
}

bool tcp_send_due(struct tcp *t, struct tcb *c, enum tcb_timer timer)
{
	if (timer == TIMER_TAIL) {
		probe_tail(t, c);
		return true;
	}
	if (timer == TIMER_PERSIST || c->snd_wnd == 0) {
		probe_window(t, c);
		return true;
	}
	if (++c->retries > RETRIES_MAX)
		return false;
	c->rto = (uint16_t)(c->rto * 2u > RTO_MAX ? RTO_MAX : c->rto * 2u); /* RFC 6298 5.5 */
	c->cwnd = 1;
	c->snd_nxt = 0;
	tcp_send(t, c);
	return true;
}
