/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_fetch_sum.c - the text beside a download that states its checksum. */
#include <stdlib.h>
#include <string.h>

#include "fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), hex[FETCH_HEX];
	bool unpacked;

	if (text != NULL && fetch_sum_read(text, hex, &unpacked) && strlen(hex) != FETCH_HEX - 1)
		abort();
	free(text);
	return 0;
}
