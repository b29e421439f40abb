/* SPDX-License-Identifier: Apache-2.0 */
/* cookie.c - the keyed tag of a target, one at a time. */
#include "cookie.h"

#include "chaskey.h"

static uint32_t load_le(const uint8_t *b)
{
	return b[0] | ((uint32_t)b[1] << 8) | ((uint32_t)b[2] << 16) | ((uint32_t)b[3] << 24);
}

/* The key as a polynomial over GF(2), times x. */
static void times_two(uint32_t out[4], const uint32_t in[4])
{
	out[0] = (in[0] << 1) ^ (in[3] >> 31 ? 0x87 : 0);
	for (int i = 1; i < 4; i++)
		out[i] = (in[i] << 1) | (in[i - 1] >> 31);
}

void cookie_key_init(struct cookie_key *k, const uint8_t key[16])
{
	for (int i = 0; i < 4; i++)
		k->k[i] = load_le(key + 4 * i);
	times_two(k->k1, k->k);
}

void cookie_tag(const struct cookie_key *k, const uint32_t *msg, unsigned words, uint32_t tag[4])
{
	struct chaskey v = {k->k[0], k->k[1], k->k[2], k->k[3]};
	const uint32_t *last = msg + words - 4;

	for (; msg < last; msg += 4)
		v = chaskey_permute((struct chaskey){v.a ^ msg[0], v.b ^ msg[1], v.c ^ msg[2],
						     v.d ^ msg[3]});
	v = chaskey_permute((struct chaskey){
		v.a ^ msg[0] ^ k->k1[0], v.b ^ msg[1] ^ k->k1[1], v.c ^ msg[2] ^ k->k1[2],
		v.d ^ msg[3] ^ k->k1[3]});
	tag[0] = v.a ^ k->k1[0];
	tag[1] = v.b ^ k->k1[1];
	tag[2] = v.c ^ k->k1[2];
	tag[3] = v.d ^ k->k1[3];
}

struct cookie cookie_v4(const struct cookie_key *k, uint32_t addr, uint16_t port, uint8_t transport)
{
	const uint32_t msg[4] = {addr, cookie_port_word(port, transport), 0, COOKIE_IPV4};
	uint32_t t[4];

	cookie_tag(k, msg, 4, t);
	return (struct cookie){t[0], t[1], t[2], t[3]};
}

struct cookie cookie_v6(const struct cookie_key *k, const uint8_t addr[16], uint16_t port,
			uint8_t transport)
{
	const uint32_t msg[8] = {load_le(addr), load_le(addr + 4), load_le(addr + 8),
				 load_le(addr + 12), cookie_port_word(port, transport), 0, 0,
				 COOKIE_IPV6};
	uint32_t t[4];

	cookie_tag(k, msg, 8, t);
	return (struct cookie){t[0], t[1], t[2], t[3]};
}
