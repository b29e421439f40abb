/* SPDX-License-Identifier: Apache-2.0 */
/* cookie.c - computes the keyed tag of one target at a time. */
#include "cookie.h"

#include <string.h>

void cookie_key_init(struct cookie_key *k, const uint8_t secret[16])
{
	aes_key_init(&k->aes, secret);
	k->encrypt = aes_best();
}

/* A block holds its words in little endian, as the vector code does. */
void cookie_tag(const struct cookie_key *k, const uint32_t *msg, unsigned words, uint32_t tag[4])
{
	uint8_t block[16] = {0};

	for (; words > 0; words -= 4, msg += 4) {
		for (unsigned i = 0; i < 16; i++)
			block[i] ^= (uint8_t)(msg[i / 4] >> (i % 4 * 8));
		k->encrypt(&k->aes, block, block);
	}
	memcpy(tag, block, sizeof(block));
}

struct cookie cookie_v4(const struct cookie_key *k, uint32_t addr, uint16_t port, uint8_t transport)
{
	const uint32_t msg[4] = {addr, cookie_port_word(port, transport), 0, COOKIE_IPV4};
	uint32_t t[4];

	cookie_tag(k, msg, 4, t);
	return (struct cookie){t[0], t[1], t[2], t[3]};
}

void cookie_batch_plain(const struct cookie_key *k, struct cookie_batch *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		const uint32_t msg[4] = {c->addr[i], c->word[i], 0, COOKIE_IPV4};
		uint32_t t[4];

		cookie_tag(k, msg, 4, t);
		c->seq[i] = t[0];
		c->port_random[i] = t[1];
		c->source_random[i] = t[2];
	}
}

struct cookie cookie_v6(const struct cookie_key *k, const uint8_t addr[16], uint16_t port,
                        uint8_t transport)
{
	uint32_t msg[8] = {cookie_port_word(port, transport), 0, 0, COOKIE_IPV6};
	uint32_t t[4];

	memcpy(msg + 4, addr, 16);
	cookie_tag(k, msg, 8, t);
	return (struct cookie){t[0], t[1], t[2], t[3]};
}
