/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.h - the SHA-256 of short texts, many times over. */
#ifndef SONDE_SHA256_H
#define SONDE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 65 };

/* Write the digest of the @len bytes at @data as hexadecimal digits with a NUL. False: no memory. Any
 * thread. */
bool sha256_hex(const void *data, size_t len, char out[SHA256_HEX]);

/* Write 32 bytes as hexadecimal digits with a NUL. Pure. */
void sha256_format(const uint8_t digest[SHA256_BYTES], char out[SHA256_HEX]);

#endif
