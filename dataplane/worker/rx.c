/* SPDX-License-Identifier: Apache-2.0 */
/* rx.c - the receiving half of a worker. Hot. */
#include "rx.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "classify.h"
#include "conns.h"
#include "known_open.h"
#include "post.h"
#include "reset.h"
#include "responder.h"
#include "slots.h"
#include "worker_state.h"

enum { RESETS_A_SECOND = 1000 }; /* bursts of RSTs: each may cost a system call */

/* Turn a request for an own address into its reply and send that. Returns true if the NIC has taken
 * the mbuf. */
static bool answer(struct worker *w, struct rte_mbuf *m, enum packet_kind kind,
                   const struct packet *p)
{
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);

	if (!w->responds || !responder_reply(frame, m->data_len, kind, p, &w->own))
		return false;
	return rte_eth_tx_burst(w->port_id, w->queue_id, &m, 1) == 1;
}

/* Answer the requests for own addresses. Sets the mbufs that the NIC has taken to NULL and returns
 * how many they are. */
static unsigned answer_all(struct worker *w, struct rte_mbuf **m, const struct classify_batch *b)
{
	unsigned answered = 0;

	for (unsigned i = 0; i < b->n; i++) {
		bool asks = b->verdict[i] == CLASSIFY_ARP || b->verdict[i] == CLASSIFY_ICMP;

		if (!asks)
			continue;
		if (!answer(w, m[i], b->kind[i], &b->packet[i])) {
			if (w->post != NULL)
				post_put(&w->post->in, b->frame[i], b->len[i]);
			continue;
		}
		m[i] = NULL;
		answered++;
	}
	return answered;
}

/* Turn the SYN-ACK in @m into the RST that answers it. Returns false if that is not possible. */
static bool turn(struct rte_mbuf *m)
{
	uint16_t len = 0;

	if (m->nb_segs == 1)
		len = reset_frame(rte_pktmbuf_mtod(m, uint8_t *), m->data_len);
	m->data_len = len;
	m->pkt_len = len;
	m->ol_flags = 0;
	return len > 0;
}

/* Send the waiting RSTs. Those that the NIC does not take are dropped: the target will repeat its
 * SYN-ACK, and that is answered again. */
static void send_resets(struct worker *w)
{
	uint16_t sent =
		rte_eth_tx_burst(w->port_id, w->queue_id, w->reset, (uint16_t)w->reset_count);

	if (unlikely(sent < w->reset_count))
		rte_pktmbuf_free_bulk(w->reset + sent, w->reset_count - sent);
	w->reset_count = 0;
}

void rx_reset(struct worker *w, uint64_t tsc, struct rte_mbuf **m)
{
	if (!turn(*m)) {
		rte_pktmbuf_free(*m);
	} else {
		if (w->reset_count == 0)
			w->reset_tsc = tsc;
		w->reset[w->reset_count++] = *m;
		if (unlikely(w->reset_count == WORKER_RESETS))
			send_resets(w);
	}
	*m = NULL;
}

/* Turn each SYN-ACK of the burst into a RST that waits to be sent, but for those of the results in
 * @kept. Sets the mbufs of the SYN-ACKs to NULL in @m. */
static void reset_all(struct worker *w, uint64_t tsc, struct rte_mbuf **m,
                      const struct classify_batch *b, uint64_t kept)
{
	for (unsigned i = 0; i < b->seen[CLASSIFY_RESULT]; i++) {
		const struct dp_result *r = &b->result[i];

		if (r->reply == DP_REPLY_OPEN && r->transport == DP_TRANSPORT_TCP &&
		    !(kept >> i & 1))
			rx_reset(w, tsc, &m[b->source[i]]);
	}
}

void rx_end_turn(struct worker *w, uint64_t tsc, bool idle)
{
	if (w->reset_count > 0 && (idle || tsc - w->reset_tsc > w->clock.hz / RESETS_A_SECOND))
		send_resets(w);
}

static bool is_watched(const struct worker *w, const struct dp_result *r)
{
	return w->want_closed || (w->known_open != NULL &&
	                          known_open_has(w->known_open, &r->addr, r->port, r->transport));
}

/* Count a unique reply. Returns whether the control thread wants to see it. */
static bool count(struct worker *w, const struct dp_result *r)
{
	switch (r->reply) {
	case DP_REPLY_OPEN:
		counter_add(&w->counters.open, 1);
		return true;
	case DP_REPLY_CLOSED:
		counter_add(&w->counters.closed, 1);
		return is_watched(w, r);
	default:
		counter_add(&w->counters.unreachable, 1);
		return is_watched(w, r);
	}
}

/* Copy the data of the replies into slots, for as many results as the ring has room for. */
static void fill_slots(struct worker *w, struct classify_batch *b, unsigned n)
{
	unsigned room = rte_ring_free_count(w->results);

	for (unsigned i = 0; i < n && i < room; i++) {
		const struct packet *p = &b->packet[b->source[i]];

		if (b->kind[b->source[i]] == PACKET_ICMP_ERROR || p->payload_len == 0)
			continue;
		b->result[i].data = slots_put(w->slots, p->payload, p->payload_len);
		if (b->result[i].data == 0)
			counter_add(&w->counters.data_drops, 1);
	}
}

/* Whether the control thread is to see a result. Counts it, or counts it as a duplicate; answers to
 * extra probes are not counted. */
static bool is_wanted(struct worker *w, const struct dp_result *r, uint64_t key)
{
	if (unlikely(r->pass >= w->passes + DP_EXTRAS)) /* dp_conn_dial() */
		return false;
	if (r->pass == w->passes + DP_EXTRA_LOSS)
		return r->reply == DP_REPLY_OPEN;
	if (r->pass == w->passes + DP_EXTRA_CONTROL)
		return dedup_add(&w->dedup, key);
	if (dedup_add(&w->dedup, key))
		return count(w, r);
	counter_add(&w->counters.duplicates, 1);
	return false;
}

