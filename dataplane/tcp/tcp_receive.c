/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_receive.c - what the peer says: in order to the owner, and one interval out of order. Hot.
 *
 * Of bytes that come twice, the first ones count. The owner has at most one slab that is not full, so
 * that a peer which sends single bytes fills no more slabs than one that sends much.
 */
#include "tcp_impl.h"

uint32_t tcp_receive_edge(const struct tcb *c)
{
	return c->rcv_nxt + TCP_WINDOW_MAX - c->held;
}

/* Cut off what lies before rcv_nxt or beyond the window. Returns whether the segment's FIN is left. */
static bool trim(const struct tcb *c, struct tcp_segment *s)
{
	int32_t old = seq_diff(c->rcv_nxt, s->seq);
	bool fin = (s->flags & PACKET_FIN) != 0;
	uint32_t room;

	if (old > 0) {
		uint32_t n = (uint32_t)old < s->len ? (uint32_t)old : s->len;

		fin = fin && (uint32_t)old <= s->len;
		s->data += n;
		s->len -= n;
		s->seq = c->rcv_nxt;
	}
	room = c->rcv_adv - s->seq;
	if (s->len > room)
		s->len = room;
	return fin && s->len < room;
}

static void take_fin(struct tcp *t, struct tcb *c)
{
	c->rcv_nxt++;
	c->flags |= TCB_PEER_FIN | TCB_ACK;
	tcp_chain_free(t, &c->early);
	c->early_len = 0;
}

/* Append data in order. Returns how much was taken. */
static uint32_t append(struct tcp *t, struct tcb *c, const uint8_t *data, uint32_t len)
{
	uint32_t n = tcp_chain_add(t, &c->ready, data, len);

	c->rcv_nxt += n;
	c->held = (uint16_t)(c->held + n);
	return n;
}

/* The gap before the interval is filled: it is in order now. */
static void join_early(struct tcp *t, struct tcb *c)
{
	tcp_chain_join(t, &c->ready, c->early);
	c->early = 0;
	c->rcv_nxt += c->early_len;
	c->held = (uint16_t)(c->held + c->early_len);
	c->early_len = 0;
	if (c->flags & TCB_EARLY_FIN)
		take_fin(t, c);
}

/* Take what begins at rcv_nxt. */
static void in_order(struct tcp *t, struct tcb *c, const struct tcp_segment *s, bool fin)
{
	uint32_t gap = c->early_len > 0 ? c->early_seq - c->rcv_nxt : UINT32_MAX;
	uint32_t n = s->len < gap ? s->len : gap, beyond;

	if (append(t, c, s->data, n) < n)
		return;
	if (n == gap) {
		beyond = n + c->early_len;
		join_early(t, c);
		if (c->flags & TCB_PEER_FIN)
			return;
		if (beyond >
		    s->len) /* the interval ends behind the segment, and so would its FIN */
			return;
		if (append(t, c, s->data + beyond, s->len - beyond) < s->len - beyond)
			return;
	}
	if (fin)
		take_fin(t, c);
}

/* Keep what lies beyond a gap, if it begins the interval or continues it. */
static void out_of_order(struct tcp *t, struct tcb *c, const struct tcp_segment *s, bool fin)
{
	uint32_t skip = 0, n;

	if (c->early_len == 0) {
		c->early_seq = s->seq;
		c->flags &= (uint16_t)~TCB_EARLY_FIN;
	} else {
		int32_t behind = seq_diff(c->early_seq + c->early_len, s->seq);

		if (behind < 0 || seq_diff(s->seq, c->early_seq) < 0)
			return;
		skip = (uint32_t)behind;
	}
	if (skip > s->len || (c->flags & TCB_EARLY_FIN && c->early_len > 0))
		return;
	n = tcp_chain_add(t, &c->early, s->data + skip, s->len - skip);
	c->early_len = (uint16_t)(c->early_len + n);
	if (fin && n == s->len - skip && c->early_len > 0)
		c->flags |= TCB_EARLY_FIN;
}

void tcp_receive(struct tcp *t, struct tcb *c, const struct tcp_segment *segment)
{
	struct tcp_segment s = *segment;
	bool fin;

	if (s.len == 0 && !(s.flags & PACKET_FIN))
		return;
	c->flags |= TCB_ACK;
	if (c->flags & TCB_PEER_FIN)
		return;
	fin = trim(c, &s);
	if (s.len > 0)
		c->flags |= TCB_HEARD;
	if (s.seq == c->rcv_nxt)
		in_order(t, c, &s, fin);
	else
		out_of_order(t, c, &s, fin);
}

void tcp_receive_hand_over(struct tcp *t, struct tcb *c, bool all)
{
	while (c->ready != 0) {
		uint32_t number = c->ready;
		const struct tcp_slab *s = &t->slab[number];

		if (!all && c->lent > 0 && s->next == 0 && s->len < TCP_SLAB_BYTES)
			return;
		c->ready = s->next;
		c->lent++;
		tcp_tell(t, c, TCP_DATA, number);
	}
}
