/* SPDX-License-Identifier: Apache-2.0 */
/* digest.c - computes digests of bytes and writes them as text. */
#include "digest.h"

#include <stdio.h>

void digest_hex(const uint8_t *bytes, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	out[2 * n] = '\0';
}

size_t digest_of(const EVP_MD *kind, struct span in, uint8_t out[DIGEST_MAX])
{
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (EVP_Digest(in.at, span_left(in), md, &len, kind, NULL) != 1 || len > DIGEST_MAX)
		return 0;
	memcpy(out, md, len);
	return len;
}

void digest_add_hex(struct vd_facts *out, const char *name, const EVP_MD *kind, struct span in)
{
	uint8_t md[DIGEST_MAX];
	size_t len = digest_of(kind, in, md);
	char hex[DIGEST_HEX_SIZE];

	digest_hex(md, len, hex);
	decode_add_text(out, name, hex);
}
