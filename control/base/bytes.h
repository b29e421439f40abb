/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h - growing byte buffers to write into and bounded ones to read from.
 *
 * Both are sticky about errors: write or read on, then ask once whether all went well. Integers are
 * little endian; "text" is one length byte and at most 255 bytes; "var" is LEB128.
 */
#ifndef SONDE_BYTES_H
#define SONDE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data; /* owned */
	size_t len, cap;
	bool failed; /* no memory */
};

/* Free the memory; a zeroed buffer is fine. */
void bytes_fini(struct bytes *b);
void bytes_clear(struct bytes *b); /* keeps the memory */
/* Append @n bytes at @p, copied. Where memory is short nothing is appended any more and @failed is
 * set; the same holds for the others. */
void bytes_put(struct bytes *b, const void *p, size_t n);
void bytes_put_int(struct bytes *b, uint64_t v, unsigned size); /* size 1..8 */
/* Append @v as LEB128, 1 to 10 bytes. */
void bytes_put_var(struct bytes *b, uint64_t v);
void bytes_put_text(struct bytes *b, const char *text); /* cut at 255 bytes */

struct bytes_in {
	const uint8_t *pos, *end;
	bool bad; /* ran over the end, or a length that does not fit */
};

/* Read the @n bytes at @p, which stay the caller's. */
struct bytes_in bytes_in_of(const void *p, size_t n);
const uint8_t *bytes_get(struct bytes_in *in, size_t n); /* NULL: fewer left */
/* Take an integer of @size bytes, 1 to 8; 0 and @bad where fewer are left. */
uint64_t bytes_get_int(struct bytes_in *in, unsigned size);
/* Take a LEB128; 0 and @bad where it is broken or has more than 64 bits. */
uint64_t bytes_get_var(struct bytes_in *in);
void bytes_get_text(struct bytes_in *in, char *out, size_t size); /* bad if it does not fit */

#endif
