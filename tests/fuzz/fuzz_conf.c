/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_conf.c - any bytes as a file of settings: refused with a place, or settings with a name. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

static int check(void *arg, const struct conf_line *l, struct error *err)
{
	const char *end = arg;

	(void)err;
	if (l->key[0] == '\0' || l->line == 0 || l->value + strlen(l->value) > end)
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
	if (conf_parse("fuzz", text, size, check, text + size, &err) < 0 && err.text[0] == '\0')
		abort();
	free(text);
	return 0;
}
