/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_input.c - judges what comes from the network (RFC 9293 3.10.7.4, RFC 5961, RFC 7323). Hot. */
#include "tcp_impl.h"

enum {
	MSS_MIN = 64, /* who offers less gets this */
	MSS_MAX4 = 1460,
	MSS_MAX6 = 1220, /* with the header within 1280, so that no path is too narrow */
	MSS_NONE4 = 536, /* without the option (RFC 9293 3.7.1) */
	MSS_NONE6 = 1220,
	MSS_PATH4 = 536,  /* no router's word makes segments smaller than this */
	WSCALE_MAX = 14,  /* RFC 7323 2.3 */
	CHALLENGES = 100, /* a second (RFC 5961, 7) */
	RTT_MOST_US = 120 * 1000 * 1000,
	CONTROL = PACKET_SYN | PACKET_ACK | PACKET_RST | PACKET_FIN,
};

static uint16_t clamp_mss(const struct tcp_tuple *k, uint16_t offered)
{
	bool v4 = tcp_is_v4(k->addr);
	uint16_t most = v4 ? MSS_MAX4 : MSS_MAX6, mss = offered;

	if (mss == 0)
		mss = v4 ? MSS_NONE4 : MSS_NONE6;
	return mss < MSS_MIN ? MSS_MIN : mss > most ? most : mss;
}

/* Whether the options of the SYN-ACK permit SACK (RFC 2018, 2). */
static bool permits_sack(const struct packet_options *o)
{
	for (uint32_t order = o->order; order != 0; order >>= 4)
		if ((order & 15) == DP_TCP_OPT_SACK)
			return true;
	return false;
}

static void take_options(const struct tcp *t, struct tcb *c, const struct packet *p,
                         const struct tcp_tuple *k)
{
	struct packet_options o;

	packet_tcp_options(p->options, p->options_len, &o);
	c->mss = clamp_mss(k, o.mss);
	if (o.wscale != UINT8_MAX) {
		c->flags |= TCB_SCALES;
		c->wscale = o.wscale < WSCALE_MAX ? o.wscale : WSCALE_MAX;
	}
	if (permits_sack(&o))
		c->flags |= TCB_SACKS;
	if (o.has_timestamp) {
		c->flags |= TCB_STAMPS;
		c->ts_recent = o.ts_val;
	}
	c->rto = 1000;
	o.ts_ecr = (uint32_t)t->now_us + t->ts_offset - o.ts_ecr;
	if (o.has_timestamp && o.ts_ecr <= RTT_MOST_US)
		tcp_send_first_rtt(c, (o.ts_ecr + 999) / 1000);
}

bool tcp_accept(struct tcp *t, const struct packet *p, uint8_t pass, uint64_t now_us)
{
	struct tcp_tuple k = {.port = p->sport, .own_port = p->dport};
	struct tcb *c;

	tcp_at(t, now_us);
	if (p->window == 0 || !tcp_tuple_of(t, &p->ip, false, &k) || tcp_table_find(t, &k) != NULL)
		return false;
	c = tcp_table_add(t, &k);
	if (c == NULL)
		return false;
	take_options(t, c, p, &k);
	c->state = TCB_WAIT;
	c->pass = pass;
	c->cwnd = TCP_CWND_FIRST;
	c->snd_una = c->snd_wl2 = p->ack;
	c->snd_wnd = c->snd_most = p->window; /* never scaled in a SYN (RFC 7323 2.2) */
	c->snd_wl1 = p->seq;
	c->rcv_nxt = c->rcv_ack = p->seq + 1;
	c->rcv_adv = c->rcv_nxt + t->syn_window;
	t->stats.accepted++;
	tcp_wheel_set(t, c, TIMER_HOLD, t->hold_ms);
	tcp_tell(t, c, TCP_OFFER, 0);
	return true;
}

