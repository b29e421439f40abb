/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_icmp.c - the ICMP and ICMPv6 echo probe (RFC 792, RFC 4443 4.1).
 *
 *	0 type  1 code  2 checksum  4 identifier = source port  6 sequence = half of the cookie
 *	8 cookie  12 time  16 zeros, so that no frame is shorter than Ethernet's least length
 */
#include <string.h>

#include "cksum.h"
#include "probe_impl.h"

enum {
	COOKIE = 8,
	TIME = 12,
	LEN = 32,
	ECHO_REQUEST = 8,
	ECHO_REPLY = 0,
	ECHO6_REQUEST = 128,
	ECHO6_REPLY = 129,
	RTT_MAX_US = 120 * 1000 * 1000, /* an older echo gives no round-trip time */
};

static uint16_t build(uint8_t *l4, bool v6)
{
	memset(l4, 0, LEN);
	l4[0] = v6 ? ECHO6_REQUEST : ECHO_REQUEST;
	return LEN;
}

static uint16_t patch(const struct probe_template *t, const struct probe_target *target,
                      uint8_t *frame)
{
	uint8_t *h = frame + t->l4;
	uint64_t sum = t->l4_sum;

	put_be16(h + 4, target->source_port);
	put_be16(h + 6, (uint16_t)(target->cookie.seq >> 16));
	put_be32(h + COOKIE, target->cookie.seq);
	put_be32(h + TIME, target->now_us);
	if (target->v6)
		sum = cksum_add(sum, h - 32, 32);
	put_be16(h + 2, cksum_finish(cksum_add(sum, h + 4, 12)));
	return t->len;
}

static bool is_reply(const struct packet *p)
{
	return p->icmp_type == (p->ip.version == 6 ? ECHO6_REPLY : ECHO_REPLY);
}

/* Whether an ICMP error quotes an echo request: its type and code stand where other transports have
 * the source port. */
static bool quotes_request(const struct packet *p)
{
	bool v6 = p->ip.version == 6;

	return p->inner.proto == (v6 ? DP_TRANSPORT_ICMP6 : DP_TRANSPORT_ICMP) &&
	       p->inner_sport == (v6 ? ECHO6_REQUEST : ECHO_REQUEST) << 8;
}

static bool ends(enum packet_kind kind, const struct packet *p, uint16_t *port, uint16_t *own_port)
{
	*port = 0;
	if (kind == PACKET_ICMP && is_reply(p)) {
		*own_port = p->sport;
		return true;
	}
	if (kind == PACKET_ICMP_ERROR && quotes_request(p)) {
		*own_port = (uint16_t)(p->inner_seq >> 16);
		return true;
	}
	return false;
}

static bool answers(enum packet_kind kind, const struct packet *p,
                    const struct probe_target *target, struct dp_result *r)
{
	uint32_t cookie = target->cookie.seq;
	uint32_t sent_us;

	if (kind == PACKET_ICMP_ERROR) {
		r->reply = DP_REPLY_UNREACHABLE;
		return (uint16_t)p->inner_seq == cookie >> 16;
	}
	if (p->icmp_code != 0 || p->dport != cookie >> 16 || p->payload_len < LEN - COOKIE ||
	    packet_be32(p->payload) != cookie)
		return false;
	sent_us = packet_be32(p->payload + TIME - COOKIE);
	r->reply = DP_REPLY_OPEN;
	if (target->now_us - sent_us <= RTT_MAX_US)
		r->rtt_us = target->now_us - sent_us;
	return true;
}

const struct probe_kind probe_icmp_echo = {
	.name = "icmp",
	.portless = true,
	.transport = DP_TRANSPORT_ICMP,
	.build = build,
	.patch = patch,
	.ends = ends,
	.answers = answers,
};
