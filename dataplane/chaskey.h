/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chaskey.h - the permutation of Chaskey-12 on four 32-bit words.
 *
 * Mouha et al., "Chaskey: An Efficient MAC Algorithm for 32-bit Microcontrollers", SAC 2014. The
 * including file may define CHASKEY_WORD as a vector of uint32_t: then as many at once.
 */
#ifndef SONDE_CHASKEY_H
#define SONDE_CHASKEY_H

#include <stdint.h>

#ifndef CHASKEY_WORD
#define CHASKEY_WORD uint32_t
#endif

struct chaskey {
	CHASKEY_WORD a, b, c, d;
};

static inline CHASKEY_WORD chaskey_rotl(CHASKEY_WORD x, int n)
{
	return (x << n) | (x >> (32 - n));
}

static inline struct chaskey chaskey_round(struct chaskey v)
{
	v.a += v.b;
	v.c += v.d;
	v.b = chaskey_rotl(v.b, 5) ^ v.a;
	v.d = chaskey_rotl(v.d, 8) ^ v.c;
	v.a = chaskey_rotl(v.a, 16) + v.d;
	v.c += v.b;
	v.d = chaskey_rotl(v.d, 13) ^ v.a;
	v.b = chaskey_rotl(v.b, 7) ^ v.c;
	v.c = chaskey_rotl(v.c, 16);
	return v;
}

static inline struct chaskey chaskey_permute(struct chaskey v)
{
	v = chaskey_round(chaskey_round(chaskey_round(v)));
	v = chaskey_round(chaskey_round(chaskey_round(v)));
	v = chaskey_round(chaskey_round(chaskey_round(v)));
	return chaskey_round(chaskey_round(chaskey_round(v)));
}

#endif
