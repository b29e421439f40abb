/* SPDX-License-Identifier: Apache-2.0 */
/* tx.c - the sending half of a worker. Hot. */
#include "tx.h"

#include <string.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "worker_state.h"

/* The NIC has taken the burst: count its steps as sent. */
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

/* The destination address in an IPv4 and in an IPv6 frame. */
static const uint8_t *destination_v4(const uint8_t *frame)
{
	return frame + (frame[12] == 0x81 ? 18 : 14) + 16;
}

static const uint8_t *destination_v6(const uint8_t *frame)
{
	return frame + (frame[12] == 0x81 ? 18 : 14) + 24;
}

/* The link-layer address of the next hop of a frame, as one word; 0: nothing can be sent to it. */
static uint64_t next_hop(const struct worker *w, const uint8_t *frame, uint32_t v4)
{
	struct dp_addr to = {{[10] = 0xff, [11] = 0xff}};
	const struct hop *hop;
	const uint8_t *mac;

	if (v4 == 0)
		memcpy(to.b, destination_v6(frame), sizeof(to.b));
	else
		memcpy(to.b + 12, destination_v4(frame), 4);
	hop = hops_find(w->hops, hops_key(to.b));
	if (unlikely(hop == NULL || hop->kind == HOP_NONE))
		return 0;
	if (hop->kind == HOP_GATEWAY)
		return atomic_load_explicit(&hop->mac, memory_order_relaxed);
	mac = neigh_lookup(w->neigh, to.b);
	return mac != NULL ? hop_word(mac) : 0;
}

uint64_t tx_next_hop(const struct worker *w, const uint8_t *frame)
{
	const uint8_t *ip = frame + (frame[12] == 0x81 ? 18 : 14);

	return next_hop(w, frame, ip[0] >> 4 == 4);
}

/* Write the link-layer address of the next hop into the frames of @bufs that have their bit in
 * @which. Frees those for which it is not known. Returns how many frames are left. */
static unsigned direct(struct worker *w, struct rte_mbuf **bufs, const struct probe_batch *b,
                       unsigned n, uint64_t which)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = bufs[i];

		if (which & (1ULL << i)) {
			uint64_t mac = next_hop(w, b->frame[i], b->next_hop[i]);

			if (unlikely(mac == 0)) {
				rte_pktmbuf_free(m);
				continue;
			}
			memcpy(b->frame[i], &mac, 6);
		}
		bufs[kept++] = m;
	}
	return kept;
}

/* The frames that need a next hop: those that the probe left without one, or, once a gateway has
 * another link-layer address than in the templates, all. */
static uint64_t to_direct(const struct worker *w, const struct probe_batch *b)
{
	return unlikely(atomic_load_explicit(&w->hops->moved, memory_order_acquire)) ? UINT64_MAX
	                                                                             : b->onlink;
}

static uint8_t *frame_of(struct rte_mbuf *m)
{
	return (uint8_t *)(m + 1) + RTE_PKTMBUF_HEADROOM;
}

/*
 * Set the fields that rte_pktmbuf_reset() sets one by one: from rearm_data to the hash, which
 * nobody reads in a packet to be sent. The other fields have the right values in every buffer of a
 * pool: next is NULL, and the data area follows the mbuf. The stores do not overlap, since a load
 * of the driver that needs two of them waits until both have left the core. ready_wide() uses a
 * single store on CPUs that have one: sending waits for these stores.
 */
static void ready(const struct worker *w, struct rte_mbuf **bufs, unsigned n, struct probe_batch *b)
{
	const worker_fresh first = w->fresh[0], second = w->fresh[1]; /* in registers */

	for (unsigned i = 0; i < n; i++) {
		worker_fresh *to = (worker_fresh *)&bufs[i]->rearm_data;

		to[0] = first;
		to[1] = second;
		b->frame[i] = frame_of(bufs[i]);
	}
}

static __attribute__((target("avx"))) void ready_wide(const struct worker *w,
                                                      struct rte_mbuf **bufs, unsigned n,
                                                      struct probe_batch *b)
{
	typedef uint64_t wide __attribute__((vector_size(32), aligned(16), may_alias));
	const wide fields = *(const wide *)w->fresh;

	for (unsigned i = 0; i < n; i++) {
		*(wide *)&bufs[i]->rearm_data = fields;
		b->frame[i] = frame_of(bufs[i]);
	}
}

