/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_buf.h - a growing byte buffer with an upper limit.
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
	bool failed; /* memory was short: bytes were dropped */
};

/* An empty buffer of at most @max bytes; allocates nothing. */
void grab_buf_init(struct grab_buf *b, size_t max);
/* Free the memory; a zeroed buffer is fine. */
void grab_buf_fini(struct grab_buf *b);
/* Empty the buffer, and keep its memory where that is little. */
void grab_buf_reset(struct grab_buf *b);
/* Append as much of @data as fits below @max. Returns false if bytes were dropped: those beyond
 * @max, or all of @data because memory was short. */
bool grab_buf_add(struct grab_buf *b, const void *data, size_t len);
/* Remove the first @n bytes; there must be as many. */
void grab_buf_drop(struct grab_buf *b, size_t n);

#endif
