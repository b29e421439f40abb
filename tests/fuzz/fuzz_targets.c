/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_targets.c - any bytes as a target list: refused with a place, or ranges that hold. */
#include <stdlib.h>

#include "targets.h"

static int check(void *arg, const struct target_range *r, const struct target_place *at)
{
	(void)arg;
	(void)at;
	if (dp_addr_compare(&r->first, &r->last) > 0 ||
	    dp_addr_is_v4(&r->first, NULL) != dp_addr_is_v4(&r->last, NULL))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {""};
	int ret = targets_text("fuzz", (const char *)data, size, check, NULL, &err);

	if (ret < 0 && err.text[0] == '\0')
		abort();
	return 0;
}
