/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_key.c - a line of the file of keys, a key's text, a list of scopes. */
#include <stdlib.h>
#include <string.h>

#include "key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct error err = {""};
	struct key k;
	uint8_t scopes;

	if (text == NULL)
		abort();
	if (key_line_parse((const char *)data, size, &k, &err) == 0) {
		if (!key_is_name(k.name) || k.range_count > KEY_RANGES ||
		    (k.scopes & ~KEY_ALL) != 0)
			abort();
	} else if (err.text[0] == '\0') {
		abort();
	}
	if (key_is_whole(text) && strlen(text) != 32)
		abort();
	key_scopes_parse(text, &scopes, &err);
	free(text);
	return 0;
}
