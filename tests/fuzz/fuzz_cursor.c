/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_cursor.c - a cursor that a client sends; what is taken is what would be written. */
#include <stdlib.h>
#include <string.h>

#include "cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t secret[CURSOR_SECRET];
	char *text = strndup((const char *)data, size), again[CURSOR_TEXT];
	struct cursor c = {.total = size, .exact = size % 2 == 0}, back;

	if (text == NULL)
		abort();
	if (cursor_read(text, secret, &back) && !cursor_write(&back, secret, again))
		abort();
	if (strlen(text) < sizeof(c.place)) {
		strcpy(c.place, text);
		if (cursor_write(&c, secret, again) &&
		    (!cursor_read(again, secret, &back) || strcmp(back.place, c.place) != 0))
			abort();
	}
	free(text);
	return 0;
}
