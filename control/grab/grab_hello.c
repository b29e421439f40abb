/* SPDX-License-Identifier: Apache-2.0 */
/* grab_hello.c - decodes a ServerHello as far as its fingerprint needs. */
#include "grab_hello.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum {
	SERVER_HELLO = 2,
	HEAD = 4,        /* type and length */
	SESSION_AT = 34, /* behind version and random */
	SESSION_MAX = 32,
	EXTENSIONS = 64, /* that count */
	TEXT = 16 + 6 * EXTENSIONS,
};

/* The bytes that are left to read. */
struct rest {
	const uint8_t *at;
	size_t len;
};

static bool skip(struct rest *r, size_t n)
{
	if (r->len < n)
		return false;
	r->at += n;
	r->len -= n;
	return true;
}

static bool take_u16(struct rest *r, unsigned *n)
{
	if (r->len < 2)
		return false;
	*n = (unsigned)(r->at[0] << 8 | r->at[1]);
	return skip(r, 2);
}

/* Append the types of the extensions to @text, which has TEXT bytes and room for EXTENSIONS. False
 * where one is cut off. */
static bool put_extensions(struct rest r, char *text)
{
	size_t len = strlen(text);
	unsigned type, size;

	for (unsigned n = 0; r.len > 0; n++) {
		if (!take_u16(&r, &type) || !take_u16(&r, &size) || !skip(&r, size))
			return false;
		if (n < EXTENSIONS)
			len += (size_t)snprintf(text + len, TEXT - len, "%s%u", n > 0 ? "-" : "",
			                        type);
	}
	return true;
}

/* Write "VERSION,CIPHER,EXTENSION-EXTENSION...". */
static bool write_text(struct rest r, char text[TEXT])
{
	unsigned version, cipher, size = 0;
	struct rest head = r;

	if (!take_u16(&head, &version) || !skip(&r, SESSION_AT) || r.len < 1 ||
	    r.at[0] > SESSION_MAX || !skip(&r, 1 + (size_t)r.at[0]) || !take_u16(&r, &cipher) ||
	    !skip(&r, 1))
		return false;
	snprintf(text, TEXT, "%u,%u,", version, cipher);
	if (r.len == 0)
		return true;
	if (!take_u16(&r, &size) || r.len < size)
		return false;
	r.len = size;
	return put_extensions(r, text);
}

bool grab_hello_ja3s(const uint8_t *msg, size_t len, char out[GRAB_JA3S_SIZE])
{
	struct rest r = {msg, len};
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned md_len = 0;
	char text[TEXT];
	size_t size;

	if (len < HEAD || msg[0] != SERVER_HELLO)
		return false;
	size = (size_t)msg[1] << 16 | (size_t)msg[2] << 8 | msg[3];
	if (!skip(&r, HEAD) || r.len < size)
		return false;
	r.len = size;
	if (!write_text(r, text) ||
	    EVP_Digest(text, strlen(text), md, &md_len, EVP_md5(), NULL) != 1 || md_len != 16)
		return false;
	for (unsigned i = 0; i < md_len; i++)
		snprintf(out + 2 * i, 3, "%02x", md[i]);
	return true;
}
