/* SPDX-License-Identifier: Apache-2.0 */
/* grab_jarm.c - reads the answers to the ten ClientHellos of JARM, and hashes them. */
#include "grab_jarm.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HANDSHAKE = 22, SERVER_HELLO = 2, CERTIFICATE = 11, ALPN = 16 };
/* Where a ServerHello has what, from the head of its record on; behind the id of the session, from the
 * length of that on. */
enum {
	RECORD_HEAD = 5,
	MESSAGE_LEN_AT = 6,
	BODY_AT = 9,
	ID_AT = 43,
	CIPHER_BEHIND = 44,
	EXTENSIONS_BEHIND = 47,
	FIRST_BEHIND = 49,
	NOTHING_BEHIND = 42, /* length of the record that ends in front of extensions */
	DIGEST_TEXT = 32,
	PART = 3, /* characters for an answer */
};

/* The number of a cipher in the hash is its place here, from 1 on; of all others, the one behind the
 * last. */
static const uint16_t numbered[] = {
	0x0004, 0x0005, 0x0007, 0x000a, 0x0016, 0x002f, 0x0033, 0x0035, 0x0039, 0x003c,
	0x003d, 0x0041, 0x0045, 0x0067, 0x006b, 0x0084, 0x0088, 0x009a, 0x009c, 0x009d,
	0x009e, 0x009f, 0x00ba, 0x00be, 0x00c0, 0x00c4, 0xc007, 0xc008, 0xc009, 0xc00a,
	0xc011, 0xc012, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028, 0xc02b, 0xc02c,
	0xc02f, 0xc030, 0xc060, 0xc061, 0xc072, 0xc073, 0xc076, 0xc077, 0xc09c, 0xc09d,
	0xc09e, 0xc09f, 0xc0a0, 0xc0a1, 0xc0a2, 0xc0a3, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af,
	0xcc13, 0xcc14, 0xcca8, 0xcca9, 0x1301, 0x1302, 0x1303, 0x1304, 0x1305,
};

struct grab_jarm {
	EVP_MD_CTX *digest; /* of the extensions */
	bool failed;        /* OpenSSL had no memory */
	bool any;           /* an answer was a ServerHello */
	unsigned count;
	char parts[PART * GRAB_JARM_HELLOS + 1];
};

struct answer {
	const uint8_t *data;
	size_t len;
};

static unsigned be16(const struct answer *a, size_t at)
{
	return at + 2 <= a->len ? (unsigned)(a->data[at] << 8 | a->data[at + 1]) : 0;
}

bool grab_jarm_heard(const uint8_t *data, size_t len)
{
	size_t message;

	if (len >= GRAB_JARM_HEARD)
		return true;
	if (len < 1 || data[0] != HANDSHAKE)
		return len >= 1;
	if (len < BODY_AT)
		return false;
	message = (size_t)data[MESSAGE_LEN_AT] << 16 | (size_t)data[MESSAGE_LEN_AT + 1] << 8 |
	          data[MESSAGE_LEN_AT + 2];
	return data[RECORD_HEAD] != SERVER_HELLO || len >= BODY_AT + message;
}

/* ---- life ---- */

struct grab_jarm *grab_jarm_new(void)
{
	struct grab_jarm *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->digest = EVP_MD_CTX_new();
	if (j->digest == NULL || EVP_DigestInit_ex(j->digest, EVP_sha256(), NULL) != 1) {
		grab_jarm_free(j);
		return NULL;
	}
	return j;
}

void grab_jarm_free(struct grab_jarm *j)
{
	if (j == NULL)
		return;
	EVP_MD_CTX_free(j->digest);
	free(j);
}

/* ---- answers ---- */

static unsigned number_of(unsigned cipher)
{
	const unsigned n = sizeof(numbered) / sizeof(numbered[0]);
	unsigned i = 0;

	while (i < n && numbered[i] != cipher)
		i++;
	return i + 1;
}

/* "a" to "f" for the versions from SSL 3 on. */
static char letter_of(unsigned version)
{
	unsigned n = version & 0x0f;

	return n < 6 ? (char)('a' + n) : '0';
}

static bool is_ascii(const uint8_t *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] >= 0x80)
			return false;
	return true;
}