static void parse(const struct packet *p, struct tcp_segment *s)
{
	struct packet_options o = {.has_timestamp = false};

	if (p->options_len > 0)
		packet_tcp_options(p->options, p->options_len, &o);
	*s = (struct tcp_segment){.seq = p->seq,
	                          .ack = p->ack,
	                          .window = p->window,
	                          .flags = p->flags,
	                          .has_stamp = o.has_timestamp,
	                          .ts_val = o.ts_val,
	                          .ts_ecr = o.ts_ecr,
	                          .data = p->payload,
	                          .len = p->payload_len};
}

/* An ACK by RFC 5961: it makes an honest peer repeat itself with the right number. */
static void challenge(struct tcp *t, struct tcb *c)
{
	uint32_t second = t->now_ms / 1000;

	if (second != t->challenge_second) {
		t->challenge_second = second;
		t->challenge_count = 0;
	}
	if (t->challenge_count == CHALLENGES)
		return;
	t->challenge_count++;
	t->stats.challenges++;
	tcp_emit(t, c, c->snd_max, 0, 0);
}

/* RFC 9293 3.10.7.4, first check, table 6 */
static bool is_acceptable(const struct tcb *c, const struct tcp_segment *s)
{
	uint32_t len = s->len + ((s->flags & PACKET_FIN) != 0) + ((s->flags & PACKET_SYN) != 0);
	uint32_t wnd = c->rcv_adv - c->rcv_nxt;
	uint32_t first = s->seq - c->rcv_nxt, last = first + len - 1;

	if (len == 0)
		return wnd == 0 ? first == 0 : first < wnd;
	return wnd != 0 && (first < wnd || last < wnd);
}

/* PAWS (RFC 7323 5.3, R1, and 3.2: a segment without a timestamp is dropped where both sides send
 * them). */
static bool is_stale(const struct tcb *c, const struct tcp_segment *s)
{
	return (c->flags & TCB_STAMPS) && !(s->flags & PACKET_RST) && s->has_stamp &&
	       seq_diff(s->ts_val, c->ts_recent) < 0;
}

static bool lacks_stamp(const struct tcb *c, const struct tcp_segment *s)
{
	return (c->flags & TCB_STAMPS) && !(s->flags & PACKET_RST) && !s->has_stamp;
}

/* RFC 7323 4.3, (2) */
static void note_stamp(struct tcb *c, const struct tcp_segment *s)
{
	if (s->has_stamp && seq_diff(s->ts_val, c->ts_recent) >= 0 &&
	    seq_diff(s->seq, c->rcv_ack) <= 0)
		c->ts_recent = s->ts_val;
}

/* RFC 5961 3.2 */
static void take_reset(struct tcp *t, struct tcb *c, const struct tcp_segment *s)
{
	uint32_t wnd = c->rcv_adv - c->rcv_nxt;

	if (s->seq == c->rcv_nxt) {
		tcp_die(t, c, TCP_END_RESET);
		return;
	}
	t->stats.refused++;
	if (c->state != TCB_WAIT && s->seq - c->rcv_nxt < wnd)
		challenge(t, c);
}

/* A SYN on a connection (RFC 5961 4.2). The SYN-ACK once more means that the peer lacks our ACK. */
static void take_syn(struct tcp *t, struct tcb *c, const struct tcp_segment *s)
{
	bool repeated = (s->flags & CONTROL) == (PACKET_SYN | PACKET_ACK) &&
	                s->seq + 1 == c->rcv_nxt && !(c->flags & TCB_HEARD);

	t->stats.refused += !repeated;
	if (c->state == TCB_WAIT)
		return;
	if (repeated && c->snd_max > 0 && s->ack == c->snd_una)
		tcp_send_again(t, c);
	else if (repeated)
		c->flags |= TCB_ACK;
	else
		challenge(t, c);
}

/* What comes for a connection whose owner has closed it: data that nobody will read are answered by a
 * RST (RFC 9293 3.6.1, SHLD-3). Returns false if the connection is gone. */
