/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_tcp.c - the core of TCP under any segments, orders and times, each near what it expects.
 *
 * Whatever comes, the owner gets a stream whose bytes are right by their place, no more than a window
 * ahead of what it has read; no slab is lost, and the end of the connection frees all.
 */
#include <stdlib.h>
#include <string.h>

#include "dp_addr.h"
#include "tcp_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SLABS = 80, LENT = 256 };
static const uint32_t IRS = 0xfffff000, ISS = 0x7fffff00;

static struct {
	struct tcp *tcp;
	uint64_t now_us;
	uint32_t conn, heard, lent[LENT], spare[SLABS];
	unsigned lent_count, spares;
	bool dead;
	uint8_t frame[TCP_FRAME_MAX];
} f;

static uint8_t byte_at(uint32_t seq)
{
	return (uint8_t)(seq * 31 + (seq >> 8) * 7);
}

static uint8_t *take(void *arg)
{
	(void)arg;
	return f.frame;
}

static void give(void *arg, uint8_t *frame, uint16_t len)
{
	struct packet p;

	(void)arg;
	if (packet_parse(frame, len, &p) != PACKET_TCP)
		abort();
}

static void hear(const struct tcp_slab *s)
{
	for (unsigned i = 0; i < s->len; i++)
		if (s->bytes[i] != byte_at(IRS + 1 + f.heard + i))
			abort();
	f.heard += s->len;
}

static void event(void *arg, const struct tcp_event *e)
{
	(void)arg;
	if (f.dead && e->kind != TCP_SENT)
		abort();
	if (e->kind == TCP_OFFER)
		f.conn = e->conn;
	if (e->kind == TCP_SENT)
		f.spare[f.spares++] = e->slab;
	if (e->kind == TCP_DATA) {
		if (f.lent_count == LENT)
			abort();
		hear(tcp_slab(f.tcp, e->slab));
		f.lent[f.lent_count++] = e->slab;
	}
	if (e->kind == TCP_DEAD)
		f.dead = true;
}

static const struct tcp_ops ops = {take, give, event};
static const uint8_t own[4] = {198, 18, 0, 1}, peer[4] = {198, 18, 0, 2};

static struct tcb *tcb(void)
{
	struct tcb *c = &f.tcp->tcb[f.conn & ((1u << 21) - 1)];

	return c->state == TCB_FREE ? NULL : c;
}

static void fill(struct packet *p, uint8_t flags, uint32_t seq, uint32_t ack)
{
	*p = (struct packet){.sport = 80, .dport = 61000, .seq = seq, .ack = ack, .flags = flags};
	p->ip = (struct packet_ip){peer, own, 4, DP_TRANSPORT_TCP, 64};
}

static void begin(uint8_t kind)
{
	static const uint8_t options[] = {2, 4,  5, 0xb4, 4, 2, 3, 3, 7, 1,
	                                  8, 10, 0, 0,    1, 0, 0, 0, 0, 0};
	static const struct dp_addr self = {{[10] = 0xff, 0xff, 198, 18, 0, 1}};
	const struct tcp_config c = {.conns = 16,
	                             .rx_slabs = SLABS,
	                             .tx_slabs = SLABS,
	                             .own = &self,
	                             .own_count = 1,
	                             .syn_wscale = 7,
	                             .ops = &ops};
	struct packet p;

	memset(&f, 0, sizeof(f));
	f.now_us = 1000000000;
	f.tcp = tcp_new(&c);
	if (f.tcp == NULL)
		abort();
	for (uint32_t i = 0; i < SLABS; i++)
		f.spare[f.spares++] = SLABS + 1 + i;
	fill(&p, PACKET_SYN | PACKET_ACK, IRS, ISS + 1);
	p.options = options;
	p.options_len = kind & 1 ? sizeof(options) : kind & 2 ? 9 : 0;
	p.window = (uint16_t)(kind << 8 | 1);
	if (!tcp_accept(f.tcp, &p, 0, f.now_us))
		abort();
}

