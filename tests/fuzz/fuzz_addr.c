/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_addr.c - any text as an address: what is accepted survives being written and read again. */
#include <stdlib.h>
#include <string.h>

#include "dp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[80] = {0};
	char out[DP_ADDR_TEXT];
	struct dp_addr a;
	struct dp_addr b;

	memcpy(text, data, size < sizeof(text) - 1 ? size : sizeof(text) - 1);
	if (dp_addr_parse(text, &a) != 0)
		return 0;
	if (dp_addr_parse(dp_addr_format(&a, out), &b) != 0 || dp_addr_compare(&a, &b) != 0)
		abort();
	dp_addr_forbidden(&a, NULL);
	return 0;
}
