/* SPDX-License-Identifier: Apache-2.0 */
/* feed_target.h - hostile bytes as a feed of any kind, and the tables made of it. */
#ifndef FUZZ_FEED_TARGET_H
#define FUZZ_FEED_TARGET_H

#include "feed.h"
#include "index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed_target(const uint8_t *data, size_t size)
{
	struct error err;
	struct build b;
	struct index x;

	if (build_init(&b) != 0)
		return;
	index_init(&x);
	if (feed_read_text(&b, "fuzz", (const char *)data, size, &err) == 0 &&
	    index_cves(&x, &b) == 0 && index_names(&x, &b) == 0 && index_products(&x, &b) == 0)
		index_packages(&x, &b);
	index_fini(&x);
	build_fini(&b);
}

#endif