static void make_ready(const struct worker *w, struct rte_mbuf **bufs, unsigned n,
                       struct probe_batch *b)
{
	if (likely(w->wide))
		ready_wide(w, bufs, n, b);
	else
		ready(w, bufs, n, b);
}

static_assert(offsetof(struct rte_mbuf, rearm_data) % sizeof(worker_fresh) == 0 &&
                      offsetof(struct rte_mbuf, ol_flags) / 16 ==
                              offsetof(struct rte_mbuf, rearm_data) / 16 &&
                      offsetof(struct rte_mbuf, hash) - offsetof(struct rte_mbuf, rearm_data) <= 32,
              "the copied fields are those of a fresh buffer");

void tx_init(struct worker *w)
{
	struct rte_mbuf m = {
		.data_off = RTE_PKTMBUF_HEADROOM, .nb_segs = 1, .port = RTE_MBUF_PORT_INVALID};

	rte_mbuf_refcnt_set(&m, 1);
	m.data_len = probe_len(w->probe);
	m.pkt_len = m.data_len;
	memcpy(w->fresh, m.rearm_data, sizeof(w->fresh));
	w->wide = __builtin_cpu_supports("avx");
}

static void set_lengths(struct rte_mbuf **bufs, unsigned n, const struct probe_batch *b)
{
	for (unsigned i = 0; i < n; i++) {
		bufs[i]->data_len = b->len[i];
		bufs[i]->pkt_len = b->len[i];
	}
}

static bool is_denied(const struct scope *deny, const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const uint8_t *ip = frame + (frame[12] == 0x81 ? 18 : 14);
	struct dp_addr addr;

	if (ip[0] >> 4 == 4)
		return scope_denies_v4(deny, packet_be32(ip + 16));
	memcpy(&addr, ip + 24, sizeof(addr));
	return scope_denies(deny, &addr);
}

/* The deny list has changed since the burst in hand was built: remove the probes that it denies. */
static void filter_burst(struct worker *w)
{
	const struct scope *deny = scope_enter(&w->shared->deny, &w->reader);
	unsigned kept = w->burst_first;
	uint64_t extras = 0;

	w->burst_epoch = atomic_load_explicit(&w->reader.epoch, memory_order_relaxed);
	for (unsigned i = w->burst_first; i < w->burst_count; i++) {
		uint64_t extra = w->burst_extras >> i & 1;

		if (is_denied(deny, w->burst[i])) {
			rte_pktmbuf_free(w->burst[i]);
			w->span_denied += !extra;
			continue;
		}
		extras |= extra << kept;
		w->burst[kept++] = w->burst[i];
	}
	w->burst_extras = extras;
	w->burst_count = kept;
}

/* Offer the NIC again what it did not take of the burst in hand, without probes that the current
 * deny list denies. */
static unsigned offer_again(struct worker *w)
{
	if (unlikely(atomic_load_explicit(&w->shared->deny.epoch, memory_order_acquire) !=
	             w->burst_epoch))
		filter_burst(w);
	if (w->burst_first < w->burst_count)
		return hand_over(w);
	finish_span(w);
	return 1; /* work was done, though nothing was sent */
}

/* How many of the @n probes, from the first on, the caps of their prefixes allow at @tsc. If a cap
 * refuses a probe, the worker sends nothing until that probe is allowed. */
static unsigned let_go(struct worker *w, const struct probe_batch *b, unsigned n, uint64_t tsc)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t *due = b->next_hop[i] ? caps_v4(w->caps, b->next_hop[i])
		                               : caps_v6(w->caps, destination_v6(b->frame[i]));

		w->held_until = caps_take(w->caps, due, tsc);
		if (w->held_until != 0) {
			counter_add(&w->counters.capped, 1);
			return i;
		}
	}
	return n;
}

/* Make the first @n of the @given buffers the burst in hand. Frees the other buffers and gives back
 * the tokens of all probes that are not sent. */
static void take_up(struct worker *w, const struct probe_batch *b, unsigned n, unsigned given)
{
	uint64_t which = to_direct(w, b);

	if (unlikely(n < given))
		rte_pktmbuf_free_bulk(&w->burst[n], given - n);
	w->burst_first = 0;
	w->burst_extras = 0;
	w->burst_count = which != 0 ? direct(w, w->burst, b, n, which) : n;
	counter_add(&w->counters.skipped_noroute, n - w->burst_count);
	if (unlikely(w->burst_count < given))
		pace_return(&w->pace, given - w->burst_count);
}

