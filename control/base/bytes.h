/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h - growing byte buffers to write into and bounded ones to read from.
 *
 * Both remember an error: the caller may go on writing or reading and check @failed or @bad once at
 * the end. Integers are little endian; "text" is one length byte and at most 255 bytes; "var" is
 * LEB128.
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
/* Append a copy of the @n bytes at @p. If memory is short, this sets @failed and appends nothing,
 * and neither does any later call. The same holds for the functions below. */
void bytes_put(struct bytes *b, const void *p, size_t n);
/* Make room for @n more bytes behind the last one and return where they go; the caller writes up to
 * @n of them and adds their number to @len. NULL: memory is short, and @failed is set. */
uint8_t *bytes_room(struct bytes *b, size_t n);
void bytes_put_int(struct bytes *b, uint64_t v, unsigned size); /* size 1..8 */
/* Append @v as LEB128, 1 to 10 bytes. */
void bytes_put_var(struct bytes *b, uint64_t v);
void bytes_put_text(struct bytes *b, const char *text); /* cut at 255 bytes */

struct bytes_in {
	const uint8_t *pos, *end;
	bool bad; /* a read went past the end, or a length did not fit */
};

/* Returns a reader of the @n bytes at @p. The caller owns them and keeps them while it reads. */
struct bytes_in bytes_in_of(const void *p, size_t n);
const uint8_t *bytes_get(struct bytes_in *in, size_t n); /* NULL: fewer left */
/* Read an integer of @size bytes, 1 to 8. If fewer are left, sets @bad and returns 0. */
uint64_t bytes_get_int(struct bytes_in *in, unsigned size);
/* Read a LEB128 integer. If it is cut off or has more than 64 bits, sets @bad and returns 0. */
uint64_t bytes_get_var(struct bytes_in *in);
/* Read a text into @out, terminated. If it is cut off, holds a NUL or does not fit into @size
 * bytes, sets @bad and makes @out empty. */
void bytes_get_text(struct bytes_in *in, char *out, size_t size);

#endif
