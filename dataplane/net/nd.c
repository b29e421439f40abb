/* SPDX-License-Identifier: Apache-2.0 */
/* nd.c - neighbour discovery messages. */
#include "nd.h"

#include <string.h>

#include "cksum.h"

enum {
	SOLICITATION = 135,
	ADVERTISEMENT = 136,
	SOLICITED_OVERRIDE = 0x60,
	HOPS = 255, /* no router has forwarded it (RFC 4861 7.1) */
	IPV6_LEN = 40,
	FIXED_LEN = 24, /* ICMPv6 header and target */
	OPTION_LEN = 8, /* a link-layer address option */
	SOURCE_MAC = 1,
	TARGET_MAC = 2,
};

/* Find an option of the given type behind the target address. An option is a type, a length in
 * units of 8 bytes and a MAC address. Returns the MAC address, or NULL. */
static const uint8_t *find_option(const struct packet *p, uint8_t type)
{
	const uint8_t *at = p->payload + 16;
	const uint8_t *end = p->payload + p->payload_len;

	while (end - at >= OPTION_LEN && at[1] != 0 && end - at >= at[1] * OPTION_LEN) {
		if (at[0] == type && at[1] == 1)
			return at + 2;
		at += at[1] * OPTION_LEN;
	}
	return NULL;
}

static bool is(enum packet_kind kind, const struct packet *p, uint8_t type)
{
	return kind == PACKET_ICMP && p->ip.version == 6 && p->icmp_type == type &&
	       p->icmp_code == 0 && p->ip.hops == HOPS && p->payload_len >= 16;
}

static void put_checksum(uint8_t *ip, uint8_t *icmp, uint16_t len)
{
	uint64_t sum;

	memset(icmp + 2, 0, 2);
	sum = cksum_pseudo(ip + 8, ip + 24, 16, DP_TRANSPORT_ICMP6, len);
	put_be16(icmp + 2, cksum_finish(cksum_add(sum, icmp, len)));
}

static void put_network(uint8_t *ip, const struct nd_ask *a)
{
	static const uint8_t solicited_node[13] = {0xff, 2, [11] = 1, 0xff}; /* RFC 4291 2.7.1 */

	ip[0] = 0x60;
	put_be16(ip + 4, FIXED_LEN + OPTION_LEN);
	ip[6] = DP_TRANSPORT_ICMP6;
	ip[7] = HOPS;
	memcpy(ip + 8, a->source.b, 16);
	memcpy(ip + 24, solicited_node, 13);
	memcpy(ip + 37, a->target.b + 13, 3);
}

uint16_t nd_ask_frame(const struct nd_ask *a, uint8_t frame[ND_FRAME_MAX])
{
	uint8_t at = 12;
	uint8_t *icmp;

	memset(frame, 0, ND_FRAME_MAX);
	memcpy(frame, "\x33\x33\xff", 3); /* RFC 2464 7 */
	memcpy(frame + 3, a->target.b + 13, 3);
	memcpy(frame + 6, a->mac, 6);
	if (a->vlan != 0) {
		put_be16(frame + at, 0x8100);
		put_be16(frame + at + 2, a->vlan & 0xfff);
		at += 4;
	}
	put_be16(frame + at, 0x86dd);
	at += 2;
	put_network(frame + at, a);
	icmp = frame + at + IPV6_LEN;
	icmp[0] = SOLICITATION;
	memcpy(icmp + 8, a->target.b, 16);
	icmp[FIXED_LEN] = SOURCE_MAC;
	icmp[FIXED_LEN + 1] = 1;
	memcpy(icmp + FIXED_LEN + 2, a->mac, 6);
	put_checksum(frame + at, icmp, FIXED_LEN + OPTION_LEN);
	return (uint16_t)(at + IPV6_LEN + FIXED_LEN + OPTION_LEN);
}

bool nd_read_answer(enum packet_kind kind, const struct packet *p, struct dp_addr *target,
                    const uint8_t **mac)
{
	const uint8_t *at;

	if (!is(kind, p, ADVERTISEMENT))
		return false;
	at = find_option(p, TARGET_MAC);
	if (at == NULL || (at[0] & 1) != 0) /* a group address belongs to no single host */
		return false;
	memcpy(target->b, p->payload, 16);
	*mac = at;
	return true;
}

const uint8_t *nd_asked(enum packet_kind kind, const struct packet *p)
{
	return is(kind, p, SOLICITATION) ? p->payload : NULL;
}

bool nd_answer(uint8_t *frame, const struct packet *p, const uint8_t mac[6])
{
	static const uint8_t nobody[16];
	uint8_t *ip = frame + (p->l3 - frame);
	uint8_t *icmp = frame + (p->payload - frame) - 8;
	uint16_t len = (uint16_t)(p->payload_len + 8);
	const uint8_t *option = find_option(p, SOURCE_MAC);

	if (memcmp(ip + 8, nobody, 16) == 0 || len > FIXED_LEN + OPTION_LEN ||
	    (option == NULL && len != FIXED_LEN))
		return false;
	icmp[0] = ADVERTISEMENT;
	memset(icmp + 4, 0, 4);
	icmp[4] = SOLICITED_OVERRIDE;
	if (option != NULL) {
		icmp[FIXED_LEN] = TARGET_MAC;
		memcpy(icmp + FIXED_LEN + 2, mac, 6);
	}
	memcpy(ip + 24, ip + 8, 16);
	memcpy(ip + 8, icmp + 8, 16);
	put_checksum(ip, icmp, len);
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, mac, 6);
	return true;
}
