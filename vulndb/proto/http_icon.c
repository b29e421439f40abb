/* SPDX-License-Identifier: Apache-2.0 */
/* http_icon.c - hashes an icon, and remembers the hashes of those that come again and again. */
#include "http_icon.h"

#include <xxhash.h>

#include "digest.h"

/* A line of base64 (RFC 2045, 6.8) holds LINE bytes; a block of BLOCK bytes fills whole lines, whose
 * text has whole words. */
enum { LINE = 57, BLOCK = 4 * LINE, TEXT = 4 * (LINE / 3 * 4 + 1), WORD = 4 };
enum { MEMO_SIZE = 64, MD5_HEX_SIZE = 33 };

struct icon {
	int32_t hash;
	char md5[MD5_HEX_SIZE];
};

/* ---- MurmurHash3 by Austin Appleby, of a text that comes in whole words but for its end ---- */

static uint32_t rotate(uint32_t x, unsigned bits)
{
	return x << bits | x >> (32 - bits);
}

static uint32_t scrambled(uint32_t word)
{
	return rotate(word * 0xcc9e2d51u, 15) * 0x1b873593u;
}

static uint32_t murmur_words(uint32_t hash, const uint8_t *text, size_t len)
{
	struct span in = span_of(text, len);

	for (size_t at = 0; at < len; at += WORD)
		hash = rotate(hash ^ scrambled(span_le32(in, at)), 13) * 5 + 0xe6546b64u;
	return hash;
}

/* @rest: the last bytes, fewer than a word; @len: of the whole text. */
static uint32_t murmur_end(uint32_t hash, const uint8_t *rest, size_t len)
{
	uint32_t word = 0;

	for (size_t i = 0; i < len % WORD; i++)
		word |= (uint32_t)rest[i] << (8 * i);
	hash = (hash ^ scrambled(word)) ^ (uint32_t)len;
	hash = (hash ^ hash >> 16) * 0x85ebca6bu;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
	return hash ^ hash >> 16;
}

/* ---- base64 of bytes that come piece by piece, into a hash ---- */

struct base64 {
	uint32_t hash;
	size_t len; /* of the text so far */
	uint8_t block[BLOCK];
	size_t have;
};

static size_t put_group(const uint8_t *in, size_t n, uint8_t *out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = (uint32_t)in[0] << 16 | (n > 1 ? (uint32_t)in[1] << 8 : 0) |
	                (n > 2 ? in[2] : 0);

	out[0] = (uint8_t)letters[bits >> 18];
	out[1] = (uint8_t)letters[bits >> 12 & 63];
	out[2] = n > 1 ? (uint8_t)letters[bits >> 6 & 63] : '=';
	out[3] = n > 2 ? (uint8_t)letters[bits & 63] : '=';
	return 4;
}

/* The text of at most BLOCK bytes, in lines. Returns its length. */
static size_t put_lines(const uint8_t *in, size_t n, uint8_t out[TEXT])
{
	size_t len = 0;

	for (size_t at = 0; at < n; at += 3) {
		len += put_group(in + at, n - at, out + len);
		if ((at + 3) % LINE == 0 || at + 3 >= n)
			out[len++] = '\n';
	}
	return len;
}

static void hash_block(struct base64 *b)
{
	uint8_t text[TEXT];
	size_t len = put_lines(b->block, b->have, text);

	b->hash = murmur_words(b->hash, text, len);
	b->len += len;
	b->have = 0;
}

static void base64_add(struct base64 *b, struct span in)
{
	while (in.at < in.end) {
		struct span part = span_first(in, BLOCK - b->have);

		memcpy(b->block + b->have, part.at, span_left(part));
		b->have += span_left(part);
		in.at = part.end;
		if (b->have == BLOCK)
			hash_block(b);
	}
}

static int32_t base64_end(const struct base64 *b)
{
	uint8_t text[TEXT];
	size_t len = put_lines(b->block, b->have, text), words = len / WORD * WORD;

	return (int32_t)murmur_end(murmur_words(b->hash, text, words), text + words, b->len + len);
}

/* ---- an icon ---- */

/* False: it is empty, or OpenSSL has no memory. */
static bool make(const struct reply *r, struct icon *out)
{
	struct span rest = r->body, piece;
	struct base64 text = {.hash = 0};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	bool any = false, fine = false;

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_md5(), NULL) != 1)
		goto out;
	for (; http_piece(r, &rest, &piece); any = true) {
		base64_add(&text, piece);
		EVP_DigestUpdate(ctx, piece.at, span_left(piece));
	}
	if (!any || EVP_DigestFinal_ex(ctx, md, &len) != 1)
		goto out;
	out->hash = base64_end(&text);
	digest_hex(md, len, out->md5);
	fine = true;
out:
	EVP_MD_CTX_free(ctx);
	return fine;
}

/*
 * The same icons come from many hosts, and a checksum of their bytes costs a fiftieth of the hashes.
 * A server cannot aim at an entry: the key of the checksum is where the loader has put the table.
 */
static bool recall(const struct reply *r, struct icon *out)
{
	static _Thread_local struct {
		XXH128_hash_t key;
		struct icon icon;
	} memo[MEMO_SIZE];
	/* The same bytes mean another icon where they are chunks. */
	bool chunks = reply_header(r, "Transfer-Encoding").at != NULL;
	XXH128_hash_t key = XXH3_128bits_withSeed(r->body.at, span_left(r->body),
	                                          (XXH64_hash_t)(uintptr_t)memo + chunks);
	size_t at = key.low64 % MEMO_SIZE;

	if (span_left(r->body) == 0 || !XXH128_isEqual(memo[at].key, key)) {
		if (!make(r, out))
			return false;
		memo[at].key = key;
		memo[at].icon = *out;
	}
	*out = memo[at].icon;
	return true;
}

void http_icon_facts(const struct reply *r, struct vd_facts *out)
{
	struct icon icon;

	if (!recall(r, &icon))
		return;
	vd_facts_addf(out, "http.favicon", "%d", icon.hash);
	decode_add_text(out, "http.favicon_md5", icon.md5);
}
