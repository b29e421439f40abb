/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_registry.c - any bytes as a list of delegations: refused with a reason, or a table in order. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "registry.h"

enum { HEAD = 32, ENTRY = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes table = {0};
	struct error err = {""};
	int ret = registry_compile((const char *)data, size, &table, &err);

	if (ret != 0) {
		if (err.text[0] == '\0')
			abort();
	} else {
		if (!registry_is_list((const char *)data, size) || (table.len - HEAD) % ENTRY != 0)
			abort();
		for (size_t at = HEAD + ENTRY; at < table.len; at += ENTRY)
			if (memcmp(table.data + at - ENTRY, table.data + at, 16) > 0)
				abort();
	}
	bytes_fini(&table);
	return 0;
}
