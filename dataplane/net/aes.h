/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes.h - AES-128 encryption of one block (FIPS 197).
 *
 * Input and output are bytes in the order of the standard. The version in software is for CPUs
 * without AES instructions. It looks up a table, so that its run time depends on the data; nobody
 * who could exploit that can measure the time.
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

/* Encrypt one block in software. @out may be @in. Pure. */
void aes_encrypt(const struct aes_key *k, const uint8_t in[16], uint8_t out[16]);

/* The same with the CPU's AES instructions (AES-NI), for CPUs that have them. */
void aes_encrypt_ni(const struct aes_key *k, const uint8_t in[16], uint8_t out[16]);

/* The faster of the two functions that this CPU can run. */
aes_fn aes_best(void);

/* Whether this CPU has AES instructions on vectors wider than one block (VAES). */
bool aes_is_wide(void);

#endif