/* Build the probes of @span in w->burst. If a cap refuses a probe, the span ends before it. */
static void build_burst(struct worker *w, struct walk_span *span, uint64_t tsc)
{
	const struct scope *deny = scope_enter(&w->shared->deny, &w->reader);
	unsigned given = span->n, n;
	struct probe_batch batch;

	w->burst_epoch = atomic_load_explicit(&w->reader.epoch, memory_order_relaxed);
	/* With denied targets in the span, the number of frames would not tell the number of
	 * steps. */
	if (unlikely(w->caps != NULL && deny != NULL))
		span->n = 1;
	make_ready(w, w->burst, span->n, &batch);
	n = probe_burst(w->probe, deny, span, worker_now_us(w, tsc), &batch);
	if (probe_len(w->probe) == 0)
		set_lengths(w->burst, n, &batch);
	w->span_denied = span->n - n;
	if (unlikely(w->caps != NULL && n > 0)) {
		n = let_go(w, &batch, n, tsc);
		span->n = w->span_denied + n;
	}
	w->span_steps = span->n;
	take_up(w, &batch, n, given);
}

/* Take tokens for a burst. Returns 0 until a chunk of tokens is there: fewer are not worth the
 * overhead of a burst. */
static unsigned tokens(struct worker *w, uint64_t tsc)
{
	if (tsc < w->held_until || pace_wait(&w->pace, tsc, w->chunk) > 0)
		return 0;
	return pace_take(&w->pace, tsc, PROBE_BURST);
}

/* Take buffers for @n probes. Returns false if the NIC still holds too many. */
static bool take_buffers(struct worker *w, unsigned n)
{
	if (likely(rte_mempool_get_bulk(w->pool, (void **)w->burst, n) == 0))
		return true;
	/* An empty burst makes the driver free buffers that were sent. */
	rte_eth_tx_burst(w->port_id, w->queue_id, w->burst, 0);
	pace_return(&w->pace, n);
	counter_add(&w->counters.tx_retries, 1);
	return false;
}

/* Prolong the cooldown after a probe in it: the worker waits for the answer as long as for that to
 * the walk's last probe. */
static void prolong(struct worker *w, uint64_t tsc)
{
	uint64_t end = atomic_load(&w->shared->end_tsc), wanted = tsc + w->cooldown_ticks;

	while (end != 0 && end < wanted &&
	       !atomic_compare_exchange_weak(&w->shared->end_tsc, &end, wanted))
		;
}

/* Build the probes to the targets of @span in @bufs. Returns how many were built. */
static unsigned build_extras(struct worker *w, const struct extra_span *span,
                             struct rte_mbuf **bufs, uint64_t tsc, struct probe_batch *batch)
{
	const struct scope *deny = scope_enter(&w->shared->deny, &w->reader);
	unsigned made;

	w->burst_epoch = atomic_load_explicit(&w->reader.epoch, memory_order_relaxed);
	make_ready(w, bufs, span->n, batch);
	made = probe_extra(w->probe, deny, span, worker_now_us(w, tsc), batch);
	if (probe_len(w->probe) == 0)
		set_lengths(bufs, made, batch);
	return made;
}

/* Send probes to the next targets of @queue, in a burst without the walk's. Those that a cap refuses
 * stay in the queue. Returns the number of frames that the NIC took. */
static unsigned send_extras(struct worker *w, struct extra *queue, unsigned tokens, uint64_t tsc)
{
	unsigned most = w->caps != NULL ? 1 : tokens;
	unsigned n = RTE_MIN(most, extra_count(queue)), made;
	const struct extra_span span = {queue, n};
	struct probe_batch batch;

	pace_return(&w->pace, tokens - n);
	if (!take_buffers(w, n))
		return 0;
	made = build_extras(w, &span, w->burst, tsc, &batch);
	w->span_steps = w->span_denied = 0;
	if (w->caps == NULL || made == 0 || let_go(w, &batch, made, tsc) == made)
		extra_drop(queue, n);
	else
		made = 0;
	take_up(w, &batch, made, n);
	w->burst_extras = UINT64_MAX;
	counter_add(&w->counters.extra, w->burst_count);
	if (!w->sending) {
		scope_leave(&w->reader);
		if (queue == &w->extra)
			prolong(w, tsc);
	}
	return w->burst_count > 0 ? hand_over(w) : 0;
}

