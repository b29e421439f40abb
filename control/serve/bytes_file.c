/* SPDX-License-Identifier: Apache-2.0 */
/* bytes_file.c - a stream that appends to a buffer. */
#include <stdio_ext.h>

#include "bytes_file.h"

static ssize_t append(void *arg, const char *data, size_t len)
{
	struct bytes *b = arg;

	bytes_put(b, data, len);
	return b->failed ? 0 : (ssize_t)len;
}

FILE *bytes_file_open(struct bytes *b)
{
	FILE *f = fopencookie(b, "w", (cookie_io_functions_t){.write = append});

	/* One thread has it: the locks would be a sixth of the time that a document takes. */
	if (f != NULL)
		__fsetlocking(f, FSETLOCKING_BYCALLER);
	return f;
}
