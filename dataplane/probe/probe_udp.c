/* SPDX-License-Identifier: Apache-2.0 */
/* probe_udp.c - the UDP probe (RFC 768), with a payload that depends on the port. */
#include <string.h>

#include "cksum.h"
#include "probe_impl.h"
#include "probe_payload.h"

enum { HEADER = 8, IPV4_LEN = 20, FRAME_MIN = 60 };

static uint16_t build(uint8_t *l4, bool v6)
{
	(void)v6;
	memset(l4, 0, HEADER);
	return HEADER;
}

static void put_tag(uint8_t *at, uint8_t len, uint32_t tag)
{
	if (len == 2)
		put_be16(at, (uint16_t)tag);
	else if (len == 4)
		put_be32(at, tag);
}

/* Write the length into the IP header and, for IPv4, adjust the header's checksum (RFC 1624). */
static void put_length(const struct probe_template *t, const struct probe_target *target,
                       uint8_t *frame, uint16_t len)
{
	uint8_t *ip = frame + t->l3;

	if (target->v6) {
		put_be16(ip + 4, len);
		return;
	}
	put_be16(ip + 2, (uint16_t)(IPV4_LEN + len));
	put_be16(ip + 10,
	         cksum_update(packet_be16(ip + 10), IPV4_LEN + HEADER, (uint16_t)(IPV4_LEN + len)));
}

static uint16_t patch(const struct probe_template *t, const struct probe_target *target,
                      uint8_t *frame)
{
	const struct probe_payload *p = probe_payload_of(target->payloads, target->port);
	uint16_t len = (uint16_t)(HEADER + p->len);
	size_t addresses = target->v6 ? 32 : 8;
	uint8_t *h = frame + t->l4;
	uint16_t sum, frame_len = (uint16_t)(t->l4 + len);

	put_length(t, target, frame, len);
	put_be16(h, target->source_port);
	put_be16(h + 2, target->port);
	put_be16(h + 4, len);
	memcpy(h + HEADER, p->data, p->len);
	put_tag(h + HEADER + p->tag_at, p->tag_len, target->cookie.seq);
	sum = cksum_finish(
		cksum_add(DP_TRANSPORT_UDP + (uint32_t)len, h - addresses, addresses + len));
	put_be16(h + 6, sum != 0 ? sum : 0xffff); /* 0 would mean that there is no checksum */
	return frame_len < FRAME_MIN ? FRAME_MIN : frame_len;
}

static bool ends(enum packet_kind kind, const struct packet *p, uint16_t *port, uint16_t *own_port)
{
	if (kind == PACKET_UDP) {
		*port = p->sport;
		*own_port = p->dport;
		return true;
	}
	if (kind == PACKET_ICMP_ERROR && p->inner.proto == DP_TRANSPORT_UDP) {
		*port = p->inner_dport;
		*own_port = p->inner_sport;
		return true;
	}
	return false;
}

static bool has_tag(const struct packet *p, const struct probe_payload *sent, uint32_t tag)
{
	const uint8_t *at = p->payload + sent->echo_at;

	if (sent->tag_len == 0)
		return true;
	if (p->payload_len < sent->echo_at || p->payload_len - sent->echo_at < sent->tag_len)
		return false;
	return sent->tag_len == 2 ? packet_be16(at) == (uint16_t)tag : packet_be32(at) == tag;
}

/* Whether the target itself says that nobody listens on the port (RFC 1122 3.2.2.1, RFC 4443
 * 3.1). */
static bool is_closed(const struct packet *p)
{
	bool v6 = p->ip.version == 6;

	return p->icmp_type == (v6 ? 1 : 3) && p->icmp_code == (v6 ? 4 : 3) &&
	       memcmp(p->ip.src, p->inner.dst, v6 ? 16 : 4) == 0;
}

static bool answers(enum packet_kind kind, const struct packet *p,
                    const struct probe_target *target, struct dp_result *r)
{
	const struct probe_payload *sent = probe_payload_of(target->payloads, target->port);

	if (kind == PACKET_ICMP_ERROR) {
		r->reply = is_closed(p) ? DP_REPLY_CLOSED : DP_REPLY_UNREACHABLE;
		return p->inner_seq >> 16 == (uint32_t)HEADER + sent->len;
	}
	r->reply = DP_REPLY_OPEN;
	return has_tag(p, sent, target->cookie.seq);
}

const struct probe_kind probe_udp = {
	.name = "udp",
	.transport = DP_TRANSPORT_UDP,
	.carries = true,
	.payloads = true,
	.build = build,
	.patch = patch,
	.ends = ends,
	.answers = answers,
};
