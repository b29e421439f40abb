/* SPDX-License-Identifier: Apache-2.0 */
/* packet.c - parses received frames; any bytes are safe. */
#include "packet.h"

#include "dp_types.h"

enum {
	ETHER_LEN = 14,
	ETHER_IPV4 = 0x0800,
	ETHER_ARP = 0x0806,
	ETHER_VLAN = 0x8100,
	ETHER_QINQ = 0x88a8,
	ETHER_IPV6 = 0x86dd,
	ARP_LEN = 28,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	TCP_LEN = 20,
	UDP_LEN = 8,
	ICMP_LEN = 8,
	QUOTE_LEN = 8, /* bytes of the transport header that a quote has at least (RFC 792) */
	EXTENSIONS_MAX = 8,
};

/* Bytes not yet consumed. */
struct cut {
	const uint8_t *at;
	const uint8_t *end;
};

static size_t left(const struct cut *c)
{
	return (size_t)(c->end - c->at);
}

/* Read an IPv4 header. Where @quoted, it stands in an ICMP error, and the packet behind it may be
 * cut short. PACKET_TCP stands for any transport; the caller looks at it. */
static enum packet_kind read_ipv4(struct cut *c, struct packet_ip *ip, bool quoted)
{
	const uint8_t *h = c->at;
	size_t header;
	size_t total;

	if (left(c) < IPV4_LEN || h[0] >> 4 != 4)
		return PACKET_MALFORMED;
	header = (size_t)(h[0] & 15) * 4;
	total = packet_be16(h + 2);
	if (header < IPV4_LEN || total < header || left(c) < header)
		return PACKET_MALFORMED;
	if (left(c) >= total)
		c->end = h + total; /* what follows is padding */
	else if (!quoted)
		return PACKET_MALFORMED;
	*ip = (struct packet_ip){h + 12, h + 16, 4, h[9], h[8]};
	/* A fragment cannot be judged: one with more fragments to come, or with an offset. A quoted
	 * one can, where its offset is 0. */
	if ((packet_be16(h + 6) & (quoted ? 0x1fff : 0x3fff)) != 0)
		return PACKET_OTHER;
	c->at = h + header;
	return PACKET_TCP;
}

static bool is_extension(uint8_t proto)
{
	return proto == 0 || proto == 43 || proto == 60; /* hop-by-hop, routing, destination */
}

static enum packet_kind skip_extensions(struct cut *c, struct packet_ip *ip)
{
	for (int i = 0; is_extension(ip->proto); i++) {
		size_t len;

		if (i == EXTENSIONS_MAX)
			return PACKET_OTHER;
		if (left(c) < 8)
			return PACKET_MALFORMED;
		len = ((size_t)c->at[1] + 1) * 8;
		if (left(c) < len)
			return PACKET_MALFORMED;
		ip->proto = c->at[0];
		c->at += len;
	}
	return ip->proto == 44 ? PACKET_OTHER : PACKET_TCP; /* a fragment */
}

static enum packet_kind read_ipv6(struct cut *c, struct packet_ip *ip, bool quoted)
{
	const uint8_t *h = c->at;
	size_t payload;

	if (left(c) < IPV6_LEN || h[0] >> 4 != 6)
		return PACKET_MALFORMED;
	payload = packet_be16(h + 4);
	if (left(c) - IPV6_LEN >= payload)
		c->end = h + IPV6_LEN + payload;
	else if (!quoted)
		return PACKET_MALFORMED;
	*ip = (struct packet_ip){h + 8, h + 24, 6, h[6], h[7]};
	c->at = h + IPV6_LEN;
	return skip_extensions(c, ip);
}

static enum packet_kind read_tcp(struct cut *c, struct packet *p)
{
	const uint8_t *h = c->at;
	size_t header;

	if (left(c) < TCP_LEN)
		return PACKET_MALFORMED;
	header = (size_t)(h[12] >> 4) * 4;
	if (header < TCP_LEN || left(c) < header)
		return PACKET_MALFORMED;
	p->sport = packet_be16(h);
	p->dport = packet_be16(h + 2);
	p->seq = packet_be32(h + 4);
	p->ack = packet_be32(h + 8);
	p->flags = h[13];
	p->window = packet_be16(h + 14);
	p->options = h + TCP_LEN;
	p->options_len = (uint8_t)(header - TCP_LEN);
	p->payload = h + header;
	p->payload_len = (uint16_t)(left(c) - header);
	return PACKET_TCP;
}

static enum packet_kind read_udp(struct cut *c, struct packet *p)
{
	const uint8_t *h = c->at;
	size_t len;

	if (left(c) < UDP_LEN)
		return PACKET_MALFORMED;
	len = packet_be16(h + 4);
	if (len < UDP_LEN || left(c) < len)
		return PACKET_MALFORMED;
	p->sport = packet_be16(h);
	p->dport = packet_be16(h + 2);
	p->payload = h + UDP_LEN;
	p->payload_len = (uint16_t)(len - UDP_LEN);
	return PACKET_UDP;
}

/* Read the packet that an ICMP error quotes: its addresses and the first bytes of its transport
 * header. */
