/* SPDX-License-Identifier: Apache-2.0 */
/* cursor.c - signs the place behind a page, and reads it. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "bytes.h"
#include "cursor.h"

enum { VERSION = 1, SIGN = 12, HEAD = 18, RAW = (CURSOR_TEXT - 1) / 4 * 3 };

uint64_t cursor_question(const char *const *texts, unsigned n)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a; the signature keeps others from choosing it */

	for (unsigned i = 0; i < n; i++) {
		for (const char *p = texts[i]; p != NULL && *p != '\0'; p++)
			h = (h ^ (unsigned char)*p) * 0x100000001b3u;
		h = (h ^ (texts[i] != NULL ? 0x100u : 0x101u)) * 0x100000001b3u;
	}
	return h;
}

static bool sign(const uint8_t *data, size_t len, const uint8_t secret[CURSOR_SECRET],
                 uint8_t out[32])
{
	unsigned n = 32;

	return HMAC(EVP_sha256(), secret, CURSOR_SECRET, data, len, out, &n) != NULL;
}

bool cursor_write(const struct cursor *c, const uint8_t secret[CURSOR_SECRET],
                  char out[CURSOR_TEXT])
{
	uint8_t raw[RAW + 3] = {0}, mac[32];
	size_t place = strlen(c->place), len = SIGN + HEAD + place;
	struct bytes b = {0};
	bool fits = len <= RAW;

	bytes_put_int(&b, VERSION, 1);
	bytes_put_int(&b, c->exact, 1);
	bytes_put_int(&b, c->total, 8);
	bytes_put_int(&b, c->question, 8);
	bytes_put(&b, c->place, place);
	fits = fits && !b.failed && sign(b.data, b.len, secret, mac);
	if (fits) {
		memcpy(raw, mac, SIGN);
		memcpy(raw + SIGN, b.data, b.len);
		EVP_EncodeBlock((unsigned char *)out, raw, (int)len);
		for (char *p = out; *p != '\0'; p++)
			*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
		out[strcspn(out, "=")] = '\0';
	}
	bytes_fini(&b);
	return fits;
}

/* Decode base64url without padding. Returns the number of bytes, or -1. */
static int decode(const char *text, uint8_t raw[RAW + 3])
{
	char padded[CURSOR_TEXT + 4];
	size_t len = strlen(text), pad = (4 - len % 4) % 4;
	int n;

	if (len >= CURSOR_TEXT || pad == 3 || strpbrk(text, "+/=") != NULL)
		return -1;
	for (size_t i = 0; i < len; i++)
		padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
	memcpy(padded + len, "===", pad);
	if ((len + pad) / 4 * 3 > RAW + 3)
		return -1;
	n = EVP_DecodeBlock(raw, (unsigned char *)padded, (int)(len + pad));
	return n < 0 ? -1 : n - (int)pad;
}

bool cursor_read(const char *text, const uint8_t secret[CURSOR_SECRET], struct cursor *out)
{
	uint8_t raw[RAW + 3], mac[32];
	int n = decode(text, raw);
	struct bytes_in in;
	struct cursor c;
	size_t place;

	if (n < SIGN + HEAD || n - SIGN - HEAD >= CURSOR_PLACE ||
	    !sign(raw + SIGN, (size_t)n - SIGN, secret, mac) || CRYPTO_memcmp(raw, mac, SIGN) != 0)
		return false;
	in = bytes_in_of(raw + SIGN, (size_t)n - SIGN);
	if (bytes_get_int(&in, 1) != VERSION)
		return false;
	c.exact = bytes_get_int(&in, 1) != 0;
	c.total = bytes_get_int(&in, 8);
	c.question = bytes_get_int(&in, 8);
	place = (size_t)(in.end - in.pos);
	memcpy(c.place, in.pos, place);
	c.place[place] = '\0';
	*out = c;
	return memchr(c.place, '\0', place) == NULL;
}
