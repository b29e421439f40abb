/* SPDX-License-Identifier: Apache-2.0 */
/* responder.c - ARP replies, neighbour advertisements and echo replies. Hot. */
#include "responder.h"

#include <string.h>

#include "cksum.h"
#include "dp_addr.h"
#include "nd.h"

enum {
	ARP_LEN = 28,
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	ARP_SENDER = 8, /* MAC, then IPv4 address */
	ARP_TARGET = 18,
	ARP_TARGET_IP = 24,
	IP_MIN = 20,
	ECHO_REQUEST = 8,
	ECHO6_REQUEST = 128,
	ECHO6_REPLY = 129,
};

static bool is_own4(const struct responder_self *own, const uint8_t *ip)
{
	for (unsigned i = 0; i < own->count; i++)
		if (dp_addr_is_v4(&own->addr[i], NULL) && memcmp(own->addr[i].b + 12, ip, 4) == 0)
			return true;
	return false;
}

static bool is_own6(const struct responder_self *own, const uint8_t *ip)
{
	for (unsigned i = 0; i < own->count; i++)
		if (memcmp(own->addr[i].b, ip, 16) == 0)
			return true;
	return false;
}

static void turn_link(uint8_t *frame, const uint8_t mac[6])
{
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, mac, 6);
}

static bool reply_arp(uint8_t *frame, size_t len, size_t l3, const struct responder_self *own)
{
	uint8_t *arp = frame + l3;
	uint8_t ip[4];

	if (len - l3 < ARP_LEN || packet_be16(arp + 6) != ARP_REQUEST ||
	    !is_own4(own, arp + ARP_TARGET_IP))
		return false;
	memcpy(ip, arp + ARP_TARGET_IP, 4);
	arp[7] = ARP_REPLY;
	memcpy(arp + ARP_TARGET, arp + ARP_SENDER, 10);
	memcpy(arp + ARP_SENDER, own->mac, 6);
	memcpy(arp + ARP_SENDER + 6, ip, 4);
	turn_link(frame, own->mac);
	return true;
}

static bool reply_echo(uint8_t *frame, size_t len, size_t l3, const struct responder_self *own)
{
	uint8_t *ip = frame + l3;
	size_t header = (size_t)(ip[0] & 15) * 4;
	uint32_t sum;
	uint8_t *icmp;
	uint8_t self[4];

	if (header < IP_MIN || len - l3 < header + 8 || !is_own4(own, ip + 16))
		return false;
	icmp = ip + header;
	if (icmp[0] != ECHO_REQUEST)
		return false;
	icmp[0] = 0;
	/* The type word is 0x0800 less, so the checksum, its complement, is 0x0800 more (RFC
	 * 1624). */
	sum = (uint32_t)packet_be16(icmp + 2) + (ECHO_REQUEST << 8);
	sum = (sum & 0xffff) + (sum >> 16);
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
	memcpy(self, ip + 16, 4);
	memcpy(ip + 16, ip + 12, 4); /* the swap leaves the header's checksum valid */
	memcpy(ip + 12, self, 4);
	turn_link(frame, own->mac);
	return true;
}

static bool reply_echo6(uint8_t *frame, const struct packet *p, const struct responder_self *own)
{
	uint8_t *ip = frame + (p->l3 - frame);
	uint8_t *icmp = frame + (p->payload - frame) - 8;
	uint16_t sum = packet_be16(icmp + 2);
	uint8_t self[16];

	if (p->icmp_type != ECHO6_REQUEST || p->icmp_code != 0 || !is_own6(own, ip + 24))
		return false;
	icmp[0] = ECHO6_REPLY;
	sum = cksum_update(sum, ECHO6_REQUEST << 8, ECHO6_REPLY << 8);
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
	memcpy(self, ip + 24, 16);
	memcpy(ip + 24, ip + 8, 16);
	memcpy(ip + 8, self, 16);
	turn_link(frame, own->mac);
	return true;
}

static bool reply_v6(uint8_t *frame, enum packet_kind kind, const struct packet *p,
                     const struct responder_self *own)
{
	const uint8_t *asked = nd_asked(kind, p);

	if (asked != NULL)
		return is_own6(own, asked) && nd_answer(frame, p, own->mac);
	return reply_echo6(frame, p, own);
}

bool responder_reply(uint8_t *frame, size_t len, enum packet_kind kind, const struct packet *p,
                     const struct responder_self *own)
{
	if (kind == PACKET_ARP)
		return reply_arp(frame, len, (size_t)(p->l3 - frame), own);
	if (kind == PACKET_ICMP && p->ip.version == 4)
		return reply_echo(frame, len, (size_t)(p->l3 - frame), own);
	return kind == PACKET_ICMP && reply_v6(frame, kind, p, own);
}
