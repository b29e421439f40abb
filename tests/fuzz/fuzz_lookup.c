/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_lookup.c - what a user types for a lookup. */
#include <stdlib.h>
#include <string.h>

#include "lookup_arg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), out[256];
	struct vd_identity id = {0};
	struct error err;

	if (text == NULL)
		return 0;
	if (lookup_unescape(text, out, sizeof(out)) > strlen(text))
		abort();
	vd_identity_from_cpe(text, &id, &err);
	lookup_distro(text, &id);
	lookup_package(text, &id);
	free(text);
	return 0;
}
