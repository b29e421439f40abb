/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_epss.c - hostile bytes as a feed: the corpus is of kind epss. */
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_error err;
	struct build b;

	if (build_init(&b) == 0)
		feed_read_text(&b, "fuzz", (const char *)data, size, &err);
	build_fini(&b);
	return 0;
}
