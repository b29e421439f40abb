/* SPDX-License-Identifier: Apache-2.0 */
/* conns.c - the worker's side of its connections. Hot. */
#include "conns.h"

#include <string.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "packet_sum.h"
#include "probe_impl.h"
#include "rx.h"
#include "tx.h"
#include "worker_state.h"

enum { TICK_US = 2000, ORDERS = 64, ABORTED = 32 };

/* ---- what the core asks for ---- */

/* Send the frames that were built. Those that the NIC does not take count as lost: what matters is sent
 * again. */
static void send_out(struct worker *w)
{
	struct conns *c = w->conns;
	uint16_t n = (uint16_t)c->out_count, sent;

	if (n == 0)
		return;
	sent = rte_eth_tx_burst(w->port_id, w->queue_id, c->out, n);
	if (unlikely(sent < n))
		rte_pktmbuf_free_bulk(c->out + sent, n - sent);
	c->out_count = 0;
}

static uint8_t *take(void *arg)
{
	struct worker *w = arg;
	struct conns *c = w->conns;

	if (c->out_count == CONNS_OUT)
		send_out(w);
	c->taken = rte_pktmbuf_alloc(w->pool);
	return c->taken != NULL ? rte_pktmbuf_mtod(c->taken, uint8_t *) : NULL;
}

static void give(void *arg, uint8_t *frame, uint16_t len)
{
	struct worker *w = arg;
	struct rte_mbuf *m = w->conns->taken;
	uint64_t mac = tx_next_hop(w, frame);

	if (unlikely(mac == 0)) {
		rte_pktmbuf_free(m);
		return;
	}
	memcpy(frame, &mac, 6);
	m->data_len = len;
	m->pkt_len = len;
	w->conns->out[w->conns->out_count++] = m;
}

static void event(void *arg, const struct tcp_event *e)
{
	const struct worker *w = arg;

	rte_ring_sp_enqueue_elem(w->conns->events, (void *)(uintptr_t)e, sizeof(*e));
}

const struct tcp_ops conns_ops = {take, give, event};

/* ---- frames ---- */

static bool has_room(const struct conns *c)
{
	return rte_ring_free_count(c->events) > CONNS_RESERVE;
}

static bool is_own_port(const struct worker *w, uint16_t port)
{
	return (uint32_t)port - w->probe->port_first < w->probe->ports;
}

static void set_verdict(struct classify_batch *b, unsigned i, enum classify_verdict v)
{
	b->seen[b->verdict[i]]--;
	b->verdict[i] = (uint8_t)v;
	b->seen[v]++;
}

/* A segment of a connection that there is not, such as one whose end was lost: the peer is told by a
 * RST (RFC 9293 3.10.7.1). */
static bool turn_away(struct worker *w, uint64_t tsc, struct rte_mbuf **m, const struct packet *p)
{
	bool told = (p->flags & (PACKET_ACK | PACKET_RST | PACKET_SYN)) == PACKET_ACK &&
	            w->resets && tcp_is_own(w->conns->tcp, p);

	if (told)
		rx_reset(w, tsc, m);
	return told;
}

/* Take a segment. Returns the verdict of its frame. */
static enum classify_verdict take_segment(struct worker *w, uint64_t tsc, struct rte_mbuf **m,
                                          const struct packet *p, enum classify_verdict now)
{
	struct conns *c = w->conns;

	if (!is_own_port(w, p->dport))
		return now;
	if (now == CLASSIFY_RESULT) /* its checksum was verified */
		return tcp_input(c->tcp, p, worker_now_us(w, tsc)) ? CLASSIFY_TAKEN : now;
	if (!rx_is_summed(*m) && !packet_sums_fit(p))
		return CLASSIFY_MALFORMED;
	if (tcp_input(c->tcp, p, worker_now_us(w, tsc)) || turn_away(w, tsc, m, p))
		return CLASSIFY_TAKEN;
	return now;
}

static void take_frame(struct worker *w, uint64_t tsc, struct rte_mbuf **m,
                       struct classify_batch *b, unsigned i)
{
	enum classify_verdict now = b->verdict[i], then = now;
	enum packet_kind kind;
	struct packet p;

	if (b->kind[i] != PACKET_TCP && b->kind[i] != PACKET_ICMP_ERROR)
		return;
	kind = packet_parse(b->frame[i], b->len[i], &p);
	if (kind == PACKET_TCP)
		then = take_segment(w, tsc, m, &p, now);
	else if (kind == PACKET_ICMP_ERROR && now == CLASSIFY_FOREIGN &&
	         tcp_icmp(w->conns->tcp, &p, worker_now_us(w, tsc)))
		then = CLASSIFY_TAKEN;
	if (then != now)
		set_verdict(b, i, then);
}