static enum packet_kind read_quote(struct cut *c, struct packet *p)
{
	enum packet_kind kind = p->ip.version == 4 ? read_ipv4(c, &p->inner, true)
	                                           : read_ipv6(c, &p->inner, true);

	if (kind != PACKET_TCP)
		return kind;
	if (left(c) < QUOTE_LEN)
		return PACKET_MALFORMED;
	p->inner_sport = packet_be16(c->at);
	p->inner_dport = packet_be16(c->at + 2);
	p->inner_seq = packet_be32(c->at + 4);
	return PACKET_ICMP_ERROR;
}

static bool is_error(const struct packet *p)
{
	if (p->ip.version == 4)
		return p->icmp_type == 3 || p->icmp_type == 11;
	return p->icmp_type == 1 || p->icmp_type == 3;
}

static enum packet_kind read_icmp(struct cut *c, struct packet *p)
{
	const uint8_t *h = c->at;

	if (left(c) < ICMP_LEN)
		return PACKET_MALFORMED;
	p->icmp_type = h[0];
	p->icmp_code = h[1];
	c->at += ICMP_LEN;
	if (is_error(p))
		return read_quote(c, p);
	p->sport = packet_be16(h + 4);
	p->dport = packet_be16(h + 6);
	p->payload = c->at;
	p->payload_len = (uint16_t)left(c);
	return PACKET_ICMP;
}

static enum packet_kind read_transport(struct cut *c, struct packet *p)
{
	switch (p->ip.proto) {
	case DP_TRANSPORT_TCP:
		return read_tcp(c, p);
	case DP_TRANSPORT_UDP:
		return read_udp(c, p);
	case DP_TRANSPORT_ICMP:
		return p->ip.version == 4 ? read_icmp(c, p) : PACKET_OTHER;
	case DP_TRANSPORT_ICMP6:
		return p->ip.version == 6 ? read_icmp(c, p) : PACKET_OTHER;
	default:
		return PACKET_OTHER;
	}
}

static enum packet_kind read_arp(const struct cut *c)
{
	static const uint8_t ethernet_ipv4[6] = {0, 1, 8, 0, 6, 4};

	if (left(c) < ARP_LEN)
		return PACKET_MALFORMED;
	for (int i = 0; i < 6; i++)
		if (c->at[i] != ethernet_ipv4[i])
			return PACKET_OTHER;
	return PACKET_ARP;
}

/* Read the Ethernet header and at most two VLAN tags. Returns false if the frame ends too early. */
static bool read_ether(struct cut *c, struct packet *p)
{
	if (left(c) < ETHER_LEN)
		return false;
	p->vlan = 0;
	p->ether_type = packet_be16(c->at + 12);
	c->at += ETHER_LEN;
	for (int i = 0; i < 2; i++) {
		if (p->ether_type != ETHER_VLAN && p->ether_type != ETHER_QINQ)
			break;
		if (left(c) < 4)
			return false;
		if (i == 0)
			p->vlan = packet_be16(c->at) & 0xfff;
		p->ether_type = packet_be16(c->at + 2);
		c->at += 4;
	}
	p->l3 = c->at;
	return true;
}

enum packet_kind packet_parse(const uint8_t *frame, size_t len, struct packet *p)
{
	struct cut c = {frame, frame + len};
	enum packet_kind kind;

	if (!read_ether(&c, p))
		return PACKET_MALFORMED;
	if (p->ether_type == ETHER_IPV4)
		kind = read_ipv4(&c, &p->ip, false);
	else if (p->ether_type == ETHER_IPV6)
		kind = read_ipv6(&c, &p->ip, false);
	else
		return p->ether_type == ETHER_ARP ? read_arp(&c) : PACKET_OTHER;
	return kind == PACKET_TCP ? read_transport(&c, p) : kind;
}

static uint32_t read_option(const uint8_t *at, uint8_t len, struct packet_options *o)
{
	if (at[0] == 2 && len == 4) {
		o->mss = packet_be16(at + 2);
		return DP_TCP_OPT_MSS;
	}
	if (at[0] == 3 && len == 3) {
		o->wscale = at[2];
		return DP_TCP_OPT_WSCALE;
	}
	if (at[0] == 4 && len == 2)
		return DP_TCP_OPT_SACK;
	if (at[0] == 8 && len == 10) {
		o->has_timestamp = true;
		o->ts_val = packet_be32(at + 2);
		o->ts_ecr = packet_be32(at + 6);
		return DP_TCP_OPT_TIMESTAMP;
	}
	return DP_TCP_OPT_OTHER;
}

void packet_tcp_options(const uint8_t *at, uint8_t options_len, struct packet_options *o)
{
	const uint8_t *end = at + options_len;
	unsigned shift = 0;

	*o = (struct packet_options){.wscale = 255};
	for (; at < end && *at != 0; shift += 4) {
		uint32_t seen = DP_TCP_OPT_NOP;
		uint8_t len = 1;

		if (*at != 1) {
			if (end - at < 2 || at[1] < 2 || end - at < at[1])
				return;
			len = at[1];
			seen = read_option(at, len, o);
		}
		if (shift < 32)
			o->order |= seen << shift;
		at += len;
	}
}
