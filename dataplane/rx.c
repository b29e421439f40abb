/* SPDX-License-Identifier: Apache-2.0 */
/* rx.c - a worker's receiving half. Hot. */
#include "rx.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "answer.h"
#include "classify.h"
#include "slots.h"
#include "worker.h"

enum { RX_BURST = 64 };

struct rx_batch {
	struct dp_result result[RX_BURST]; /* with a good cookie */
	uint64_t key[RX_BURST];
	unsigned n;
	/* Only where the answers' bytes are wanted: frames are kept until their slots are filled. */
	struct rte_mbuf *kept[RX_BURST];
	const uint8_t *payload[RX_BURST];
	uint16_t payload_len[RX_BURST];
};

/* Somebody asks for our address: turn the frame round. True: the NIC has the mbuf. */
static bool answer(struct worker *w, struct rte_mbuf *m, enum packet_kind kind,
		   const struct packet *p)
{
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);

	if (!w->answers || !answer_frame(frame, m->data_len, kind, p, &w->own))
		return false;
	return rte_eth_tx_burst(w->port_id, w->queue_id, &m, 1) == 1;
}

static void keep(struct rx_batch *b, struct rte_mbuf *m, enum packet_kind kind,
		 const struct packet *p)
{
	b->kept[b->n] = m;
	b->payload[b->n] = p->payload;
	b->payload_len[b->n] = kind == PACKET_ICMP_ERROR ? 0 : p->payload_len;
	b->n++;
}

static void judge(struct worker *w, struct rte_mbuf *m, uint64_t now_us, struct rx_batch *b)
{
	struct packet p;
	enum packet_kind kind;

	/* A frame in several segments is longer than any answer to a probe. */
	kind = packet_parse(rte_pktmbuf_mtod(m, uint8_t *), m->data_len, &p);
	switch (classify(w->probe, kind, &p, now_us, &b->result[b->n])) {
	case CLASSIFY_RESULT:
		b->key[b->n] = dedup_key(&w->dedup, &b->result[b->n]);
		dedup_prefetch(&w->dedup, b->key[b->n]);
		if (w->slots) {
			keep(b, m, kind, &p);
			return;
		}
		b->n++;
		break;
	case CLASSIFY_MALFORMED:
		counter_add(&w->counters.malformed, 1);
		break;
	case CLASSIFY_ARP:
	case CLASSIFY_ICMP:
		if (answer(w, m, kind, &p))
			return;
		counter_add(&w->counters.foreign, 1);
		break;
	case CLASSIFY_FOREIGN:
		counter_add(&w->counters.foreign, 1);
		break;
	}
	rte_pktmbuf_free(m);
}

/* Count one unique reply; whether the control thread wants to see it. */
static bool count(struct worker *w, const struct dp_result *r)
{
	switch (r->reply) {
	case DP_REPLY_OPEN:
		counter_add(&w->counters.open, 1);
		return true;
	case DP_REPLY_CLOSED:
		counter_add(&w->counters.closed, 1);
		return w->want_closed;
	default:
		counter_add(&w->counters.unreachable, 1);
		return w->want_closed;
	}
}

/* Give each result that has a place in the ring a slot for its bytes. */
static void fill_slots(struct worker *w, struct rx_batch *b, unsigned n)
{
	unsigned room = rte_ring_free_count(w->results);

	for (unsigned i = 0; i < n && i < room; i++) {
		if (b->payload_len[i] == 0)
			continue;
		b->result[i].data = slots_put(w->slots, b->payload[i], b->payload_len[i]);
		if (b->result[i].data == 0)
			counter_add(&w->counters.data_drops, 1);
	}
}

/* The unique ones among the batch to the control thread. */
static void deliver(struct worker *w, struct rx_batch *b)
{
	unsigned n = 0, taken;

	for (unsigned i = 0; i < b->n; i++) {
		if (!dedup_add(&w->dedup, b->key[i])) {
			counter_add(&w->counters.duplicates, 1);
			continue;
		}
		if (!count(w, &b->result[i]))
			continue;
		b->result[n] = b->result[i];
		if (w->slots) {
			b->payload[n] = b->payload[i];
			b->payload_len[n] = b->payload_len[i];
		}
		n++;
	}
	if (n == 0)
		return;
	if (w->slots)
		fill_slots(w, b, n);
	taken = rte_ring_sp_enqueue_burst_elem(w->results, b->result, sizeof(b->result[0]), n, NULL);
	if (unlikely(taken < n))
		counter_add(&w->counters.ring_drops, n - taken);
}

unsigned rx_step(struct worker *w, uint64_t tsc)
{
	struct rte_mbuf *m[RX_BURST];
	struct rx_batch batch;
	uint64_t now_us;
	uint16_t n = rte_eth_rx_burst(w->port_id, w->queue_id, m, RX_BURST);

	if (n == 0)
		return 0;
	batch.n = 0;
	now_us = worker_now_us(w, tsc);
	counter_add(&w->counters.received, n);
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(m[i], void *));
	for (uint16_t i = 0; i < n; i++)
		judge(w, m[i], now_us, &batch);
	deliver(w, &batch);
	if (w->slots && batch.n > 0)
		rte_pktmbuf_free_bulk(batch.kept, batch.n);
	return n;
}
