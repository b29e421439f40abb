/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flood.c - sends replies that nobody asked for, as fast as an interface takes them, for a limited
 * time: flood IFACE DESTINATION-MAC DESTINATION SECONDS. Prints how many frames it sent. Their
 * source is port 80 of hosts in 10.0.0.0/16 or, if the destination is an IPv6 address, in
 * 2001:db8:1::/112.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, LEN = 74, LEN6 = 118, IP = 14, TCP = IP + 20, TCP6 = IP + 40, SECONDS_MAX = 60 };

static uint8_t frames[BATCH][LEN6];
static uint64_t state = 0x5eed;

static uint32_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32);
}

static void put16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void put32(uint8_t *at, uint32_t v)
{
	put16(at, v >> 16);
	put16(at + 2, v & 0xffff);
}

/* Make a SYN-ACK that answers no probe: from an address and port that are being scanned, to a port
 * of the scan. */
static void syn_ack(uint8_t *f)
{
	f[IP] = 0x45;
	put16(f + IP + 2, LEN - IP);
	f[IP + 8] = 64;
	f[IP + 9] = IPPROTO_TCP;
	put32(f + IP + 12, 0x0a000000 | (draw() & 0xffff));
	put16(f + TCP, 80);
	put16(f + TCP + 2, 61000 + draw() % 4532);
	put32(f + TCP + 4, draw());
	put32(f + TCP + 8, draw());
	f[TCP + 12] = 10 << 4;
	f[TCP + 13] = 0x12;
}

static void reset(uint8_t *f)
{
	f[TCP + 13] = 0x14;
}

static void fragment(uint8_t *f)
{
	put16(f + IP + 6, draw() & 0x3fff);
}

static void bad_ip_length(uint8_t *f)
{
	put16(f + IP + 2, draw() & 0xffff);
}

static void bad_header_length(uint8_t *f)
{
	f[IP] = (uint8_t)(0x40 | (draw() & 15));
}

static void bad_tcp_length(uint8_t *f)
{
	f[TCP + 12] = (uint8_t)draw();
}

static void bad_options(uint8_t *f)
{
	for (unsigned i = TCP + 20; i < LEN; i++)
		f[i] = (uint8_t)draw();
}

/* Make an ICMP error that quotes a probe that was never sent. */
static void unreachable(uint8_t *f)
{
	uint8_t quoted[28];

	memcpy(quoted, f + IP, sizeof(quoted));
	memcpy(quoted + 12, f + IP + 16, 4);
	memcpy(quoted + 16, f + IP + 12, 4);
	put16(quoted + 20, 61000 + draw() % 4532);
	put16(quoted + 22, 80);
	f[IP + 9] = IPPROTO_ICMP;
	memset(f + TCP, 0, 8);
	f[TCP] = 3;
	memcpy(f + TCP + 8, quoted, sizeof(quoted));
}

static void garbage(uint8_t *f)
{
	for (unsigned i = 12; i < LEN; i++)
		f[i] = (uint8_t)draw();
}

static void (*const spoil[])(uint8_t *) = {
	NULL,           reset,       fragment,    bad_ip_length, bad_header_length,
	bad_tcp_length, bad_options, unreachable, garbage,
};

/* ---- IPv6 ------------------------------------------------------------------------------------ */

static const uint8_t network6[14] = {0x20, 0x01, 0x0d, 0xb8, 0, 1};

static void syn_ack6(uint8_t *f)
{
	f[IP] = 0x60;
	put16(f + IP + 4, LEN6 - TCP6);
	f[IP + 6] = IPPROTO_TCP;
	f[IP + 7] = 64;
	memcpy(f + IP + 8, network6, sizeof(network6));
	put16(f + IP + 22, draw() & 0xffff);
	put16(f + TCP6, 80);
	put16(f + TCP6 + 2, 61000 + draw() % 4532);
	put32(f + TCP6 + 4, draw());
	put32(f + TCP6 + 8, draw());
	f[TCP6 + 12] = 10 << 4;
	f[TCP6 + 13] = 0x12;
}

static void reset6(uint8_t *f)
{
	f[TCP6 + 13] = 0x14;
}

/* Put the TCP header behind a fragment header with a random offset. */
static void fragment6(uint8_t *f)
{
	memmove(f + TCP6 + 8, f + TCP6, LEN6 - TCP6 - 8);
	f[IP + 6] = 44;
	memset(f + TCP6, 0, 8);
	f[TCP6] = IPPROTO_TCP;
	put16(f + TCP6 + 2, draw() & 0xffff);
}

