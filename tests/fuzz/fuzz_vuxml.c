/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_vuxml.c - hostile bytes as a feed: the corpus is of FreeBSD's VuXML. */
#include "feed_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_target(data, size);
	return 0;
}
