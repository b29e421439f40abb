/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_fast.h - recognises the usual form of a frame, without one branch for each field.
 *
 * Nearly all answers have the usual form: TCP over IPv4 without IP options, fragments or VLAN tags,
 * and every length correct. For such a frame packet_parse() returns PACKET_TCP, and the functions
 * here read the fields at fixed offsets. All other frames need packet_parse().
 */
#ifndef SONDE_PACKET_FAST_H
#define SONDE_PACKET_FAST_H

#include <string.h>

#include "dp_types.h"
#include "packet.h"

enum {
	PACKET_FAST_IP = 14,
	PACKET_FAST_TCP = PACKET_FAST_IP + 20,
	PACKET_FAST_LEN = PACKET_FAST_TCP + 20, /* of the shortest frame */
};

static inline uint64_t packet_fast_word(const uint8_t *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline uint8_t packet_fast_header_len(const uint8_t *f)
{
	return (uint8_t)((f[PACKET_FAST_TCP + 12] >> 4) * 4);
}

/* Whether the @len bytes at @f have the usual form. */
static inline bool packet_fast(const uint8_t *f, unsigned len)
{
	/* From byte 12: type, version and header length; from byte 20: fragment, protocol. */
	static const uint8_t mask[16] = {0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0x3f, 0xff, 0, 0xff};
	static const uint8_t want[16] = {0x08, 0x00, 0x45, 0, 0, 0, 0, 0, 0, 0, 0, 6};
	unsigned total, header;
	uint64_t differ;

	if (__builtin_expect(len < PACKET_FAST_LEN, 0))
		return false;
	differ = ((packet_fast_word(f + 12) & packet_fast_word(mask)) ^ packet_fast_word(want)) |
	         ((packet_fast_word(f + 20) & packet_fast_word(mask + 8)) ^
	          packet_fast_word(want + 8));
	total = packet_be16(f + PACKET_FAST_IP + 2);
	header = packet_fast_header_len(f);
	return (differ == 0) & (total <= len - PACKET_FAST_IP) & (header >= 20) &
	       (total >= 20 + header);
}

static inline uint32_t packet_fast_source(const uint8_t *f)
{
	return packet_be32(f + PACKET_FAST_IP + 12);
}

static inline uint16_t packet_fast_port(const uint8_t *f)
{
	return packet_be16(f + PACKET_FAST_TCP);
}

static inline uint16_t packet_fast_own_port(const uint8_t *f)
{
	return packet_be16(f + PACKET_FAST_TCP + 2);
}

static inline uint32_t packet_fast_ack(const uint8_t *f)
{
	return packet_be32(f + PACKET_FAST_TCP + 8);
}

static inline uint16_t packet_fast_window(const uint8_t *f)
{
	return packet_be16(f + PACKET_FAST_TCP + 14);
}

static inline uint8_t packet_fast_flags(const uint8_t *f)
{
	return f[PACKET_FAST_TCP + 13];
}

#endif