/* Judge all results of the burst. Returns those that the control thread is to see: bit i: result i. */
static uint64_t judge(struct worker *w, const struct classify_batch *b)
{
	uint64_t key[CLASSIFY_BURST], wanted = 0;

	for (unsigned i = 0; i < b->seen[CLASSIFY_RESULT]; i++) {
		key[i] = dedup_key(&w->dedup, &b->result[i]);
		dedup_prefetch(&w->dedup, key[i]);
	}
	for (unsigned i = 0; i < b->seen[CLASSIFY_RESULT]; i++)
		wanted |= (uint64_t)is_wanted(w, &b->result[i], key[i]) << i;
	return wanted;
}

/* Put the wanted results of the burst into the ring. */
static void deliver(struct worker *w, struct classify_batch *b, uint64_t wanted)
{
	unsigned n = 0, taken;

	for (unsigned i = 0; i < b->seen[CLASSIFY_RESULT]; i++) {
		if (!(wanted >> i & 1))
			continue;
		if (n != i) {
			b->result[n] = b->result[i];
			b->source[n] = b->source[i];
		}
		n++;
	}
	if (n == 0)
		return;
	if (w->slots)
		fill_slots(w, b, n);
	taken = rte_ring_sp_enqueue_burst_elem(w->results, b->result, sizeof(b->result[0]), n,
	                                       NULL);
	if (unlikely(taken < n))
		counter_add(&w->counters.ring_drops, n - taken);
}

/* Judge, answer and deliver the results of the burst. */
static void settle(struct worker *w, uint64_t tsc, struct rte_mbuf **m, struct classify_batch *b)
{
	uint64_t wanted = judge(w, b), kept = 0;

	if (unlikely(w->conns != NULL))
		kept = conns_offer(w, tsc, b, wanted);
	if (w->resets)
		reset_all(w, tsc, m, b, kept);
	deliver(w, b, wanted);
}

/* Whether the NIC found a wrong checksum. Both bits of a pair mean that it did not look at the
 * checksum itself. */
static bool is_damaged(uint64_t flags)
{
	return (flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) == RTE_MBUF_F_RX_IP_CKSUM_BAD ||
	       (flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_BAD;
}

/* Free and count the frames in which the NIC found a wrong checksum. The others stay in @m, in the
 * same order. Returns how many are left. */
static unsigned drop_damaged(struct worker *w, struct rte_mbuf **m, unsigned n)
{
	uint64_t any = 0;
	unsigned left = 0;

	for (unsigned i = 0; i < n; i++)
		any |= m[i]->ol_flags;
	if (likely(!(any & (RTE_MBUF_F_RX_IP_CKSUM_BAD | RTE_MBUF_F_RX_L4_CKSUM_BAD))))
		return n;
	for (unsigned i = 0; i < n; i++) {
		if (is_damaged(m[i]->ol_flags))
			rte_pktmbuf_free(m[i]);
		else
			m[left++] = m[i];
	}
	counter_add(&w->counters.received, n - left);
	counter_add(&w->counters.malformed, n - left);
	return left;
}

bool rx_is_summed(const struct rte_mbuf *m)
{
	return (m->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) != 0 &&
	       (m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) != 0;
}

/* List the frames for classify(). A frame of several segments is longer than any answer to a probe,
 * so only its first segment is judged. */
static void take_frames(struct rte_mbuf *const *m, unsigned n, struct classify_batch *b)
{
	b->n = n;
	b->unsummed = 0;
	for (unsigned i = 0; i < n; i++) {
		b->frame[i] = rte_pktmbuf_mtod(m[i], uint8_t *);
		b->len[i] = m[i]->data_len;
		b->unsummed |= (uint64_t)!rx_is_summed(m[i]) << i;
		rte_prefetch0(b->frame[i]);
		rte_prefetch0(b->frame[i] + RTE_CACHE_LINE_SIZE); /* the TCP options end here */
	}
}

/* Free the mbufs that nobody has taken: those that are not NULL. */
static void free_left(struct rte_mbuf **m, unsigned n)
{
	unsigned left = 0;

	for (unsigned i = 0; i < n; i++) {
		m[left] = m[i];
		left += m[i] != NULL;
	}
	rte_pktmbuf_free_bulk(m, left);
}

unsigned rx_step(struct worker *w, uint64_t tsc)
{
	struct rte_mbuf *m[CLASSIFY_BURST];
	struct classify_batch b;
	unsigned asking, answered = 0, n,
			 taken = rte_eth_rx_burst(w->port_id, w->queue_id, m, CLASSIFY_BURST);

	if (taken == 0)
		return 0;
	n = drop_damaged(w, m, taken);
	if (unlikely(n == 0))
		return taken;
	take_frames(m, n, &b);
	classify(w->probe, worker_now_us(w, tsc), &b);
	asking = b.seen[CLASSIFY_ARP] + b.seen[CLASSIFY_ICMP];
	if (unlikely(asking > 0))
		answered = answer_all(w, m, &b);
	if (unlikely(w->conns != NULL))
		conns_take(w, tsc, m, &b);
	if (b.seen[CLASSIFY_RESULT] > 0)
		settle(w, tsc, m, &b);
	counter_add(&w->counters.received, n);
	counter_add(&w->counters.malformed, b.seen[CLASSIFY_MALFORMED]);
	counter_add(&w->counters.foreign, b.seen[CLASSIFY_FOREIGN] + asking - answered);
	free_left(m, n);
	return taken;
}
