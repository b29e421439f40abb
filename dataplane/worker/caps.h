/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caps.h - limits the packets of one worker to each prefix: a virtual clock a prefix. Hot and cold.
 *
 * The generic cell rate algorithm (ITU-T I.371): a prefix's clock says when its next packet is due,
 * each packet moves it on by an interval, and it may be ahead of the time by a tolerance. Prefixes
 * that meet in a slot share its rate: the cap holds for each of them, whatever their number, in
 * memory that does not grow. One owner, a worker; others may not look.
 */
#ifndef SONDE_CAPS_H
#define SONDE_CAPS_H

#include <stdint.h>
#include <string.h>

#include "packet.h"

struct dp_rate_cap;

enum { CAPS_BITS = 20 };

struct caps {
	uint64_t interval;  /* ticks from packet to packet */
	uint64_t tolerance; /* ticks */
	uint64_t salt;
	uint32_t mask4;    /* of an address in host order */
	uint64_t mask6[2]; /* of an address's halves in host order */
	uint64_t due[1 << CAPS_BITS];
};

/* A worker's share of @cap, one of @workers, at @hz ticks a second; @key makes the slots
 * unguessable. NULL: no memory. */
struct caps *caps_new(const struct dp_rate_cap *cap, unsigned workers, uint64_t hz,
                      const uint8_t key[16]);
void caps_free(struct caps *c); /* NULL is fine */

static inline uint64_t caps_mix(const struct caps *c, uint64_t v)
{
	v = (v ^ c->salt) * 0x9e3779b97f4a7c15u;
	return (v ^ v >> 32) * 0xd6e8feb86659fd93u;
}

static inline uint64_t *caps_v4(struct caps *c, uint32_t addr)
{
	return &c->due[caps_mix(c, addr & c->mask4) >> (64 - CAPS_BITS)];
}

static inline uint64_t *caps_v6(struct caps *c, const uint8_t addr[16])
{
	uint64_t high = (uint64_t)packet_be32(addr) << 32 | packet_be32(addr + 4);
	uint64_t low = (uint64_t)packet_be32(addr + 8) << 32 | packet_be32(addr + 12);

	return &c->due[caps_mix(c, caps_mix(c, high & c->mask6[0]) ^ (low & c->mask6[1])) >>
	               (64 - CAPS_BITS)];
}

/* Take a packet at @now from the slot @due: 0, or when one is to be had. */
static inline uint64_t caps_take(const struct caps *c, uint64_t *due, uint64_t now)
{
	uint64_t next = *due > now ? *due : now;

	if (next - now > c->tolerance)
		return next - c->tolerance;
	*due = next + c->interval;
	return 0;
}

#endif
