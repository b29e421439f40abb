/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes.h - AES-128 of one block, forwards (FIPS 197).
 *
 * Bytes in, bytes out, in the standard's order. In software it is for CPUs without instructions for
 * it; its table makes its time depend on the data, which nobody who could measure it sees.
 */
#ifndef SONDE_AES_H
#define SONDE_AES_H

#include <stdbool.h>
#include <stdint.h>

enum { AES_ROUNDS = 10 };

struct aes_key {
	_Alignas(16) uint8_t round[AES_ROUNDS + 1][16];
};

typedef void (*aes_fn)(const struct aes_key *k, const uint8_t in[16], uint8_t out[16]);

/* Expand a key of 128 bits (FIPS 197, 5.2). Pure. */
void aes_key_init(struct aes_key *k, const uint8_t key[16]);

/* @out may be @in. */
void aes_encrypt(const struct aes_key *k, const uint8_t in[16], uint8_t out[16]);

/* The same by the CPU's own instructions; only where it has them. */
void aes_encrypt_ni(const struct aes_key *k, const uint8_t in[16], uint8_t out[16]);

/* The faster of both that this CPU can do. */
aes_fn aes_best(void);

/* Whether this CPU does AES on vectors wider than one block (VAES). */
bool aes_is_wide(void);

#endif