/* Fill in extension headers of random length that lead to one another or out of the frame. */
static void extensions6(uint8_t *f)
{
	static const uint8_t kinds[] = {0, 43, 60, 44, 51, 59, IPPROTO_TCP, 255};

	f[IP + 6] = kinds[draw() % 7];
	for (unsigned i = TCP6; i + 8 <= LEN6; i += 8) {
		f[i] = kinds[draw() % sizeof(kinds)];
		f[i + 1] = (uint8_t)(draw() % 3 == 0 ? draw() : 0);
	}
}

static void bad_length6(uint8_t *f)
{
	put16(f + IP + 4, draw() & 0xffff);
}

static void bad_tcp_length6(uint8_t *f)
{
	f[TCP6 + 12] = (uint8_t)draw();
}

/* Make an ICMPv6 error that quotes a probe that was never sent. */
static void unreachable6(uint8_t *f)
{
	uint8_t *quoted = f + TCP6 + 8;

	memcpy(quoted, f + IP, 40);
	memcpy(quoted + 8, f + IP + 24, 16);
	memcpy(quoted + 24, f + IP + 8, 16);
	put16(quoted + 40, 61000 + draw() % 4532);
	put16(quoted + 42, 80);
	f[IP + 6] = IPPROTO_ICMPV6;
	memset(f + TCP6, 0, 8);
	f[TCP6] = 1;
}

static void garbage6(uint8_t *f)
{
	for (unsigned i = IP; i < LEN6; i++)
		f[i] = (uint8_t)draw();
}

static void (*const spoil6[])(uint8_t *) = {
	NULL, reset6, fragment6, extensions6, bad_length6, bad_tcp_length6, unreachable6, garbage6,
};

/* Where the frames go. */
struct goal {
	uint8_t mac[6];
	bool v6;
	struct in_addr to;
	struct in6_addr to6;
};

static unsigned make(uint8_t *f, const struct goal *g, unsigned i)
{
	void (*with)(uint8_t *) = g->v6 ? spoil6[i % (sizeof(spoil6) / sizeof(*spoil6))]
	                                : spoil[i % (sizeof(spoil) / sizeof(*spoil))];

	memset(f, 0, LEN6);
	memcpy(f, g->mac, 6);
	f[6] = 2;
	put16(f + 12, g->v6 ? ETH_P_IPV6 : ETH_P_IP);
	if (g->v6) {
		memcpy(f + IP + 24, &g->to6, 16);
		syn_ack6(f);
	} else {
		memcpy(f + IP + 16, &g->to, 4);
		syn_ack(f);
	}
	if (with != NULL)
		with(f);
	return g->v6 ? LEN6 : LEN;
}

static int open_socket(const char *iface)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
	                         .sll_ifindex = (int)if_nametoindex(iface)};
	int one = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		return -1;
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	return fd;
}

static unsigned long run(int fd, const struct goal *g, time_t seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned long sent = 0;

	while (time(NULL) < end) {
		struct mmsghdr m[BATCH];
		struct iovec v[BATCH];
		int n;

		memset(m, 0, sizeof(m));
		for (unsigned i = 0; i < BATCH; i++) {
			unsigned len = make(frames[i], g, i);

			/* Some frames are sent cut short. */
			v[i] = (struct iovec){frames[i],
			                      i % 16 == 15 ? 15 + draw() % (len - 16) : len};
			m[i].msg_hdr.msg_iov = &v[i];
			m[i].msg_hdr.msg_iovlen = 1;
		}
		n = sendmmsg(fd, m, BATCH, 0);
		sent += n > 0 ? (unsigned long)n : 0;
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct goal g = {.v6 = argc > 3 && strchr(argv[3], ':') != NULL};
	uint8_t *mac = g.mac;
	int fd, seconds;

	if (argc != 5 ||
	    inet_pton(g.v6 ? AF_INET6 : AF_INET, argv[3], g.v6 ? (void *)&g.to6 : &g.to) != 1 ||
	    sscanf(argv[2], "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &mac[0], &mac[1], &mac[2],
	           &mac[3], &mac[4], &mac[5]) != 6) {
		fputs("usage: flood IFACE DESTINATION-MAC DESTINATION SECONDS\n", stderr);
		return 2;
	}
	fd = open_socket(argv[1]);
	if (fd < 0) {
		perror("flood");
		return 1;
	}
	seconds = atoi(argv[4]);
	printf("%lu\n", run(fd, &g, seconds < SECONDS_MAX ? seconds : SECONDS_MAX));
	close(fd);
	return 0;
}
