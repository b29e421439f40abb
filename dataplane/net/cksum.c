/* SPDX-License-Identifier: Apache-2.0 */
/* cksum.c - the Internet checksum over bytes. */
#include "cksum.h"

uint64_t cksum_add(uint64_t sum, const uint8_t *data, size_t len)
{
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
