/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_emit.c - builds the frames of segments. Hot. */
#include "cksum.h"
#include "tcp_impl.h"

enum {
	TCP_LEN = 20,
	STAMP_LEN = 12, /* two NOPs and the option (RFC 7323, 3.2, appendix A) */
	SACK_LEN = 12,  /* two NOPs and one block (RFC 2018, 3) */
	FRAME_MIN = 60,
};

/* Write the options of @c at @at. Returns their length. */
static uint32_t put_options(const struct tcp *t, const struct tcb *c, uint8_t *at, bool reset)
{
	static const uint8_t stamp[4] = {1, 1, 8, 10}, sack[4] = {1, 1, 5, 10};
	uint32_t len = 0;

	if (c->flags & TCB_STAMPS) {
		memcpy(at, stamp, sizeof(stamp));
		put_be32(at + 4, (uint32_t)t->now_us + t->ts_offset);
		put_be32(at + 8, c->ts_recent);
		len = STAMP_LEN;
	}
	if (tcb_blocks(c) && !reset) {
		memcpy(at + len, sack, sizeof(sack));
		put_be32(at + len + 4, c->early_seq);
		put_be32(at + len + 8, c->early_seq + c->early_len);
		len += SACK_LEN;
	}
	return len;
}

/*
 * The window to offer, in the unit of the header. It is rounded up from the bytes that the owner may still
 * get, so that its right edge moves to the left by no more than that unit (RFC 7323 2.4), and a peer that
 * sends single bytes wins nothing by the rounding. What was offered once is taken.
 */
static uint16_t offer(const struct tcp *t, struct tcb *c)
{
	uint8_t shift = c->flags & TCB_SCALES ? t->shift : 0;
	int32_t left = seq_diff(tcp_receive_edge(c), c->rcv_nxt);
	uint32_t wnd = left > 0 ? ((uint32_t)left + (1u << shift) - 1) >> shift : 0;

	if (wnd > UINT16_MAX)
		wnd = UINT16_MAX;
	if (seq_diff(c->rcv_nxt + (wnd << shift), c->rcv_adv) > 0)
		c->rcv_adv = c->rcv_nxt + (wnd << shift);
	return (uint16_t)wnd;
}

/* Copy bytes of the queue. */
static void copy_said(const struct tcp *t, const struct tcb *c, uint32_t at, uint32_t len,
                      uint8_t *out)
{
	uint32_t number = c->said;

	while (len > 0 && number != 0) {
		const struct tcp_slab *s = &t->slab[number];
		uint32_t have = s->len - s->start, n;

		number = s->next;
		if (at >= have) {
			at -= have;
			continue;
		}
		n = have - at < len ? have - at : len;
		memcpy(out, s->bytes + s->start + at, n);
		out += n;
		len -= n;
		at = 0;
	}
}

/* Write the headers below TCP for @l4 bytes of it. Returns where TCP begins. */
static uint8_t *put_network(const struct tcp *t, const struct tcb *c, uint8_t *f, uint32_t l4)
{
	bool v4 = tcp_is_v4(c->addr);
	const struct tcp_head *h = v4 ? &t->head4 : &t->head6;
	const uint8_t *own = t->own[c->own].b;
	uint8_t *ip = f + h->l3;

	memcpy(f, h->bytes, h->len);
	if (v4) {
		put_be16(ip + 2, (uint16_t)(20 + l4));
		memcpy(ip + 12, own + 12, 4);
		memcpy(ip + 16, c->addr + 12, 4);
		put_be16(ip + 10, cksum_finish(cksum_add(h->sum + 20 + l4, ip + 12, 8)));
	} else {
		put_be16(ip + 4, (uint16_t)l4);
		memcpy(ip + 8, own, 16);
		memcpy(ip + 24, c->addr, 16);
	}
	return f + h->len;
}

static void put_sum(const struct tcb *c, uint8_t *h, uint32_t l4)
{
	size_t alen = tcp_is_v4(c->addr) ? 4 : 16;
	const uint8_t *addresses = h - 2 * alen;

	put_be16(h + 16, cksum_finish(cksum_add(cksum_pseudo(addresses, addresses + alen, alen,
	                                                     DP_TRANSPORT_TCP, l4),
	                                        h, l4)));
}

static void send_frame(struct tcp *t, uint8_t *f, uint32_t len)
{
	if (len < FRAME_MIN) {
		memset(f + len, 0, FRAME_MIN - len);
		len = FRAME_MIN;
	}
	t->ops->give(t->arg, f, (uint16_t)len);
}

void tcp_emit(struct tcp *t, struct tcb *c, uint32_t at, uint32_t len, uint8_t flags)
{
	uint8_t *f = t->ops->take(t->arg), *h, options[STAMP_LEN + SACK_LEN];
	uint32_t olen, l4;

	if (f == NULL)
		return;
	olen = put_options(t, c, options, false);
	l4 = TCP_LEN + olen + len;
	h = put_network(t, c, f, l4);
	put_be16(h, c->own_port);
	put_be16(h + 2, c->port);
	put_be32(h + 4, c->snd_una + at);
	put_be32(h + 8, c->rcv_nxt);
	h[12] = (uint8_t)((TCP_LEN + olen) / 4 << 4);
	h[13] = flags | PACKET_ACK;
	put_be16(h + 14, offer(t, c));
	put_be32(h + 16, 0);
	memcpy(h + TCP_LEN, options, olen);
	copy_said(t, c, at, len, h + TCP_LEN + olen);
	put_sum(c, h, l4);
	c->flags &= (uint16_t)~TCB_ACK;
	c->rcv_ack = c->rcv_nxt;
	send_frame(t, f, (uint32_t)(h - f) + l4);
}

void tcp_emit_reset(struct tcp *t, struct tcb *c)
{
	uint8_t *f = t->ops->take(t->arg), *h, options[STAMP_LEN + SACK_LEN];
	uint32_t olen;

	if (f == NULL)
		return;
	olen = put_options(t, c, options, true);
	h = put_network(t, c, f, TCP_LEN + olen);
	put_be16(h, c->own_port);
	put_be16(h + 2, c->port);
	put_be32(h + 4, c->snd_una + c->snd_max);
	put_be32(h + 8, c->rcv_nxt);
	h[12] = (uint8_t)((TCP_LEN + olen) / 4 << 4);
	h[13] = PACKET_RST | PACKET_ACK;
	memset(h + 14, 0, 6);
	memcpy(h + TCP_LEN, options, olen);
	put_sum(c, h, TCP_LEN + olen);
	send_frame(t, f, (uint32_t)(h - f) + TCP_LEN + olen);
}
