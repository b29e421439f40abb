/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_tcp.c - how many grabs a core of the own TCP makes in a second, beside the same packets without it.
 *
 * A grab: SYN-ACK in, ACK with a hello of 150 bytes out, 200 bytes with their ACK in, RST out. So many
 * connections are live as said. The floor parses the same frames in, verifies their checksums, copies the
 * same frames out and writes their checksums.
 *
 * usage: bench_tcp [LIVE [GRABS]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cksum.h"
#include "dp_addr.h"
#include "packet_sum.h"
#include "tcp.h"

enum { IP = 14, L4 = IP + 20, HELLO = 150, ANSWER = 200, OWN_PORT = 61000, PORT = 80, ROUNDS = 5 };

static struct {
	struct tcp *tcp;
	uint8_t frame[TCP_FRAME_MAX], in[TCP_FRAME_MAX], hello[TCP_FRAME_MAX], reset[TCP_FRAME_MAX];
	uint16_t hello_len, reset_len;
	uint64_t now_us, heard, dead;
	uint32_t offer, slab, returned, *conn, *spare, spares, live;
} b;

static uint8_t *take(void *arg)
{
	(void)arg;
	return b.frame;
}

static void give(void *arg, uint8_t *frame, uint16_t len)
{
	(void)arg;
	if (frame[L4 + 13] & PACKET_RST && b.reset_len == 0) {
		memcpy(b.reset, frame, len);
		b.reset_len = len;
	} else if (b.hello_len == 0) {
		memcpy(b.hello, frame, len);
		b.hello_len = len;
	}
}

static void event(void *arg, const struct tcp_event *e)
{
	(void)arg;
	if (e->kind == TCP_OFFER)
		b.offer = e->conn;
	else if (e->kind == TCP_DATA)
		b.slab = e->slab;
	else if (e->kind == TCP_SENT)
		b.spare[b.spares++] = e->slab;
}

static const struct tcp_ops ops = {take, give, event};

/* A segment of target @i: a SYN-ACK, or the answer. Returns its length. */
static uint16_t make(uint8_t *f, uint32_t i, bool syn)
{
	uint16_t l4 = syn ? 40 : 32 + ANSWER;
	uint64_t pseudo;

	memset(f, 0, L4 + l4);
	f[12] = 8;
	memcpy(f + IP, (const uint8_t[]){0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6}, 10);
	put_be16(f + IP + 2, (uint16_t)(20 + l4));
	put_be32(f + IP + 12, 0x0a000000 + i);
	put_be32(f + IP + 16, 0xc6120001);
	put_be16(f + IP + 10, cksum_finish(cksum_add(0, f + IP, 20)));
	put_be16(f + L4, PORT);
	put_be16(f + L4 + 2, OWN_PORT);
	put_be32(f + L4 + 4, i * 7 + !syn);
	put_be32(f + L4 + 8, i * 5 + 1 + (syn ? 0 : HELLO));
	f[L4 + 12] = (uint8_t)((syn ? 40 : 32) / 4 << 4);
	f[L4 + 13] = syn ? PACKET_SYN | PACKET_ACK : PACKET_ACK | PACKET_PSH;
	put_be16(f + L4 + 14, 65160);
	if (syn)
		memcpy(f + L4 + 20, (const uint8_t[]){2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
		                                      0, 9, 0, 0,    0, 0, 1, 3,  3, 7},
		       20);
	else
		memcpy(f + L4 + 20, (const uint8_t[]){1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0}, 12);
	pseudo = cksum_pseudo(f + IP + 12, f + IP + 16, 4, DP_TRANSPORT_TCP, l4);
	put_be16(f + L4 + 16, cksum_finish(cksum_add(pseudo, f + L4, l4)));
	return (uint16_t)(L4 + l4);
}

static void hear(uint32_t i, bool syn, struct packet *p)
{
	uint16_t len = make(b.in, i, syn);

	if (packet_parse(b.in, len, p) != PACKET_TCP || !packet_sums_fit(p))
		abort();
}

static void begin(uint32_t i)
{
	struct packet p;
	uint32_t number;

	hear(i, true, &p);
	if (!tcp_accept(b.tcp, &p, 0, b.now_us))
		abort();
	b.conn[i % b.live] = b.offer;
	number = b.spare[--b.spares];
	tcp_slab(b.tcp, number)->len = HELLO;
	tcp_say(b.tcp, b.offer, number, b.now_us);
}

static void end(uint32_t i)
{
	struct packet p;

	hear(i, false, &p);
	if (!tcp_input(b.tcp, &p, b.now_us))
		abort();
	b.slab = 0;
	tcp_flush(b.tcp, b.now_us);
	if (b.slab == 0)
		abort();
	b.heard += tcp_slab(b.tcp, b.slab)->len;
	tcp_return(b.tcp, b.conn[i % b.live], b.slab, b.now_us);
	tcp_close(b.tcp, b.conn[i % b.live], false, b.now_us);
}

static void copy_out(const uint8_t *from, uint16_t len, uint32_t i)
{
	uint32_t l4 = len - L4;
	uint64_t pseudo;

	memcpy(b.frame, from, len);
	put_be32(b.frame + IP + 16, i);
	put_be16(b.frame + IP + 10, cksum_finish(cksum_add(0, b.frame + IP, 20)));
	pseudo = cksum_pseudo(b.frame + IP + 12, b.frame + IP + 16, 4, DP_TRANSPORT_TCP, l4);
	put_be16(b.frame + L4 + 16, cksum_finish(cksum_add(pseudo, b.frame + L4, l4)));
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double floor_of(uint32_t n)
{
	double start = seconds();
	struct packet p;

	for (uint32_t i = 0; i < n; i++) {
		hear(i, true, &p);
		copy_out(b.hello, b.hello_len, i);
		hear(i, false, &p);
		copy_out(b.reset, b.reset_len, i);
	}
	return seconds() - start;
}

static double run(uint32_t n)
{
	double start = seconds();

	for (uint32_t i = b.live; i < n + b.live; i++) {
		end(i - b.live);
		begin(i);
		if (i % 64 == 0)
			tcp_tick(b.tcp, b.now_us += 20);
	}
	start = seconds() - start;
	for (uint32_t i = 0; i < b.live; i++) /* the next round begins with the same targets */
		end(n + i);
	for (uint32_t i = 0; i < b.live; i++)
		begin(i);
	return start;
}

int main(int argc, char **argv)
{
	struct dp_addr own = dp_addr_v4(0xc6120001);
	uint32_t n;
	struct tcp_config c = {.rx_slabs = 4096,
	                       .own = &own,
	                       .own_count = 1,
	                       .syn_wscale = 7,
	                       .ops = &ops,
	                       .conns = 16};

	b.live = argc > 1 ? (uint32_t)atoi(argv[1]) : 1000;
	n = argc > 2 ? (uint32_t)atoi(argv[2]) : 1000000;
	while (c.conns < b.live + 1)
		c.conns *= 2;
	c.tx_slabs = b.live + 1;
	b.tcp = tcp_new(&c);
	b.conn = calloc(b.live, sizeof(*b.conn));
	b.spare = calloc(c.tx_slabs, sizeof(*b.spare));
	if (b.tcp == NULL || b.conn == NULL || b.spare == NULL)
		abort();
	for (uint32_t i = 0; i < c.tx_slabs; i++)
		b.spare[b.spares++] = c.rx_slabs + 1 + i;
	b.now_us = 1000000;
	for (uint32_t i = 0; i < b.live; i++)
		begin(i);
	run(b.live); /* warm */
	for (int i = 0; i < ROUNDS; i++) {
		double bare = floor_of(n), all = run(n);

		printf("live %u: %.2f M grabs/s, floor %.2f, ratio %.2f, memory %zu MB\n", b.live,
		       n / all / 1e6, n / bare / 1e6, all / bare, tcp_memory(&c) / 1000000);
	}
	return 0;
}
