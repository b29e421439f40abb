/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet.h - parses a received Ethernet frame; every length is checked.
 *
 * Hostile input. The parser reads no byte beyond @len and returns pointers into the frame only for
 * bytes it has checked. Checksums are not verified here: see packet_sum.h. Frames in which a NIC found
 * a wrong checksum are dropped before they get here.
 */
#ifndef SONDE_PACKET_H
#define SONDE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_kind {
	PACKET_MALFORMED = 0, /* lengths or header fields contradict each other */
	PACKET_OTHER,         /* not for us to judge: another protocol, a fragment */
	PACKET_ARP,           /* Ethernet ARP for IPv4, complete */
	PACKET_TCP,
	PACKET_UDP,
	PACKET_ICMP,       /* ICMP or ICMPv6 that is not an error: echo, neighbour discovery */
	PACKET_ICMP_ERROR, /* unreachable or time exceeded; inner_* say whose packet it quotes */
};

enum { PACKET_FIN = 1, PACKET_SYN = 2, PACKET_RST = 4, PACKET_PSH = 8, PACKET_ACK = 16 };

/* The network header of the frame, or of the packet that an ICMP error quotes. */
struct packet_ip {
	const uint8_t *src; /* 4 or 16 bytes, in the frame */
	const uint8_t *dst;
	uint8_t version; /* 4 or 6 */
	uint8_t proto;   /* enum dp_transport, after IPv6 extension headers */
	uint8_t hops;    /* TTL, hop limit */
};

struct packet {
	struct packet_ip ip;
	const uint8_t *l3;   /* where the network header, or the ARP body, begins */
	uint16_t vlan;       /* 0 = untagged; the outer tag's VID */
	uint16_t ether_type; /* behind the tags */
	uint16_t sport;      /* TCP, UDP; ICMP echo: identifier */
	uint16_t dport;      /* TCP, UDP; ICMP echo: sequence number */
	uint32_t seq;        /* TCP */
	uint32_t ack;
	uint8_t flags; /* PACKET_SYN ... */
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t options_len; /* TCP options, at most 40 */
	uint16_t window;
	uint16_t payload_len; /* behind the TCP, UDP or ICMP header, within the IP length */
	const uint8_t *options;
	const uint8_t *payload;
	/* PACKET_ICMP_ERROR only. Ports and @inner_seq come from the first 8 bytes of the quoted
	 * transport header. */
	struct packet_ip inner;
	uint16_t inner_sport;
	uint16_t inner_dport;
	uint32_t inner_seq; /* TCP */
};

/* TCP options of a SYN-ACK; absent ones have the values that struct dp_result names. */
struct packet_options {
	uint32_t order; /* enum dp_tcp_option, one nibble each, first lowest */
	uint16_t mss;   /* 0 = absent */
	uint8_t wscale; /* 255 = absent */
	bool has_timestamp;
	uint32_t ts_val;
	uint32_t ts_ecr;
};

/* Parse @len bytes at @frame into @p. Fields that the kind of packet does not have are left unset.
 * Pointers in @p point into the frame. Pure. */
enum packet_kind packet_parse(const uint8_t *frame, size_t len, struct packet *p);

/* Read the @len bytes of TCP options at @at; an invalid length ends the list. Pure. */
void packet_tcp_options(const uint8_t *at, uint8_t len, struct packet_options *o);

static inline uint16_t packet_be16(const uint8_t *b)
{
	return (uint16_t)((b[0] << 8) | b[1]);
}

static inline uint32_t packet_be32(const uint8_t *b)
{
	return ((uint32_t)b[0] << 24) | ((uint32_t)b[1] << 16) | ((uint32_t)b[2] << 8) | b[3];
}

/* Write a number in network order. */
static inline void put_be16(uint8_t *b, uint16_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static inline void put_be32(uint8_t *b, uint32_t v)
{
	put_be16(b, (uint16_t)(v >> 16));
	put_be16(b + 2, (uint16_t)v);
}

#endif
