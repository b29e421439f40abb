/* SPDX-License-Identifier: Apache-2.0 */
/* tx.c - a worker's sending half. Hot. */
#include "tx.h"

#include <string.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "worker.h"

/* The burst is the NIC's: its steps are done. */
static void finish_span(struct worker *w)
{
	w->step += w->span_steps;
	w->burst_count = 0;
	counter_add(&w->counters.skipped_scope, w->span_denied);
	/* Release: a reader of the progress finds these probes counted as sent. */
	__atomic_store_n(&w->counters.steps, w->step, __ATOMIC_RELEASE);
}

static unsigned hand_over(struct worker *w)
{
	uint16_t left = (uint16_t)(w->burst_count - w->burst_first);
	uint16_t n = rte_eth_tx_burst(w->port_id, w->queue_id, &w->burst[w->burst_first], left);

	w->burst_first += n;
	counter_add(&w->counters.sent, n);
	if (w->burst_first == w->burst_count)
		finish_span(w);
	else
		counter_add(&w->counters.tx_retries, 1);
	return n;
}

/* Where the IPv6 frame's destination stands. */
static const uint8_t *destination_v6(const uint8_t *frame)
{
	bool tagged = frame[12] == 0x81;

	return frame + 14 + (tagged ? 4 : 0) + 24;
}

/* Give on-link frames their neighbour's address; those without one are dropped here. */
static unsigned direct(struct worker *w, const struct probe_batch *b, unsigned n)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = w->burst[i];
		const uint8_t *mac;

		if (b->onlink & (1ULL << i)) {
			mac = b->next_hop[i] ? neigh_lookup(w->neigh, b->next_hop[i]) :
			      neigh6_lookup(w->neigh6, destination_v6(b->frame[i]));
			if (unlikely(!mac)) {
				rte_pktmbuf_free(m);
				continue;
			}
			memcpy(b->frame[i], mac, 6);
		}
		w->burst[kept++] = m;
	}
	counter_add(&w->counters.skipped_noroute, n - kept);
	return kept;
}

/*
 * The fields that rte_pktmbuf_reset() sets one by one, from rearm_data to the hash, in one copy. The
 * others are as they must be in every buffer of a pool: next is NULL and the data area follows.
 */
static void ready(const struct worker *w, unsigned n, struct probe_batch *b)
{
	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = w->burst[i];

		memcpy(m->rearm_data, w->fresh, sizeof(w->fresh));
		b->frame[i] = (uint8_t *)(m + 1) + RTE_PKTMBUF_HEADROOM;
	}
}

static_assert(offsetof(struct rte_mbuf, hash) - offsetof(struct rte_mbuf, rearm_data) ==
	      WORKER_FRESH, "the copied fields are those of a fresh buffer");

void tx_init(struct worker *w)
{
	struct rte_mbuf m = {.data_off = RTE_PKTMBUF_HEADROOM, .nb_segs = 1,
			     .port = RTE_MBUF_PORT_INVALID};

	rte_mbuf_refcnt_set(&m, 1);
	m.data_len = probe_len(w->probe);
	m.pkt_len = m.data_len;
	memcpy(w->fresh, m.rearm_data, sizeof(w->fresh));
}

static void set_lengths(struct worker *w, unsigned n, const struct probe_batch *b)
{
	for (unsigned i = 0; i < n; i++) {
		w->burst[i]->data_len = b->len[i];
		w->burst[i]->pkt_len = b->len[i];
	}
}

static void build(struct worker *w, const struct walk_span *span, uint64_t now_us)
{
	struct probe_batch batch;
	unsigned n;

	ready(w, span->n, &batch);
	n = probe_burst(w->probe, scope_enter(&w->shared->deny, &w->reader), span, now_us, &batch);
	if (probe_len(w->probe) == 0)
		set_lengths(w, n, &batch);
	if (unlikely(n < span->n))
		rte_pktmbuf_free_bulk(&w->burst[n], span->n - n);
	w->span_steps = span->n;
	w->span_denied = span->n - n;
	w->burst_first = 0;
	w->burst_count = batch.onlink ? direct(w, &batch, n) : n;
	/* Only what is sent costs rate. */
	if (unlikely(w->burst_count < span->n))
		pace_return(&w->pace, span->n - w->burst_count);
}

/* A burst is worth its overhead once a chunk of tokens is there. */
static unsigned tokens(struct worker *w, uint64_t tsc)
{
	if (pace_wait(&w->pace, tsc, w->chunk) > 0)
		return 0;
	return pace_take(&w->pace, tsc, PROBE_BURST);
}

unsigned tx_step(struct worker *w, uint64_t tsc)
{
	struct walk_span span;
	unsigned n;

	if (unlikely(w->burst_count > 0))
		return hand_over(w);
	n = tokens(w, tsc);
	if (n == 0)
		return 0;
	span = walk_span(&w->walk, w->step, n);
	if (span.n < n)
		pace_return(&w->pace, n - span.n);
	if (unlikely(span.n == 0)) {
		w->sending = false;
		return 0;
	}
	if (unlikely(rte_mempool_get_bulk(w->pool, (void **)w->burst, span.n))) {
		/* The NIC still holds them all; an empty burst makes it give some back. */
		rte_eth_tx_burst(w->port_id, w->queue_id, w->burst, 0);
		pace_return(&w->pace, span.n);
		counter_add(&w->counters.tx_retries, 1);
		return 0;
	}
	build(w, &span, worker_now_us(w, tsc));
	if (unlikely(w->burst_count == 0)) {
		finish_span(w);
		return 1; /* work was done, though nothing was sent */
	}
	return hand_over(w);
}

void tx_abandon(struct worker *w)
{
	if (w->burst_count > w->burst_first)
		rte_pktmbuf_free_bulk(&w->burst[w->burst_first], w->burst_count - w->burst_first);
	w->burst_count = 0;
}
