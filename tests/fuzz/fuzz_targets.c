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

/* Every name has one address of each family. */
static const char *look_up(struct name *out)
{
	out->addr[0] = dp_addr_v4(0xc0000201);
	out->addr[1] = (struct dp_addr){{0x20, 0x01, 0x0d, 0xb8}};
	out->count = 2;
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {""};
	struct names names;
	const struct targets_taker to = {.sink = check, .names = &names, .probes = true};
	int ret;

	names_init(&names, look_up);
	ret = targets_text("fuzz", (const char *)data, size, &to, &err);
	names_fini(&names);
	if (ret < 0 && err.text[0] == '\0')
		abort();
	return 0;
}
