/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_grab_jarm.c - any bytes as the answers to the ClientHellos of JARM: each with its length in two
 * bytes before it. */
#include <stdlib.h>
#include <string.h>

#include "grab_jarm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct grab_jarm *j = grab_jarm_new();
	char text[GRAB_JARM_SIZE];
	unsigned count = 0;

	if (j == NULL)
		return 0;
	while (count < GRAB_JARM_HELLOS) {
		size_t len = size >= 2 ? (size_t)(data[0] << 8 | data[1]) : 0;
		size_t head = size >= 2 ? 2 : size;

		data += head;
		size -= head;
		len = len < size ? len : size;
		grab_jarm_heard(data, len);
		count = grab_jarm_take(j, data, len);
		data += len;
		size -= len;
	}
	if (!grab_jarm_text(j, text) || strlen(text) != GRAB_JARM_SIZE - 1)
		abort();
	grab_jarm_free(j);
	return 0;
}
