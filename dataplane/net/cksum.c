/* SPDX-License-Identifier: Apache-2.0 */
/* cksum.c - the Internet checksum over bytes. */
#include "cksum.h"

#include <string.h>

/* Add whole blocks of 8 bytes as words of this machine: the sum is the same in any byte order, but
 * for the order of its own two bytes (RFC 1071, 2.B). @len: a multiple of 8 below 2^32. */
static uint64_t add_blocks(const uint8_t *data, size_t len)
{
	uint64_t low = 0, high = 0;

	for (size_t i = 0; i < len; i += 8) {
		uint32_t word[2];

		memcpy(word, data + i, 8);
		low += word[0];
		high += word[1];
	}
	return __builtin_bswap16(cksum_fold(cksum_fold(low) + (uint64_t)cksum_fold(high)));
}

uint64_t cksum_add(uint64_t sum, const uint8_t *data, size_t len)
{
	size_t blocks = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && len >= 32 ? len / 8 * 8 : 0;

	if (blocks > 0)
		sum += add_blocks(data, blocks);
	data += blocks;
	len -= blocks;
	while (len >= 2) {
		sum += ((uint32_t)data[0] << 8) | data[1];
		data += 2;
		len -= 2;
	}
	return len != 0 ? sum + ((uint32_t)data[0] << 8) : sum;
}

uint16_t cksum_update(uint16_t field, uint16_t was, uint16_t is)
{
	return cksum_finish((uint64_t)(uint16_t)~field + (uint16_t)~was + is);
}

uint64_t cksum_pseudo(const uint8_t *src, const uint8_t *dst, size_t alen, uint8_t proto,
                      uint32_t len)
{
	uint64_t sum = (uint64_t)proto + (len >> 16) + (len & 0xffff);

	return cksum_add(cksum_add(sum, src, alen), dst, alen);
}
