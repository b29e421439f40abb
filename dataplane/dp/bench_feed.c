/* SPDX-License-Identifier: Apache-2.0 */
/* bench_feed.c - makes answers, refusals and noise that the receiving half has to tell apart. */
#include "bench_feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "cksum.h"
#include "probe_impl.h"

enum {
	IP = 14,
	TCP = IP + 20,
	SYN_LEN = TCP + 40,
	QUOTED = TCP + 8,
	FRAME_MIN = 60,
	ROOM = RTE_PKTMBUF_HEADROOM + PROBE_FRAME_MAX
};

static void turn(uint8_t *at, size_t len)
{
	uint8_t keep[6];

	memcpy(keep, at, len);
	memcpy(at, at + len, len);
	memcpy(at + len, keep, len);
}

/* Write the checksums of a segment without data. */
static void seal(uint8_t *f, size_t len)
{
	uint64_t pseudo =
		cksum_pseudo(f + IP + 12, f + IP + 16, 4, DP_TRANSPORT_TCP, (uint32_t)len);

	memset(f + IP + 10, 0, 2);
	put_be16(f + IP + 10, cksum_finish(cksum_add(0, f + IP, TCP - IP)));
	memset(f + TCP + 16, 0, 2);
	put_be16(f + TCP + 16, cksum_finish(cksum_add(pseudo, f + TCP, len)));
}

/* Turn a probe into the answer of its target: a SYN-ACK or a RST. Returns its length. */
static uint16_t answer(uint8_t *f, uint8_t flags)
{
	uint32_t seq = packet_be32(f + TCP + 4);

	turn(f, 6);
	turn(f + IP + 12, 4);
	turn(f + TCP, 2);
	put_be32(f + TCP + 4, seq ^ 0x5a5a5a5a);
	put_be32(f + TCP + 8, seq + 1);
	f[TCP + 13] = flags | PACKET_ACK;
	memcpy(f + TCP + 32, f + TCP + 28, 4); /* the timestamp, echoed */
	if (flags == PACKET_SYN) {
		seal(f, SYN_LEN - TCP);
		return SYN_LEN;
	}
	f[TCP + 12] = 5 << 4;
	put_be16(f + IP + 2, TCP + 20 - IP);
	seal(f, 20);
	return FRAME_MIN;
}

/* Turn a probe into a router's ICMP error about it (RFC 792). Returns its length. */
static uint16_t unreachable(uint8_t *f)
{
	const uint8_t icmp[8] = {3, 13};

	memmove(f + TCP + 8, f + IP, QUOTED - IP);
	memcpy(f + TCP, icmp, sizeof(icmp));
	turn(f, 6);
	turn(f + IP + 12, 4);
	put_be16(f + IP + 2, TCP + 8 + QUOTED - IP - IP);
	f[IP + 9] = DP_TRANSPORT_ICMP;
	return TCP + 8 + QUOTED - IP;
}

static uint16_t noise(uint8_t *f, unsigned kind)
{
	uint16_t len = answer(f, kind % 2 ? PACKET_SYN : PACKET_RST);

	switch (kind % 5) {
	case 0: /* does not acknowledge our SYN */
	case 1:
		f[TCP + 8] ^= 0xff;
		break;
	case 2: /* another port */
		f[TCP + 2] ^= 0x80;
		break;
	case 3: /* another protocol */
		f[IP + 9] = DP_TRANSPORT_UDP;
		break;
	default: /* its total length is more than the frame has */
		put_be16(f + IP + 2, 1500);
	}
	return len;
}

static uint16_t make(uint8_t *f, unsigned i, const struct bench_mix *mix, uint64_t *answers)
{
	/* each hundred frames has the same mix, without long runs of one kind */
	unsigned value = i * 37 % 100;

	if (value >= mix->open + mix->closed + mix->unreachable)
		return noise(f, i);
	(*answers)++;
	if (value < mix->open)
		return answer(f, PACKET_SYN);
	return value < mix->open + mix->closed ? answer(f, PACKET_RST) : unreachable(f);
}

static void fill(struct bench_feed *f, const struct probe *probe, const struct bench_mix *mix,
                 struct rte_mbuf **m)
{
	struct walk_span span = {.stride = 1, .n = 1};
	struct probe_batch batch;

	for (unsigned i = 0; i < BENCH_FEED_BUFFERS; i++, span.first++) {
		batch.frame[0] = rte_pktmbuf_mtod(m[i], uint8_t *);
		probe_burst(probe, NULL, &span, 1, &batch);
		/* Keep the length, which a receive descriptor would have, and the number of the
		 * frame. */
		m[i]->hash.fdir.lo = make(batch.frame[0], i, mix, &f->answers);
		m[i]->hash.fdir.hi = i;
		memcpy(f->frame[i], batch.frame[0], BENCH_FEED_FRAME);
	}
}

int bench_feed_init(struct bench_feed *f, unsigned id, const struct probe *probe,
                    const struct bench_mix *mix)
{
	static struct rte_mbuf *m[BENCH_FEED_BUFFERS];
	char name[RTE_MEMPOOL_NAMESIZE];

	*f = (struct bench_feed){.limit = UINT64_MAX};
	snprintf(name, sizeof(name), "feed%u", id);
	f->pool = rte_pktmbuf_pool_create_by_ops(name, BENCH_FEED_BUFFERS, 0, 0, ROOM,
	                                         (int)rte_socket_id(), "ring_sp_sc");
	f->frame = calloc(BENCH_FEED_BUFFERS, sizeof(*f->frame));
	if (f->frame == NULL || f->pool == NULL ||
	    rte_pktmbuf_alloc_bulk(f->pool, m, BENCH_FEED_BUFFERS) != 0)
		return -ENOMEM;
	fill(f, probe, mix, m);
	rte_pktmbuf_free_bulk(m, BENCH_FEED_BUFFERS);
	return 0;
}

void bench_feed_fini(struct bench_feed *f)
{
	rte_mempool_free(f->pool);
	free(f->frame);
}

/* Six parameters: those of DPDK's rte_rx_callback_fn. */
uint16_t bench_feed_burst(uint16_t port, uint16_t queue, struct rte_mbuf **m, uint16_t n,
                          uint16_t max, void *arg)
{
	struct bench_feed *f = arg;
	uint64_t due = f->limit - f->given;

	(void)queue;
	n = due < max ? (uint16_t)due : max;
	if (n == 0 || rte_mempool_get_bulk(f->pool, (void **)m, n) != 0)
		return 0;
	for (uint16_t i = 0; i < n; i++) {
		m[i]->data_off = RTE_PKTMBUF_HEADROOM;
		m[i]->port = port;
		m[i]->ol_flags = 0;
		if (m[i]->data_len != (uint16_t)m[i]->hash.fdir.lo) /* the receiver wrote on it */
			memcpy(rte_pktmbuf_mtod(m[i], uint8_t *), f->frame[m[i]->hash.fdir.hi],
			       BENCH_FEED_FRAME);
		m[i]->data_len = (uint16_t)m[i]->hash.fdir.lo;
		m[i]->pkt_len = m[i]->hash.fdir.lo;
	}
	f->given += n;
	return n;
}
