/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_buf.h - a growing run of bytes that never passes its bound.
 */
#ifndef SONDE_GRAB_BUF_H
#define SONDE_GRAB_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct grab_buf {
	uint8_t *data; /* owned; NULL while empty */
	size_t len;
	size_t size; /* allocated */
	size_t max;  /* never more than this many bytes */
	bool failed; /* memory was short: something was cut */
};

/* An empty buffer of at most @max bytes; allocates nothing. */
void grab_buf_init(struct grab_buf *b, size_t max);
/* Free the memory; a zeroed buffer is fine. */
void grab_buf_fini(struct grab_buf *b);
/* Append as much of @data as fits. Returns false where something was cut (bound or memory). */
bool grab_buf_add(struct grab_buf *b, const void *data, size_t len);
/* Forget the first @n bytes. */
void grab_buf_drop(struct grab_buf *b, size_t n);

#endif
