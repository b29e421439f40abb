/* SPDX-License-Identifier: Apache-2.0 */
/* rss.c - the key by which a NIC spreads received packets over its queues. */
#include "rss.h"

#include "splitmix.h"

void rss_key(uint8_t *key, size_t len)
{
	uint64_t state = 0, word = 0;

	for (size_t i = 0; i < len; i++) {
		word = i % 8 ? word >> 8 : splitmix(&state);
		key[i] = (uint8_t)word;
	}
}
