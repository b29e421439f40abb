/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_cvss.c - a CVSS vector of unknown origin: a score is within the scale. */
#include <stdlib.h>
#include <string.h>

#include "cvss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	uint8_t x10, version;

	if (text != NULL && cvss_base(text, &x10, &version) &&
	    (x10 > 100 || version < 20 || version > 40))
		abort();
	free(text);
	return 0;
}
