/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.h - digests of bytes as text: fingerprints of keys, lists and icons.
 *
 * Pure. A digest is missing only where OpenSSL had no memory for it.
 */
#ifndef VULNDB_PROTO_DIGEST_H
#define VULNDB_PROTO_DIGEST_H

#include <openssl/evp.h>

#include "decode.h"

enum { DIGEST_MAX = 32, DIGEST_HEX_SIZE = 2 * DIGEST_MAX + 1 };

/* Write @n bytes in hex to @out, which has 2 * @n + 1 bytes. */
void digest_hex(const uint8_t *bytes, size_t n, char *out);
/* The digest of @in by @kind, of at most DIGEST_MAX bytes; returns its length, 0: no memory. */
size_t digest_of(const EVP_MD *kind, struct span in, uint8_t out[DIGEST_MAX]);
/* Add the digest of @in by @kind in hex. */
void digest_add_hex(struct vd_facts *out, const char *name, const EVP_MD *kind, struct span in);

#endif
