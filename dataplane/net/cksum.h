/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cksum.h - the Internet checksum (RFC 1071) and its incremental update (RFC 1624).
 *
 * A sum is a number in host order: the data's 16-bit words, read as big endian, added up in 32 or
 * 64 bits and not yet folded.
 */
#ifndef SONDE_CKSUM_H
#define SONDE_CKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Add @len bytes to @sum; an odd last byte counts as its word's high half. @len < 2^32. */
uint64_t cksum_add(uint64_t sum, const uint8_t *data, size_t len);

/* Fold @sum to 16 bits. */
static inline uint16_t cksum_fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The value of the checksum field, in host order: the complement of the folded sum. */
static inline uint16_t cksum_finish(uint64_t sum)
{
	return (uint16_t)~cksum_fold(sum);
}

/* The new value of the checksum @field after one word of the data that it covers changed from @was
 * to @is (RFC 1624, equation 3). */
uint16_t cksum_update(uint16_t field, uint16_t was, uint16_t is);

/* The sum over the pseudo header of TCP, UDP and ICMPv6 (RFC 9293 3.1, RFC 8200 8.1). Each address
 * has @alen bytes, 4 or 16; @len is the length of transport header and payload. */
uint64_t cksum_pseudo(const uint8_t *src, const uint8_t *dst, size_t alen, uint8_t proto,
                      uint32_t len);

#endif