/* A random number below @n, from a xorshift generator (Marsaglia, "Xorshift RNGs", 2003). */
static unsigned random_below(struct worker *w, unsigned n)
{
	w->mix ^= w->mix << 13;
	w->mix ^= w->mix >> 7;
	w->mix ^= w->mix << 17;
	return (unsigned)((w->mix >> 32) * n >> 32);
}

/* Put a frame at a random place of the burst in hand. */
static void insert(struct worker *w, struct rte_mbuf *m)
{
	unsigned last = w->burst_count++, at = random_below(w, last + 1);
	uint64_t moved = w->burst_extras >> at & 1;

	w->burst[last] = w->burst[at];
	w->burst[at] = m;
	w->burst_extras |= moved << last | 1ULL << at;
}

/*
 * Mix probes to the next @n extra targets into the burst in hand, at random places: a full queue
 * drops the end of a burst, and a probe that measures losses must meet the same fate as the others.
 * The burst has room for them.
 */
static void mix_extras(struct worker *w, struct rte_mbuf *const *bufs, unsigned n, uint64_t tsc)
{
	struct rte_mbuf *m[PROBE_BURST];
	struct probe_batch batch;
	unsigned made, kept;
	uint64_t which;

	memcpy(m, bufs, n * sizeof(m[0])); /* their places in the burst may be needed */
	made = build_extras(w, &(struct extra_span){&w->extra, n}, m, tsc, &batch);
	extra_drop(&w->extra, n);
	if (made < n)
		rte_pktmbuf_free_bulk(&m[made], n - made);
	which = to_direct(w, &batch);
	kept = which != 0 ? direct(w, m, &batch, made, which) : made;
	for (unsigned i = 0; i < kept; i++)
		insert(w, m[i]);
	pace_return(&w->pace, n - kept);
	counter_add(&w->counters.extra, kept);
}

/* The number of extra probes to mix into a burst of @n: at most half. */
static unsigned to_mix(const struct worker *w, unsigned n)
{
	return RTE_MIN(extra_count(&w->extra), n / 2);
}

unsigned tx_step(struct worker *w, uint64_t tsc)
{
	struct walk_span span;
	unsigned n, mixed = 0, first;

	if (unlikely(w->burst_count > 0))
		return offer_again(w);
	n = tokens(w, tsc);
	if (n == 0)
		return 0;
	if (unlikely(extra_count(&w->dial) > 0))
		return send_extras(w, &w->dial, n, tsc);
	if (unlikely(extra_count(&w->extra) > 0)) {
		mixed = to_mix(w, n);
		if (!w->sending || w->caps != NULL || mixed == 0)
			return send_extras(w, &w->extra, n, tsc);
	}
	span = walk_span(&w->walk, w->step, n - mixed);
	if (span.n < n - mixed)
		pace_return(&w->pace, n - mixed - span.n);
	if (unlikely(span.n == 0)) {
		pace_return(&w->pace, mixed);
		w->sending = false;
		return 0;
	}
	first = span.n;
	if (unlikely(!take_buffers(w, first + mixed)))
		return 0;
	build_burst(w, &span, tsc);
	if (unlikely(mixed > 0))
		mix_extras(w, &w->burst[first], mixed, tsc);
	if (unlikely(w->burst_count == 0)) {
		finish_span(w);
		return span.n > 0; /* whether work was done, though nothing was sent */
	}
	return hand_over(w);
}

void tx_frame(struct worker *w, const uint8_t *frame, uint16_t len)
{
	uint16_t padded = RTE_MAX(len, RTE_ETHER_MIN_LEN - RTE_ETHER_CRC_LEN);
	struct rte_mbuf *m = rte_pktmbuf_alloc(w->pool);
	uint8_t *room = m != NULL ? (uint8_t *)rte_pktmbuf_append(m, padded) : NULL;

	if (room != NULL) {
		memset(room, 0, padded);
		memcpy(room, frame, len);
		if (rte_eth_tx_burst(w->port_id, w->queue_id, &m, 1) == 1)
			return;
	}
	rte_pktmbuf_free(m);
}

void tx_abandon(struct worker *w)
{
	if (w->burst_count > w->burst_first)
		rte_pktmbuf_free_bulk(&w->burst[w->burst_first], w->burst_count - w->burst_first);
	w->burst_count = 0;
}
