/* SPDX-License-Identifier: Apache-2.0 */
/* http_icon.c - hashes an icon piece by piece, without a copy of it. */
#include "http_icon.h"

#include "digest.h"

enum { COLUMNS = 76 }; /* of a line of base64 (RFC 2045, 6.8) */

/* MurmurHash3 by Austin Appleby, of a text that comes character by character. */
struct murmur {
	uint32_t hash;
	uint32_t word; /* the characters that make no whole word yet */
	uint32_t len;  /* characters so far */
};

static uint32_t rotate(uint32_t x, unsigned bits)
{
	return x << bits | x >> (32 - bits);
}

static uint32_t scrambled(uint32_t word)
{
	return rotate(word * 0xcc9e2d51u, 15) * 0x1b873593u;
}

static void murmur_add(struct murmur *m, uint8_t c)
{
	m->word |= (uint32_t)c << (8 * (m->len++ % 4));
	if (m->len % 4 != 0)
		return;
	m->hash = rotate(m->hash ^ scrambled(m->word), 13) * 5 + 0xe6546b64u;
	m->word = 0;
}

static uint32_t murmur_end(const struct murmur *m)
{
	uint32_t h = (m->hash ^ scrambled(m->word)) ^ m->len;

	h = (h ^ h >> 16) * 0x85ebca6bu;
	h = (h ^ h >> 13) * 0xc2b2ae35u;
	return h ^ h >> 16;
}

/* Base64 of bytes that come one by one, into a hash. */
struct base64 {
	struct murmur hash;
	uint32_t bits; /* of the bytes that make no whole group yet */
	unsigned count, column;
};

/* Hash the group of three bytes in @b, of which @b->count have come. */
static void put_group(struct base64 *b)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (unsigned i = 0; i < 4; i++)
		murmur_add(&b->hash,
		           i <= b->count ? (uint8_t)letters[b->bits >> (18 - 6 * i) & 63] : '=');
	b->column += 4;
	if (b->column == COLUMNS) {
		murmur_add(&b->hash, '\n');
		b->column = 0;
	}
	b->bits = b->count = 0;
}

static void base64_add(struct base64 *b, struct span in)
{
	for (; in.at < in.end; in.at++) {
		b->bits |= (uint32_t)*in.at << (16 - 8 * b->count);
		if (++b->count == 3)
			put_group(b);
	}
}

static int32_t base64_end(struct base64 *b)
{
	if (b->count > 0)
		put_group(b);
	if (b->column > 0)
		murmur_add(&b->hash, '\n');
	return (int32_t)murmur_end(&b->hash);
}

void http_icon_facts(const struct reply *r, struct vd_facts *out)
{
	struct span rest = r->body, piece;
	struct base64 text = {.count = 0};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t md[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned len = 0;
	bool any = false;

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_md5(), NULL) != 1)
		goto out;
	for (; http_piece(r, &rest, &piece); any = true) {
		base64_add(&text, piece);
		EVP_DigestUpdate(ctx, piece.at, span_left(piece));
	}
	if (!any || EVP_DigestFinal_ex(ctx, md, &len) != 1)
		goto out;
	vd_facts_addf(out, "http.favicon", "%d", base64_end(&text));
	digest_hex(md, len, hex);
	decode_add_text(out, "http.favicon_md5", hex);
out:
	EVP_MD_CTX_free(ctx);
}
