/* SPDX-License-Identifier: Apache-2.0 */
/* fetch_sum.c - computes checksums of files and reads checksum files. */
#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fetch.h"

enum { CHUNK = 1 << 16 };

static int digest_plain(FILE *file, EVP_MD_CTX *md, unsigned char *chunk)
{
	size_t n;

	while ((n = fread(chunk, 1, CHUNK, file)) > 0)
		EVP_DigestUpdate(md, chunk, n);
	return ferror(file) ? -EIO : 0;
}

static int digest_unpacked(const char *path, EVP_MD_CTX *md, unsigned char *chunk)
{
	gzFile file = gzopen(path, "rb");
	int n, ret;

	if (file == NULL)
		return -EIO;
	while ((n = gzread(file, chunk, CHUNK)) > 0)
		EVP_DigestUpdate(md, chunk, (size_t)n);
	ret = gzclose(file);
	return n < 0 || ret != Z_OK ? -EBADMSG : 0;
}

int fetch_sum(const char *path, bool unpacked, char hex[FETCH_HEX])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char *chunk = malloc(CHUNK), digest[EVP_MAX_MD_SIZE];
	FILE *file = fopen(path, "rb");
	int ret = file != NULL ? 0 : -errno;

	if (ret == 0 && (md == NULL || chunk == NULL || !EVP_DigestInit_ex(md, EVP_sha256(), NULL)))
		ret = -ENOMEM;
	if (ret == 0)
		ret = unpacked ? digest_unpacked(path, md, chunk) : digest_plain(file, md, chunk);
	if (ret == 0 && !EVP_DigestFinal_ex(md, digest, NULL))
		ret = -EIO;
	for (int i = 0; i < 32 && ret == 0; i++)
		snprintf(hex + i * 2, 3, "%02x", digest[i]);
	if (file != NULL)
		fclose(file);
	EVP_MD_CTX_free(md);
	free(chunk);
	return ret;
}

bool fetch_sum_read(const char *text, char hex[FETCH_HEX], bool *unpacked)
{
	const char *at = strstr(text, "sha256:");
	size_t n = 0;

	*unpacked = at != NULL;
	at = at != NULL ? at + 7 : text;
	while (isspace((unsigned char)*at))
		at++;
	for (; n < FETCH_HEX - 1 && isxdigit((unsigned char)at[n]); n++)
		hex[n] = (char)tolower((unsigned char)at[n]);
	hex[n] = '\0';
	return n == FETCH_HEX - 1 && !isxdigit((unsigned char)at[n]);
}
