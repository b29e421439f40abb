/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_fetch_sum.c - the texts beside a download: its checksum, and the name of the newest archive. */
#include <stdlib.h>
#include <string.h>

#include "fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), hex[FETCH_HEX], name[FETCH_NAME];
	bool unpacked;

	if (text != NULL && fetch_sum_read(text, hex, &unpacked) && strlen(hex) != FETCH_HEX - 1)
		abort();
	if (fetch_latest_read((const char *)data, size, name) &&
	    (strchr(name, '/') != NULL || name[0] == '.' || strlen(name) < 8))
		abort();
	free(text);
	return 0;
}