static bool take_last(struct tcp *t, struct tcb *c, const struct tcp_segment *s)
{
	if (c->state != TCB_LAST || s->len == 0 || seq_diff(s->seq + s->len, c->rcv_nxt) <= 0)
		return true;
	tcp_emit_reset(t, c);
	tcp_die(t, c, TCP_END_RESET);
	return false;
}

/* The checks that a segment without RST and SYN passes. False: it is dropped. */
static bool passes_checks(struct tcp *t, struct tcb *c, const struct tcp_segment *s)
{
	if (lacks_stamp(c, s)) {
		t->stats.refused++;
		return false;
	}
	if (is_stale(c, s) || !is_acceptable(c, s)) {
		t->stats.refused++;
		c->flags |= TCB_ACK;
		return false;
	}
	note_stamp(c, s);
	return true;
}

static void take_segment(struct tcp *t, struct tcb *c, const struct tcp_segment *s)
{
	if (s->flags & PACKET_RST) {
		take_reset(t, c, s);
		return;
	}
	if (s->flags & PACKET_SYN) {
		take_syn(t, c, s);
		return;
	}
	if (c->state == TCB_WAIT || !passes_checks(t, c, s) || !(s->flags & PACKET_ACK))
		return;
	if (!tcp_send_acked(t, c, s)) {
		t->stats.refused++;
		challenge(t, c);
		return;
	}
	if (!take_last(t, c, s))
		return;
	tcp_receive(t, c, s);
	tcp_send(t, c);
}

static bool find(const struct tcp *t, const struct packet *p, struct tcb **out)
{
	struct tcp_tuple k = {.port = p->sport, .own_port = p->dport};

	if (!tcp_tuple_of(t, &p->ip, false, &k))
		return false;
	*out = tcp_table_find(t, &k);
	return *out != NULL;
}

bool tcp_knows(const struct tcp *t, const struct packet *p)
{
	struct tcb *c;

	return find(t, p, &c);
}

bool tcp_is_own(const struct tcp *t, const struct packet *p)
{
	struct tcp_tuple k;

	return tcp_tuple_of(t, &p->ip, false, &k);
}

bool tcp_input(struct tcp *t, const struct packet *p, uint64_t now_us)
{
	struct tcp_segment s;
	struct tcb *c;

	tcp_at(t, now_us);
	if (!find(t, p, &c))
		return false;
	t->stats.segments++;
	parse(p, &s);
	tcp_touch(t, c);
	take_segment(t, c, &s);
	return true;
}

/* The MTU of the next hop in "fragmentation needed" (RFC 1191): the ICMP header stands before the
 * packet that it quotes. 0 = not said. */
static uint32_t mtu_of(const struct packet *p)
{
	const uint8_t *quoted = p->inner.src - 12;

	return packet_be16(quoted - 2);
}

bool tcp_icmp(struct tcp *t, const struct packet *p, uint64_t now_us)
{
	enum { UNREACHABLE = 3, NEEDS_FRAGMENTS = 4, HEADERS = 40 };
	struct tcp_tuple k = {.port = p->inner_dport, .own_port = p->inner_sport};
	struct tcb *c;
	uint32_t mtu, mss;

	tcp_at(t, now_us);
	if (p->inner.proto != DP_TRANSPORT_TCP || !tcp_tuple_of(t, &p->inner, true, &k))
		return false;
	c = tcp_table_find(t, &k);
	if (c == NULL)
		return false;
	if (p->ip.version != 4 || p->icmp_type != UNREACHABLE || p->icmp_code != NEEDS_FRAGMENTS ||
	    p->inner_seq - c->snd_una >= c->snd_max)
		return true;
	mtu = mtu_of(p);
	mss = mtu > HEADERS + MSS_PATH4 ? mtu - HEADERS : MSS_PATH4;
	if (mss >= c->mss || (c->flags & TCB_SHRUNK))
		return true;
	c->mss = (uint16_t)mss;
	c->flags |= TCB_SHRUNK;
	c->snd_nxt = 0;
	tcp_send(t, c);
	return true;
}
