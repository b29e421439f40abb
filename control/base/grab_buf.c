/* SPDX-License-Identifier: Apache-2.0 */
/* grab_buf.c - a growing byte buffer with an upper limit. */
#include "grab_buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP = 4096 };

void grab_buf_init(struct grab_buf *b, size_t max)
{
	*b = (struct grab_buf){.max = max};
}

void grab_buf_fini(struct grab_buf *b)
{
	free(b->data);
	*b = (struct grab_buf){0};
}

void grab_buf_reset(struct grab_buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->size <= KEEP)
		return;
	free(b->data);
	b->data = NULL;
	b->size = 0;
}

static bool reserve(struct grab_buf *b, size_t need)
{
	size_t size = b->size > 0 ? b->size : 512;
	uint8_t *data;

	if (need <= b->size)
		return true;
	while (size < need)
		size *= 2;
	data = realloc(b->data, size);
	if (data == NULL) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->size = size;
	return true;
}

bool grab_buf_add(struct grab_buf *b, const void *data, size_t len)
{
	size_t take = len < b->max - b->len ? len : b->max - b->len;

	if (take == 0)
		return len == 0;
	if (!reserve(b, b->len + take))
		return false;
	memcpy(b->data + b->len, data, take);
	b->len += take;
	return take == len;
}

void grab_buf_drop(struct grab_buf *b, size_t n)
{
	assert(n <= b->len);
	b->len -= n;
	if (b->len > 0)
		memmove(b->data, b->data + n, b->len);
}
