/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_cpe.c - hostile bytes as a CPE name: what is read can be written and read again. */
#include <stdlib.h>
#include <string.h>

#include "cpe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[CPE_TEXT * 2], again[CPE_TEXT * 2];
	struct cpe c, d;

	if (cpe_parse((const char *)data, size, &c) != 0)
		return 0;
	cpe_format(&c, text, sizeof(text));
	if (cpe_parse(text, strlen(text), &d) != 0)
		return 0; /* the formatted string may be longer than what is accepted */
	cpe_format(&d, again, sizeof(again));
	if (strcmp(text, again) != 0)
		abort();
	return 0;
}