/* A segment near what the connection expects: the next bytes say by how much it is off. */
static void inject(const uint8_t *b)
{
	static uint8_t bytes[2048];
	uint8_t options[12] = {1, 1, 8, 10};
	const struct tcb *c = tcb();
	struct packet p;

	if (c == NULL)
		return;
	fill(&p, b[1] & 0x3f, c->rcv_nxt + (uint32_t)(int8_t)b[2] * (b[3] & 1 ? 600u : 1u),
	     c->snd_una + (b[3] & 2 ? c->snd_max : 0u) + (uint32_t)((int8_t)b[4] / 16));
	p.payload_len = (uint16_t)(b[5] * (b[3] & 4 ? 8 : 1) % sizeof(bytes));
	p.payload = bytes;
	for (unsigned i = 0; i < p.payload_len; i++)
		bytes[i] = byte_at(p.seq + i);
	p.window = b[3] & 8 ? 0 : (uint16_t)(b[6] << 4);
	p.options = options;
	p.options_len = b[3] & 16 ? 0 : sizeof(options);
	put_be32(options + 4, c->ts_recent + (uint32_t)(int8_t)b[6] / 8);
	put_be32(options + 8, (uint32_t)f.now_us);
	tcp_input(f.tcp, &p, f.now_us);
}

static void say(unsigned len)
{
	uint32_t number;

	if (f.spares == 0 || f.dead)
		return;
	number = f.spare[--f.spares];
	tcp_slab(f.tcp, number)->len = (uint16_t)(len % TCP_SLAB_BYTES + 1);
	tcp_say(f.tcp, f.conn, number, f.now_us);
}

static void follow(const uint8_t *b)
{
	switch (b[0] % 10) {
	case 0:
		say(b[1] * 8u);
		break;
	case 1:
		tcp_listen(f.tcp, f.conn, f.now_us);
		break;
	case 2:
		while (f.lent_count > 0)
			tcp_return(f.tcp, f.conn, f.lent[--f.lent_count], f.now_us);
		break;
	case 3:
		f.now_us += b[1] * 10000ull;
		tcp_tick(f.tcp, f.now_us);
		break;
	case 4:
		if (b[1] > 250)
			tcp_close(f.tcp, f.conn, b[2] & 1, f.now_us);
		break;
	default:
		inject(b);
	}
	if (b[0] & 0x80)
		tcp_flush(f.tcp, f.now_us);
}

static void check(void)
{
	const struct tcb *c = tcb();

	if (c == NULL)
		return;
	if (c->snd_nxt > c->snd_max || c->snd_max > c->snd_end || c->held > TCP_WINDOW_MAX + 127)
		abort();
	if (c->early_len > 0 && seq_diff(c->early_seq, c->rcv_nxt) <= 0)
		abort();
	if (seq_diff(c->rcv_adv, c->rcv_nxt) < 0 && c->state == TCB_OPEN &&
	    !(c->flags & TCB_PEER_FIN))
		abort();
}

static void end(void)
{
	struct tcp_stats stats;

	tcp_close(f.tcp, f.conn, false, f.now_us);
	while (f.lent_count > 0)
		tcp_return(f.tcp, f.conn, f.lent[--f.lent_count], f.now_us);
	for (unsigned i = 0; i < 1000; i++) {
		f.now_us += 4000;
		tcp_tick(f.tcp, f.now_us);
		tcp_flush(f.tcp, f.now_us);
	}
	tcp_read_stats(f.tcp, &stats);
	if (stats.live != 0 || f.tcp->spare_count != SLABS || f.spares != SLABS)
		abort();
	tcp_free(f.tcp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { STEP = 7, MOST = 4000 };

	if (size < 1)
		return 0;
	begin(data[0]);
	for (size_t at = 1, n = 0; at + STEP <= size && n < MOST; at += STEP, n++) {
		follow(data + at);
		check();
	}
	end();
	return 0;
}
