/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - the sessions of browsers. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "session.h"

enum { RANDOM = 16 };

static void digest_of(const char *cookie, uint8_t out[32])
{
	if (EVP_Digest(cookie, strlen(cookie), out, NULL, EVP_sha256(), NULL) != 1)
		memset(out, 0, 32);
}

int session_begin(struct sessions *s, const char *id, int64_t now_us, char out[SESSION_TEXT])
{
	struct session *oldest = &s->list[0];
	uint8_t random[RANDOM];

	if (RAND_bytes(random, RANDOM) != 1)
		return -EIO;
	for (int i = 0; i < RANDOM; i++)
		snprintf(out + 2 * i, 3, "%02x", random[i]);
	for (size_t i = 1; i < SESSION_MOST; i++)
		if (s->list[i].expires_us < oldest->expires_us)
			oldest = &s->list[i];
	digest_of(out, oldest->digest);
	snprintf(oldest->key, sizeof(oldest->key), "%s", id);
	oldest->expires_us = now_us + (int64_t)SESSION_HOURS * 3600 * 1000000;
	return 0;
}

static const struct session *find(const struct sessions *s, const char *cookie)
{
	uint8_t digest[32];

	if (strlen(cookie) != 2 * RANDOM)
		return NULL;
	digest_of(cookie, digest);
	for (size_t i = 0; i < SESSION_MOST; i++)
		if (s->list[i].expires_us != 0 &&
		    CRYPTO_memcmp(s->list[i].digest, digest, sizeof(digest)) == 0)
			return &s->list[i];
	return NULL;
}

const char *session_find(const struct sessions *s, const char *cookie, int64_t now_us)
{
	const struct session *found = find(s, cookie);

	return found != NULL && found->expires_us > now_us ? found->key : NULL;
}

void session_end(struct sessions *s, const char *cookie)
{
	const struct session *found = find(s, cookie);

	if (found != NULL)
		s->list[found - s->list] = (struct session){0};
}