/* Take the results of frames that belong to connections out of the list. */
static void drop_results(struct classify_batch *b, unsigned before)
{
	unsigned n = 0;

	for (unsigned i = 0; i < before; i++) {
		if (b->verdict[b->source[i]] != CLASSIFY_RESULT)
			continue;
		if (n != i) {
			b->result[n] = b->result[i];
			b->source[n] = b->source[i];
		}
		n++;
	}
}

void conns_take(struct worker *w, uint64_t tsc, struct rte_mbuf **m, struct classify_batch *b)
{
	unsigned results = b->seen[CLASSIFY_RESULT];

	for (unsigned i = 0; i < b->n; i++)
		if (m[i] != NULL &&
		    (b->verdict[i] == CLASSIFY_FOREIGN || b->verdict[i] == CLASSIFY_RESULT))
			take_frame(w, tsc, &m[i], b, i);
	if (b->seen[CLASSIFY_RESULT] != results)
		drop_results(b, results);
}

static bool is_never(const struct conns *c, uint16_t port)
{
	return c->never != NULL && (c->never[port / 64] >> port % 64 & 1);
}

/* Whether a result is an answer to a connection that was dialled. */
static bool is_dialled(const struct worker *w, const struct dp_result *r)
{
	return r->pass >= w->passes + DP_EXTRAS;
}

/* Tell that a connection that was dialled does not come about. */
static void tell_refused(struct worker *w, const struct dp_result *r)
{
	struct tcp_event e = {.kind = r->reply == DP_REPLY_CLOSED ? CONNS_REFUSED : CONNS_UNREACHED,
	                      .pass = r->pass,
	                      .port = r->port,
	                      .addr = r->addr};

	if (has_room(w->conns))
		event(w, &e);
}

/* Whether the SYN-ACK of a result may become a connection. */
static bool may_offer(const struct worker *w, const struct dp_result *r, bool wanted)
{
	if (r->reply != DP_REPLY_OPEN || !has_room(w->conns))
		return false;
	if (is_dialled(w, r))
		return true;
	return wanted && !is_never(w->conns, r->port) && r->pass != w->passes + DP_EXTRA_CONTROL &&
	       r->pass != w->passes + DP_EXTRA_LOSS;
}

uint64_t conns_offer(struct worker *w, uint64_t tsc, const struct classify_batch *b,
                     uint64_t wanted)
{
	uint64_t kept = 0;
	struct packet p;

	for (unsigned i = 0; i < b->seen[CLASSIFY_RESULT]; i++) {
		const struct dp_result *r = &b->result[i];
		unsigned at = b->source[i];

		if (r->transport != DP_TRANSPORT_TCP)
			continue;
		if (is_dialled(w, r) && r->reply != DP_REPLY_OPEN)
			tell_refused(w, r);
		else if (may_offer(w, r, wanted >> i & 1) &&
		         packet_parse(b->frame[at], b->len[at], &p) == PACKET_TCP &&
		         tcp_accept(w->conns->tcp, &p, r->pass, worker_now_us(w, tsc)))
			kept |= 1ULL << i;
	}
	return kept;
}

/* ---- orders ---- */

static void follow(struct tcp *t, const struct conns_order *o, uint64_t now_us)
{
	switch (o->kind) {
	case CONNS_SAY:
		tcp_say(t, o->conn, o->slab, now_us);
		break;
	case CONNS_LISTEN:
		tcp_listen(t, o->conn, now_us);
		break;
	case CONNS_RETURN:
		tcp_return(t, o->conn, o->slab, now_us);
		break;
	default:
		tcp_close(t, o->conn, o->kind == CONNS_FINISH, now_us);
	}
}

static unsigned follow_all(struct worker *w, uint64_t now_us)
{
	struct conns_order o[ORDERS];
	unsigned n, all = 0;

	do {
		n = rte_ring_sc_dequeue_burst_elem(w->conns->orders, o, sizeof(o[0]), ORDERS, NULL);
		for (unsigned i = 0; i < n; i++)
			follow(w->conns->tcp, &o[i], now_us);
		all += n;
	} while (n == ORDERS && all < CONNS_TX_SLABS);
	return all;
}

unsigned conns_turn(struct worker *w, uint64_t tsc)
{
	struct conns *c = w->conns;
	uint64_t now_us = worker_now_us(w, tsc);
	unsigned did = follow_all(w, now_us);

	if (now_us - c->tick_us >= TICK_US) {
		c->tick_us = now_us;
		tcp_tick(c->tcp, now_us);
	}
	tcp_flush(c->tcp, now_us);
	did += c->out_count;
	send_out(w);
	return did;
}

void conns_end(struct worker *w, uint64_t tsc)
{
	while (has_room(w->conns) && tcp_abort(w->conns->tcp, ABORTED, worker_now_us(w, tsc)) > 0)
		send_out(w);
}