static void hash(struct grab_jarm *j, const void *text, size_t len)
{
	j->failed |= EVP_DigestUpdate(j->digest, text, len) != 1;
}

/* Whether the extensions have no place in the answer, by the id's length @id. The two marks are of
 * servers that send other messages there. */
static bool lacks_extensions(const struct answer *a, size_t id)
{
	size_t at = id + EXTENSIONS_BEHIND;

	return at + 2 > a->len || a->data[at] == CERTIFICATE || be16(a, 3) <= id + NOTHING_BEHIND ||
	       (at + 6 <= a->len && memcmp(a->data + at + 3, "\x0e\xac\x0b", 3) == 0) ||
	       (a->len >= 85 && memcmp(a->data + 82, "\x0f\xf0\x0b", 3) == 0);
}

/* The end of the list of extensions that begins at @at. False where it is cut off. */
static bool measure(const struct answer *a, size_t at, size_t last)
{
	while (at < last) {
		if (at + 4 > a->len)
			return false;
		at += 4 + (size_t)be16(a, at + 2);
	}
	return true;
}

/* Hash the protocol that the server has chosen: the first of its extension ALPN, without lengths. */
static bool hash_protocol(struct grab_jarm *j, const struct answer *a, size_t at, size_t last)
{
	for (size_t size; at < last; at += 4 + size) {
		size_t from = at + 4 + 3, to;

		size = be16(a, at + 2);
		if (be16(a, at) != ALPN)
			continue;
		to = at + 4 + size < a->len ? at + 4 + size : a->len;
		if (from >= to)
			return true;
		if (!is_ascii(a->data + from, to - from))
			return false;
		hash(j, a->data + from, to - from);
		return true;
	}
	return true;
}

static void hash_types(struct grab_jarm *j, const struct answer *a, size_t at, size_t last)
{
	char text[8];

	for (const char *mark = ""; at < last; at += 4 + (size_t)be16(a, at + 2)) {
		int len = snprintf(text, sizeof(text), "%s%04x", mark, be16(a, at));

		hash(j, text, (size_t)len);
		mark = "-";
	}
}

/* Read a ServerHello: hash its extensions and write its part to @part. False where it is none. */
static bool read_hello(struct grab_jarm *j, const struct answer *a, char *part)
{
	size_t id, at, last;

	if (a->len <= ID_AT || a->data[0] != HANDSHAKE || a->data[RECORD_HEAD] != SERVER_HELLO)
		return false;
	id = a->data[ID_AT];
	if (id + CIPHER_BEHIND + 2 > a->len)
		return false;
	if (!lacks_extensions(a, id)) {
		at = id + FIRST_BEHIND;
		/* The list ends one byte before its end, as the authors count it. */
		last = at - 1 + be16(a, id + EXTENSIONS_BEHIND);
		if (!measure(a, at, last) || !hash_protocol(j, a, at, last))
			return false;
		hash_types(j, a, at, last);
	}
	snprintf(part, PART + 1, "%02x%c", number_of(be16(a, id + CIPHER_BEHIND)) & 0xff,
	         letter_of(be16(a, BODY_AT)));
	return true;
}

unsigned grab_jarm_take(struct grab_jarm *j, const uint8_t *data, size_t len)
{
	const struct answer a = {data, len < GRAB_JARM_HEARD ? len : GRAB_JARM_HEARD};
	char part[PART + 1] = "000";

	if (j->count == GRAB_JARM_HELLOS)
		return j->count;
	j->any |= read_hello(j, &a, part);
	memcpy(j->parts + (size_t)PART * j->count, part, PART);
	return ++j->count;
}

bool grab_jarm_text(struct grab_jarm *j, char out[GRAB_JARM_SIZE])
{
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (EVP_DigestFinal_ex(j->digest, md, &len) != 1 || j->failed || len < DIGEST_TEXT / 2)
		return false;
	memset(out, '0', GRAB_JARM_SIZE - 1);
	out[GRAB_JARM_SIZE - 1] = '\0';
	if (!j->any)
		return true;
	memcpy(out, j->parts, (size_t)PART * GRAB_JARM_HELLOS);
	for (unsigned i = 0; i < DIGEST_TEXT / 2; i++)
		snprintf(out + PART * GRAB_JARM_HELLOS + 2 * i, 3, "%02x", md[i]);
	return true;
}
