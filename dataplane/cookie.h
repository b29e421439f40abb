/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cookie.h - what of a probe only its receiver can echo: a keyed function of the target.
 *
 * Chaskey-12 (Mouha et al., SAC 2014; ISO/IEC 29192-6) over (target address, port, transport); its
 * tag picks the sequence number, the source port and the source address. A reply is ours if the
 * values it echoes are those that its own addresses and ports lead to.
 */
#ifndef SONDE_COOKIE_H
#define SONDE_COOKIE_H

#include <stdint.h>

/* The message: one block for IPv4 {addr, port word, 0, COOKIE_IPV4}, for IPv6 the address in a block
 * before {port word, 0, 0, COOKIE_IPV6}. */
enum { COOKIE_IPV4 = 4, COOKIE_IPV6 = 6 };

static inline uint32_t cookie_port_word(uint16_t port, uint8_t transport)
{
	return port | ((uint32_t)transport << 16);
}

struct cookie_key {
	uint32_t k[4];
	uint32_t k1[4]; /* the subkey of a whole last block */
};

struct cookie {
	uint32_t seq;         /* sequence number */
	uint32_t port_lot;    /* drawn from all 32-bit values: picks the source port */
	uint32_t source_lot;  /* picks the source address */
	uint32_t spare;
};

void cookie_key_init(struct cookie_key *k, const uint8_t key[16]);

/* The tag for an IPv4 target in host order. */
struct cookie cookie_v4(const struct cookie_key *k, uint32_t addr, uint16_t port, uint8_t transport);

/* The tag for an IPv6 target in network order. */
struct cookie cookie_v6(const struct cookie_key *k, const uint8_t addr[16], uint16_t port,
			uint8_t transport);

/* Chaskey-12 of whole 16-byte blocks: @words is a multiple of 4, at least 4. */
void cookie_tag(const struct cookie_key *k, const uint32_t *msg, unsigned words, uint32_t tag[4]);

#endif
