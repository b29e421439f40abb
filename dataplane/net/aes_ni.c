/* SPDX-License-Identifier: Apache-2.0 */
/* aes_ni.c - AES-128 with the CPU's AES instructions. */
#include <wmmintrin.h>

#include "aes.h"

static __m128i load(const uint8_t *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

void aes_encrypt_ni(const struct aes_key *k, const uint8_t in[16], uint8_t out[16])
{
	__m128i state = _mm_xor_si128(load(in), load(k->round[0]));

	for (int i = 1; i < AES_ROUNDS; i++)
		state = _mm_aesenc_si128(state, load(k->round[i]));
	state = _mm_aesenclast_si128(state, load(k->round[AES_ROUNDS]));
	_mm_storeu_si128((__m128i *)(void *)out, state);
}
