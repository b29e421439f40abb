/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dp_gateways.c - follows the gateways of a running scan: their link-layer addresses, and whether
 * they are there. Control thread.
 *
 * Each gateway is asked once a second, in slow scans less often. An announcement of another
 * link-layer address, as a router sends when it takes over for another one (RFC 9568), makes it be
 * asked at once; only its answer counts.
 */
#include <string.h>

#include "clock.h"
#include "dp_private.h"
#include "post.h"

enum {
	LOOK_US = 50000,
	ASK_US = 1000000,
	ASK_SLOW_US = 30000000,
	ASK_PROBES = 200, /* in slow scans, one question for so many probes */
	LATE_US = 500000,
};

/* The time between two questions to a gateway. */
static int64_t ask_every_us(const struct dp *dp)
{
	double us = ASK_PROBES * 1e6 / dp->rate_pps;

	return us < ASK_US ? ASK_US : us > ASK_SLOW_US ? ASK_SLOW_US : (int64_t)us;
}

/* The time after which a gateway is silent: without an answer to three questions, and without any
 * answer to a probe. */
static int64_t silent_us(const struct dp *dp)
{
	return 3 * ask_every_us(dp) + LATE_US;
}

static void ask(struct dp *dp, const struct neigh_io *io, unsigned i, int64_t now_us)
{
	const struct dp_addr *gateway = &dp->way.hops.hop[i].gateway;
	uint8_t frame[NEIGH_FRAME_MAX];
	uint16_t len;

	dp->gateway[i].asked_us = now_us;
	if (dp->post[0] == NULL) {
		neigh_ask(io, gateway);
		return;
	}
	len = neigh_question(io, gateway, frame);
	if (len > 0)
		post_put(&dp->post[0]->out, frame, len);
}

/* A gateway has told its link-layer address. If that is another one than before, everything that was
 * sent since its last answer has gone nowhere. */
static void take(struct dp *dp, unsigned i, const uint8_t mac[6], int64_t now_us)
{
	struct hop *h = &dp->way.hops.hop[i];

	if (atomic_load(&h->mac) != hop_word(mac)) {
		atomic_store(&h->mac, hop_word(mac));
		/* Release: a worker that sees that one has moved sees where to. */
		atomic_store_explicit(&dp->way.hops.moved, true, memory_order_release);
		dp->moves++;
		dp_send_again(dp, dp->gateway[i].answered_us);
	}
	dp->gateway[i].answered_us = now_us;
}

static void hear(struct dp *dp, const struct neigh_io *io, const struct neigh_news *n,
                 int64_t now_us)
{
	for (unsigned i = 0; i < dp->way.hops.hop_count; i++) {
		const struct hop *h = &dp->way.hops.hop[i];

		if (h->kind != HOP_GATEWAY || h->is_fixed ||
		    dp_addr_compare(&h->gateway, &n->addr) != 0)
			continue;
		if (n->is_answer)
			take(dp, i, n->mac, now_us);
		else if (atomic_load(&h->mac) != hop_word(n->mac))
			ask(dp, io, i, now_us);
	}
}

/* Read what came back to the workers of a port of one's own. */
static void hear_workers(struct dp *dp, const struct neigh_io *io, int64_t now_us)
{
	const struct post_frame *f;
	struct neigh_news n;

	for (unsigned i = 0; i < dp->workers; i++) {
		if (dp->post[i] == NULL)
			continue;
		while ((f = post_first(&dp->post[i]->in)) != NULL) {
			if (neigh_read(io, f->bytes, f->len, &n))
				hear(dp, io, &n, now_us);
			post_drop(&dp->post[i]->in);
		}
	}
}

static uint64_t valid_answers(const struct dp *dp)
{
	struct dp_stats sum = {0};

	for (unsigned i = 0; i < dp->workers; i++)
		counters_sum(&dp->worker[i].counters, &sum);
	return sum.open + sum.closed + sum.unreachable + sum.duplicates;
}

/* Whether a gateway is silent. A router may not answer questions while it forwards: as long as
 * probes are answered, none is silent. */
static bool is_silent(struct dp *dp, int64_t now_us)
{
	uint64_t answers = valid_answers(dp);

	if (answers != dp->gateway_answers)
		dp->answers_us = now_us;
	dp->gateway_answers = answers;
	if (now_us - dp->answers_us < silent_us(dp))
		return false;
	for (unsigned i = 0; i < dp->way.hops.hop_count; i++) {
		const struct hop *h = &dp->way.hops.hop[i];

		if (h->kind == HOP_GATEWAY && !h->is_fixed &&
		    now_us - dp->gateway[i].answered_us >= silent_us(dp))
			return true;
	}
	return false;
}

/* The time of the oldest last answer. */
static int64_t last_answer(const struct dp *dp, int64_t now_us)
{
	int64_t oldest = now_us;

	for (unsigned i = 0; i < dp->way.hops.hop_count; i++) {
		const struct hop *h = &dp->way.hops.hop[i];

		if (h->kind == HOP_GATEWAY && !h->is_fixed && dp->gateway[i].answered_us < oldest)
			oldest = dp->gateway[i].answered_us;
	}
	return oldest;
}

static void follow_silence(struct dp *dp, int64_t now_us)
{
	bool was = atomic_load(&dp->shared.gateway_silent), is = is_silent(dp, now_us);

	if (is && !was)
		dp_send_again(dp, last_answer(dp, now_us));
	atomic_store(&dp->shared.gateway_silent, is);
}

void dp_gateways_watch(struct dp *dp, int64_t now_us)
{
	struct neigh_io io;
	struct neigh_news n;

	if (now_us - dp->gateways_us < LOOK_US)
		return;
	if (dp->gateways_us == 0) { /* all were resolved just now */
		dp->answers_us = now_us;
		for (unsigned i = 0; i < dp->way.hops.hop_count; i++)
			dp->gateway[i] = (struct dp_gateway){now_us, now_us};
	}
	dp->gateways_us = now_us;
	io = dp_hops_io(dp);
	io.port = NULL;
	if (dp->post[0] != NULL)
		hear_workers(dp, &io, now_us);
	while (dp->post[0] == NULL && neigh_hear(&io, &n))
		hear(dp, &io, &n, now_us);
	for (unsigned i = 0; i < dp->way.hops.hop_count; i++) {
		const struct hop *h = &dp->way.hops.hop[i];

		if (h->kind == HOP_GATEWAY && !h->is_fixed &&
		    now_us - dp->gateway[i].asked_us >= ask_every_us(dp))
			ask(dp, &io, i, now_us);
	}
	follow_silence(dp, now_us);
}
