/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.c - the SHA-256 of short texts. */
#include <openssl/evp.h>
#include <pthread.h>

#include "sha256.h"

/* Fetched once: OpenSSL looks the algorithm up anew for each digest otherwise, which for a short text
 * takes longer than the digest. Never freed. */
static EVP_MD *algorithm;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void sha256_format(const uint8_t digest[SHA256_BYTES], char out[SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < SHA256_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[SHA256_HEX - 1] = '\0';
}

bool sha256_hex(const void *data, size_t len, char out[SHA256_HEX])
{
	uint8_t digest[SHA256_BYTES];

	pthread_once(&fetched, fetch);
	if (algorithm == NULL || EVP_Digest(data, len, digest, NULL, algorithm, NULL) != 1)
		return false;
	sha256_format(digest, out);
	return true;
}
