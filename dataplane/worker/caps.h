/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caps.h - limits the packets that one worker sends to each prefix. Hot and cold.
 *
 * It uses the generic cell rate algorithm (ITU-T I.371) with a virtual clock for each prefix. The
 * clock tells when the next packet is due; each packet advances it by an interval; it may be ahead
 * of the current time by a tolerance. The clocks are in a table of fixed size. Prefixes with the
 * same slot share the rate of one prefix, so the cap holds for each of them, however many there
 * are. One owner, a worker; no other thread may look at it.
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
	uint32_t mask4;    /* for an IPv4 address in host order */
	uint64_t mask6[2]; /* for the halves of an IPv6 address in host order */
	uint64_t due[1 << CAPS_BITS];
};

/* Make the table of one of @workers workers, which gets an equal share of @cap. @hz is ticks a
 * second; @secret makes the slots unpredictable. The caller frees it with caps_free(). NULL: no
 * memory. */
struct caps *caps_new(const struct dp_rate_cap *cap, unsigned workers, uint64_t hz,
                      const uint8_t secret[16]);
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

/* Ask to send a packet at @now by the clock @due. Returns 0 and advances the clock, or returns the
 * tick at which a packet is allowed. */
static inline uint64_t caps_take(const struct caps *c, uint64_t *due, uint64_t now)
{
	uint64_t next = *due > now ? *due : now;

	if (next - now > c->tolerance)
		return next - c->tolerance;
	*due = next + c->interval;
	return 0;
}

#endif
