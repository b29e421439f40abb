/* SPDX-License-Identifier: Apache-2.0 */
/* probe_tcp.c - the TCP SYN probe. */
#include "probe_tcp.h"

#include <string.h>

#include "cksum.h"
#include "probe_impl.h"

/* The options have the order and the values of a Linux client on Ethernet. Some middleboxes drop a
 * SYN without options, and an answer to it would have none. */
static uint16_t build(uint8_t *l4, bool v6)
{
	static const uint8_t header[PROBE_TCP_LEN] = {
		[12] = (PROBE_TCP_LEN / 4) << 4,
		PACKET_SYN,
		0xfa,
		0xf0, /* window 64240 */
		[20] = 2,
		4,
		0x05,
		0xb4, /* MSS 1460 */
		4,
		2,
		8,
		10,
		[36] = 1,
		3,
		3,
		7,
	};

	memcpy(l4, header, sizeof(header));
	if (v6)
		put_be16(l4 + 22, 1440);
	return PROBE_TCP_LEN;
}

static uint16_t patch(const struct probe_template *t, const struct probe_target *target,
                      uint8_t *frame)
{
	uint8_t *h = frame + t->l4;
	size_t addresses = target->v6 ? 32 : 8;
	uint64_t sum;

	put_be16(h, target->source_port);
	put_be16(h + 2, target->port);
	put_be32(h + PROBE_TCP_SEQ, target->cookie.seq);
	put_be32(h + PROBE_TCP_TSVAL, target->now_us);
	sum = cksum_add(t->l4_sum, h - addresses, addresses + 8);
	sum = cksum_add(sum, h + PROBE_TCP_TSVAL, 4);
	put_be16(h + PROBE_TCP_CKSUM, cksum_finish(sum));
	return t->len;
}

static bool ends(enum packet_kind kind, const struct packet *p, uint16_t *port, uint16_t *own_port)
{
	if (kind == PACKET_TCP) {
		*port = p->sport;
		*own_port = p->dport;
		return true;
	}
	if (kind == PACKET_ICMP_ERROR && p->inner.proto == DP_TRANSPORT_TCP) {
		*port = p->inner_dport;
		*own_port = p->inner_sport;
		return true;
	}
	return false;
}

/* An older timestamp echo gives no round-trip time: nothing but the sender's word vouches for
 * it. */
enum { RTT_MAX_US = 120 * 1000 * 1000 };

void probe_tcp_options(const uint8_t *at, uint8_t len, uint32_t now_us, struct dp_result *r)
{
	struct packet_options o;

	packet_tcp_options(at, len, &o);
	r->tcp_options = o.order;
	r->mss = o.mss;
	r->wscale = o.wscale;
	if (o.has_timestamp && o.ts_ecr != 0 && now_us - o.ts_ecr <= RTT_MAX_US)
		r->rtt_us = now_us - o.ts_ecr;
}

/* An answer acknowledges the SYN: our sequence number + 1 (RFC 9293 3.10.7). Some middleboxes send
 * a RST that acknowledges the bare sequence number, which proves as much. */
static bool answers(enum packet_kind kind, const struct packet *p,
                    const struct probe_target *target, struct dp_result *r)
{
	enum { CONTROL = PACKET_SYN | PACKET_ACK | PACKET_RST | PACKET_FIN };
	uint32_t seq = target->cookie.seq;

	if (kind == PACKET_ICMP_ERROR) {
		r->reply = DP_REPLY_UNREACHABLE;
		return p->inner_seq == seq;
	}
	r->window = p->window;
	if ((p->flags & CONTROL) == (PACKET_SYN | PACKET_ACK)) {
		r->reply = DP_REPLY_OPEN;
		probe_tcp_options(p->options, p->options_len, target->now_us, r);
		return p->ack == seq + 1;
	}
	r->reply = DP_REPLY_CLOSED;
	return (p->flags & PACKET_RST) != 0 && (p->ack == seq + 1 || p->ack == seq);
}

const struct probe_kind probe_tcp_syn = {
	.name = "syn",
	.transport = DP_TRANSPORT_TCP,
	.build = build,
	.patch = patch,
	.ends = ends,
	.answers = answers,
};
