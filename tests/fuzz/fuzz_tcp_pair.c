/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_tcp_pair.c - two cores talk over a wire that loses, doubles, swaps and damages frames.
 *
 * What each hears is the beginning of what the other has said. Damaged frames have wrong checksums.
 */
#include <stdlib.h>
#include <string.h>

#include "dp_addr.h"
#include "packet_sum.h"
#include "tcp_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SLABS = 80, QUEUE = 128, FATES_MAX = 4000 };

struct end {
	struct tcp *tcp;
	uint32_t conn, said, heard, spare[SLABS];
	unsigned spares;
	struct end *other;
	uint8_t building[TCP_FRAME_MAX];
	uint8_t frame[QUEUE][TCP_FRAME_MAX]; /* on the way to it */
	uint16_t len[QUEUE];
	unsigned first, count;
	uint32_t slab[SLABS];
	unsigned slabs;
	bool dead;
};

static struct end ends[2];
static const uint8_t *fate;
static size_t fates;

static uint8_t next_fate(void)
{
	if (fates == 0)
		return 0;
	fates--;
	return *fate++;
}

static uint8_t byte_at(const struct end *e, uint32_t at)
{
	return (uint8_t)(at * 31 + (at >> 8) * 7 + (e == &ends[0]));
}

static uint8_t *take(void *arg)
{
	return ((struct end *)arg)->building;
}

static void put(struct end *to, const uint8_t *frame, uint16_t len, uint8_t what)
{
	unsigned at = (to->first + to->count) % QUEUE;

	if (to->count == QUEUE)
		return;
	memcpy(to->frame[at], frame, len);
	to->len[at] = len;
	if (what % 8 == 3)
		to->frame[at][14 + what % (len - 14)] ^= (uint8_t)(what | 1);
	if (what % 8 == 4 && to->count > 0) { /* before the one that was sent last */
		unsigned last = (at + QUEUE - 1) % QUEUE;
		uint16_t keep = to->len[last];
		uint8_t bytes[TCP_FRAME_MAX];

		memcpy(bytes, to->frame[last], keep);
		memcpy(to->frame[last], to->frame[at], len);
		memcpy(to->frame[at], bytes, keep);
		to->len[last] = len;
		to->len[at] = keep;
	}
	to->count++;
}

static void give(void *arg, uint8_t *frame, uint16_t len)
{
	struct end *e = arg;
	uint8_t what = next_fate();

	if (what % 8 == 1)
		return;
	put(e->other, frame, len, what);
	if (what % 8 == 2)
		put(e->other, frame, len, 0);
}

static void event(void *arg, const struct tcp_event *e)
{
	struct end *me = arg;

	if (e->kind == TCP_OFFER)
		me->conn = e->conn;
	if (e->kind == TCP_SENT)
		me->spare[me->spares++] = e->slab;
	if (e->kind == TCP_DATA)
		me->slab[me->slabs++] = e->slab;
	if (e->kind == TCP_DEAD)
		me->dead = true;
}

static const struct tcp_ops ops = {take, give, event};

static void hear(struct end *e, uint64_t now_us)
{
	while (e->slabs > 0) {
		const struct tcp_slab *s = tcp_slab(e->tcp, e->slab[0]);

		for (unsigned i = 0; i < s->len; i++)
			if (e->heard + i >= e->other->said ||
			    s->bytes[i] != byte_at(e->other, e->heard + i))
				abort();
		e->heard += s->len;
		tcp_return(e->tcp, e->conn, e->slab[0], now_us);
		memmove(e->slab, e->slab + 1, --e->slabs * sizeof(e->slab[0]));
	}
}

static void say(struct end *e, unsigned len, uint64_t now_us)
{
	struct tcp_slab *s;

	if (e->spares <= SLABS - 8 || e->dead) /* not more than the queue takes */
		return;
	s = tcp_slab(e->tcp, e->spare[--e->spares]);
	s->len = (uint16_t)len;
	for (unsigned i = 0; i < len; i++)
		s->bytes[i] = byte_at(e, e->said + i);
	e->said += len;
	tcp_say(e->tcp, e->conn, e->spare[e->spares], now_us);
}

/* Each end believes that the other one has answered its SYN. */
static void begin(struct end *e, uint8_t number, uint32_t irs, uint32_t iss)
{
	static const uint8_t options[] = {2, 4,  1, 0, 4, 2, 3, 3,  7,  1,
	                                  8, 10, 0, 0, 0, 1, 0, 15, 27, 48};
	const uint8_t own[4] = {198, 18, 0, number}, peer[4] = {198, 18, 0, (uint8_t)(3 - number)};
	const struct dp_addr self = dp_addr_v4(0xc6120000u + number);
	const struct tcp_config c = {.conns = 16,
	                             .rx_slabs = SLABS,
	                             .tx_slabs = SLABS,
	                             .own = &self,
	                             .own_count = 1,
	                             .syn_wscale = 7,
	                             .ops = &ops,
	                             .arg = e};
	struct packet p = {.sport = (uint16_t)(3 - number),
	                   .dport = number,
	                   .seq = irs,
	                   .ack = iss + 1,
	                   .flags = PACKET_SYN | PACKET_ACK,
	                   .window = 8192,
	                   .options = options,
	                   .options_len = sizeof(options)};

	memset(e, 0, sizeof(*e));
	e->other = &ends[2 - number];
	e->tcp = tcp_new(&c);
	p.ip = (struct packet_ip){peer, own, 4, DP_TRANSPORT_TCP, 64};
	for (uint32_t i = 0; i < SLABS; i++)
		e->spare[e->spares++] = SLABS + 1 + i;
	if (e->tcp == NULL || !tcp_accept(e->tcp, &p, 0, 1000000))
		abort();
}

static void deliver(struct end *e, uint64_t now_us)
{
	for (; e->count > 0; e->count--) {
		struct packet p;
		const uint8_t *frame = e->frame[e->first];

		if (packet_parse(frame, e->len[e->first], &p) == PACKET_TCP && packet_sums_fit(&p))
			tcp_input(e->tcp, &p, now_us);
		e->first = (e->first + 1) % QUEUE;
	}
	hear(e, now_us);
	tcp_tick(e->tcp, now_us);
	tcp_flush(e->tcp, now_us);
	hear(e, now_us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t now_us = 1000000;

	fate = data;
	fates = size < FATES_MAX ? size : FATES_MAX;
	begin(&ends[0], 1, 0xffffff00, 0x7fffff00);
	begin(&ends[1], 2, 0x7fffff00, 0xffffff00);
	for (unsigned quiet = 0; quiet < 1000; quiet += fates == 0) {
		uint8_t what = next_fate();

		if (what > 0)
			say(&ends[what & 1], what * 7u, now_us);
		now_us += fates > 0 ? 5000 : 100000;
		deliver(&ends[0], now_us);
		deliver(&ends[1], now_us);
	}
	/* The wire is good again: all that was said arrives, unless an end has given up. */
	for (unsigned i = 0; i < 2; i++)
		if (!ends[0].dead && !ends[1].dead && ends[0].conn != 0 && ends[1].said > 0 &&
		    ends[0].said > 0 && ends[i].heard != ends[1 - i].said)
			abort();
	tcp_free(ends[0].tcp);
	tcp_free(ends[1].tcp);
	return 0;
}
