/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_ports.c - any text as a port list: refused with a column, or ranges that hold. */
#include <stdlib.h>
#include <string.h>

#include "ports.h"

static int check(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	(void)arg;
	if ((first == 0) != (kind == PORTS_ICMP) || first > last)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {""};
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (ports_parse(text, check, NULL, &err) < 0 && err.text[0] == '\0')
		abort();
	ports_beyond(text);
	free(text);
	return 0;
}
