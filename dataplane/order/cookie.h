/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cookie.h - a keyed function of a target, whose value only the receiver of the probe can echo.
 *
 * It is AES-128 (FIPS 197) of (target address, port, transport). The words of the result determine
 * the sequence number, the source port and the source address of the probe. A reply is ours if the
 * values that it echoes are those that its own addresses and ports give. A message of several
 * blocks is chained (CBC-MAC), which is secure as long as the first block tells how many follow
 * (Bellare, Kilian, Rogaway, "The Security of the Cipher Block Chaining Message Authentication
 * Code", 2000).
 */
#ifndef SONDE_COOKIE_H
#define SONDE_COOKIE_H

#include <stdint.h>

#include "aes.h"

/* The message. IPv4: one block {addr, port word, 0, COOKIE_IPV4}. IPv6: {port word, 0, 0,
 * COOKIE_IPV6}, and the address in a second block. */
enum { COOKIE_IPV4 = 4, COOKIE_IPV6 = 6 };

static inline uint32_t cookie_port_word(uint16_t port, uint8_t transport)
{
	return port | ((uint32_t)transport << 16);
}

struct cookie_key {
	struct aes_key aes;
	aes_fn encrypt;
};

struct cookie {
	uint32_t seq;           /* sequence number */
	uint32_t port_random;   /* any 32-bit value: picks the source port */
	uint32_t source_random; /* picks the source address */
	uint32_t spare;
};

/* Expand the secret of a scan's run. Pure. */
void cookie_key_init(struct cookie_key *k, const uint8_t secret[16]);

/* The cookie of an IPv4 target; @addr is in host order. Pure. */
struct cookie cookie_v4(const struct cookie_key *k, uint32_t addr, uint16_t port,
                        uint8_t transport);

/* The cookie of an IPv6 target; @addr is in network order. Pure. */
struct cookie cookie_v6(const struct cookie_key *k, const uint8_t addr[16], uint16_t port,
                        uint8_t transport);

/* The cookies of a burst of IPv4 targets, an array for each field. Elements from @n on are garbage,
 * in the input as in the output. */
enum { COOKIE_BATCH = 64 };

struct cookie_batch {
	_Alignas(64) uint32_t addr[COOKIE_BATCH]; /* in: host order */
	_Alignas(64) uint32_t word[COOKIE_BATCH]; /* in: cookie_port_word() */
	_Alignas(64) uint32_t seq[COOKIE_BATCH];
	_Alignas(64) uint32_t port_random[COOKIE_BATCH];
	_Alignas(64) uint32_t source_random[COOKIE_BATCH];
	unsigned n;
};

/* A function for each instruction set (probe_batch.h); all give what cookie_v4() gives. */
typedef void (*cookie_batch_fn)(const struct cookie_key *k, struct cookie_batch *c);
void cookie_batch_plain(const struct cookie_key *k, struct cookie_batch *c);

/*
 * Compute the tag of a message of whole blocks: @words is a multiple of 4, at least 4. The last
 * word of the first block names the kind of message; all messages of a kind must have the same
 * length. Pure.
 */
void cookie_tag(const struct cookie_key *k, const uint32_t *msg, unsigned words, uint32_t tag[4]);

#endif
