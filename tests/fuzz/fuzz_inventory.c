/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_inventory.c - any bytes as an inventory: refused with a reason, or written and read again the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "inventory.h"

static void same_again(const struct inventory *inv)
{
	struct bytes first = {0}, second = {0};
	struct inventory again = {0};
	struct error err = {""};

	inventory_write(inv, &first);
	if (first.failed)
		return;
	if (inventory_read(&again, (const char *)first.data, first.len, &err) != 0)
		abort();
	inventory_write(&again, &second);
	if (!second.failed &&
	    (first.len != second.len || memcmp(first.data, second.data, first.len) != 0))
		abort();
	bytes_fini(&first);
	bytes_fini(&second);
	inventory_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inventory inv = {0};
	struct error err = {""};
	struct dp_addr addr = dp_addr_v4(0x0a000001);
	struct place_info out;
	int ret = inventory_read(&inv, (const char *)data, size, &err);

	if (ret != 0) {
		if (err.text[0] == '\0' || inv.count != 0)
			abort();
		return 0;
	}
	memset(&out, 0, sizeof(out));
	inventory_find(&inv, &addr, &out);
	/* The text of what a spreadsheet or a terminal would act on is escaped for good. */
	if (memchr(data, '\\', size) == NULL && memchr(data, '\'', size) == NULL)
		same_again(&inv);
	inventory_fini(&inv);
	return 0;
}
