/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_payload.c - any text as a line of UDP payloads: refused in words, or entries that hold. */
#include <stdlib.h>
#include <string.h>

#include "payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {""};
	struct payload_list list;
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	payload_list_init(&list);
	if (payload_line(&list, text, &err) < 0 && err.text[0] == '\0')
		abort();
	if (list.count > PAYLOAD_LIST_MAX)
		abort();
	for (unsigned i = 0; i < list.count; i++)
		if (list.v[i].len > DP_PAYLOAD_MAX || list.v[i].data == NULL)
			abort();
	payload_list_fini(&list);
	free(text);
	return 0;
}
