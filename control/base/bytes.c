/* SPDX-License-Identifier: Apache-2.0 */
/* bytes.c - growing byte buffers to write into and bounded ones to read from. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

void bytes_fini(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){0};
}

void bytes_clear(struct bytes *b)
{
	b->len = 0;
	b->failed = false;
}

static bool reserve(struct bytes *b, size_t n)
{
	size_t cap = b->cap == 0 ? 256 : b->cap;
	uint8_t *data;

	if (b->failed || n > SIZE_MAX / 4 - b->len)
		b->failed = true;
	if (b->failed)
		return false;
	while (cap - b->len < n)
		cap *= 2;
	if (cap == b->cap)
		return true;
	data = realloc(b->data, cap);
	b->failed = data == NULL;
	if (b->failed)
		return false;
	b->data = data;
	b->cap = cap;
	return true;
}

uint8_t *bytes_room(struct bytes *b, size_t n)
{
	if ((b->failed || n > b->cap - b->len) && !reserve(b, n))
		return NULL;
	return b->data + b->len;
}

void bytes_put(struct bytes *b, const void *p, size_t n)
{
	uint8_t *to = n > 0 ? bytes_room(b, n) : NULL;

	if (to == NULL)
		return;
	memcpy(to, p, n);
	b->len += n;
}

void bytes_put_int(struct bytes *b, uint64_t v, unsigned size)
{
	uint8_t raw[8];

	for (unsigned i = 0; i < size; i++)
		raw[i] = (uint8_t)(v >> (8 * i));
	bytes_put(b, raw, size);
}

void bytes_put_var(struct bytes *b, uint64_t v)
{
	while (v >= 0x80) {
		bytes_put_int(b, (v & 0x7f) | 0x80, 1);
		v >>= 7;
	}
	bytes_put_int(b, v, 1);
}

void bytes_put_text(struct bytes *b, const char *text)
{
	size_t len = strnlen(text, 255);

	bytes_put_int(b, len, 1);
	bytes_put(b, text, len);
}

struct bytes_in bytes_in_of(const void *p, size_t n)
{
	return (struct bytes_in){.pos = p, .end = n > 0 ? (const uint8_t *)p + n : p};
}

const uint8_t *bytes_get(struct bytes_in *in, size_t n)
{
	const uint8_t *p = in->pos;

	if (in->bad || (size_t)(in->end - in->pos) < n) {
		in->bad = true;
		return NULL;
	}
	in->pos += n;
	return p;
}

uint64_t bytes_get_int(struct bytes_in *in, unsigned size)
{
	const uint8_t *p = bytes_get(in, size);
	uint64_t v = 0;

	if (p != NULL && size == 1)
		return *p;
	for (unsigned i = size; p != NULL && i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

uint64_t bytes_get_var(struct bytes_in *in)
{
	uint64_t v = 0;

	if (!in->bad && in->pos < in->end && *in->pos < 0x80) /* most take one byte */
		return *in->pos++;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint64_t byte = bytes_get_int(in, 1);

		if (shift == 63 && byte > 1)
			break;
		v |= (byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return v;
	}
	in->bad = true;
	return 0;
}

void bytes_get_text(struct bytes_in *in, char *out, size_t size)
{
	const uint8_t *p = in->pos;
	size_t len = p < in->end ? *p++ : 0;

	/* Called for each text of a record: so it reads the length by itself. */
	if (in->bad || p == in->pos || (size_t)(in->end - p) < len || len >= size ||
	    memchr(p, 0, len) != NULL) {
		in->bad = true;
		len = 0;
		p = in->pos;
	}
	memmove(out, p, len); /* a call: the compiler's own copy of memcpy() is slow to start */
	out[len] = '\0';
	in->pos = p + len;
}
