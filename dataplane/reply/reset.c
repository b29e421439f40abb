/* SPDX-License-Identifier: Apache-2.0 */
/* reset.c - turns a SYN-ACK into a RST. Hot. */
#include "reset.h"

#include <string.h>

#include "cksum.h"
#include "packet_fast.h"

enum { IPV4_LEN = 20, IPV6_LEN = 40, TCP_LEN = 20, HOPS = 64, FRAME_MIN = 60 };

static void swap(uint8_t *a, uint8_t *b, size_t len)
{
	uint8_t keep[16];

	memcpy(keep, a, len);
	memcpy(a, b, len);
	memcpy(b, keep, len);
}

static void put16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void turn_ipv4(uint8_t *ip)
{
	static const uint8_t fresh[12] = {0x45, 0, 0,    IPV4_LEN + TCP_LEN, 0, 0,
	                                  0x40, 0, HOPS, DP_TRANSPORT_TCP};

	memcpy(ip, fresh, sizeof(fresh));
	swap(ip + 12, ip + 16, 4);
	put16(ip + 10, cksum_finish(cksum_add(0, ip, IPV4_LEN)));
}

static void turn_ipv6(uint8_t *ip)
{
	static const uint8_t fresh[8] = {0x60, 0, 0, 0, 0, TCP_LEN, DP_TRANSPORT_TCP, HOPS};

	memcpy(ip, fresh, sizeof(fresh));
	swap(ip + 8, ip + 24, 16);
}

static void turn_tcp(uint8_t *tcp, const uint8_t *addresses, size_t alen)
{
	swap(tcp, tcp + 2, 2);
	memcpy(tcp + 4, tcp + 8, 4);
	memset(tcp + 8, 0, TCP_LEN - 8);
	tcp[12] = (TCP_LEN / 4) << 4;
	tcp[13] = PACKET_RST;
	put16(tcp + 16, cksum_finish(cksum_add(cksum_pseudo(addresses, addresses + alen, alen,
	                                                    DP_TRANSPORT_TCP, TCP_LEN),
	                                       tcp, TCP_LEN)));
}

static uint32_t word(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void put_word(uint8_t *at, uint32_t v)
{
	memcpy(at, &v, sizeof(v));
}

static void put_half(uint8_t *at, uint32_t v)
{
	uint16_t half = (uint16_t)v;

	memcpy(at, &half, sizeof(half));
}

static uint32_t halves(uint32_t v)
{
	return (v & 0xffff) + (v >> 16);
}

static uint32_t complement(uint32_t sum)
{
	return ~halves(halves(sum));
}

/*
 * Turn a frame of the usual form (packet_fast.h), which nearly all have. It reads all fields before
 * it writes any. Words stay in wire order: the checksum works in any byte order (RFC 1071, 2.B).
 */
static void turn_usual(uint8_t *f)
{
	static const uint8_t fresh[12] = {8, 0, 0x45, 0, 0,    40,
	                                  0, 0, 0x40, 0, HOPS, DP_TRANSPORT_TCP};
	static const uint8_t rst[4] = {(TCP_LEN / 4) << 4, PACKET_RST};
	static const uint8_t pseudo[4] = {0, DP_TRANSPORT_TCP, 0, TCP_LEN};
	const uint64_t macs = packet_fast_word(f);
	const uint32_t tail = word(f + 8); /* last 4 bytes of the sender's MAC */
	const uint64_t to = macs >> 48 | (uint64_t)tail << 16, from = macs << 16 >> 16;
	const uint32_t src = word(f + 30), dst = word(f + 26), ports = word(f + 34);
	const uint32_t seq = word(f + 42), turned = ports << 16 | ports >> 16;
	const uint32_t addresses = halves(src) + halves(dst);
	const uint64_t first = to | from << 48;

	memcpy(f, &first, sizeof(first));
	put_word(f + 8, (uint32_t)(from >> 16));
	memcpy(f + 12, fresh, sizeof(fresh));
	put_half(f + 24, complement(halves(word(fresh + 2)) + halves(word(fresh + 8)) +
	                            (word(fresh + 6) & 0xffff) + addresses));
	put_word(f + 26, src);
	put_word(f + 30, dst);
	put_word(f + 34, turned);
	put_word(f + 38, seq);
	put_word(f + 42, 0);
	put_word(f + 46, word(rst));
	put_word(f + 50, complement(halves(word(rst)) + halves(word(pseudo)) + addresses +
	                            halves(ports) + halves(seq)) &
	                         0xffff);
}

static uint16_t turn_any(uint8_t *frame, size_t len)
{
	struct packet p;
	bool is_tcp = packet_parse(frame, len, &p) == PACKET_TCP;
	size_t header = is_tcp && p.ip.version == 4 ? IPV4_LEN : IPV6_LEN;
	size_t at;

	/* IP options or extension headers would move the TCP header away from where it is written
	 * below. */
	if (!is_tcp || p.options != p.l3 + header + TCP_LEN)
		return 0;
	at = (size_t)(p.l3 - frame);
	swap(frame, frame + 6, 6);
	if (p.ip.version == 4)
		turn_ipv4(frame + at);
	else
		turn_ipv6(frame + at);
	turn_tcp(frame + at + header, frame + at + (p.ip.version == 4 ? 12 : 8),
	         p.ip.version == 4 ? 4 : 16);
	return (uint16_t)(at + header + TCP_LEN);
}

uint16_t reset_frame(uint8_t *frame, size_t len)
{
	uint16_t end = PACKET_FAST_LEN, least = (uint16_t)(len < FRAME_MIN ? len : FRAME_MIN);

	if (packet_fast(frame, (unsigned)len))
		turn_usual(frame);
	else
		end = turn_any(frame, len);
	if (end == 0 || end >= least)
		return end;
	memset(frame + end, 0, least - end);
	return least;
}
