/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_recog.c - a Recog file of unknown origin, and a CPE name out of it. */
#include <stdlib.h>
#include <string.h>

#include "recog_cpe.h"
#include "rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rule_set *set = rule_set_new();
	struct error err;
	char uri[256], own[VD_CPE_LEN];
	void *blob;
	size_t len = size < sizeof(uri) - 6 ? size : sizeof(uri) - 6;

	if (set == NULL)
		return 0;
	if (rules_read_recog(set, "fuzz.xml", data, size, &err) == 0 &&
	    rules_serialise(set, false, &blob, &len, &err) == 0)
		free(blob);
	rule_set_free(set);
	memcpy(uri, "cpe:/", 5);
	len = size < sizeof(uri) - 6 ? size : sizeof(uri) - 6;
	memcpy(uri + 5, data, len);
	uri[5 + len] = '\0';
	recog_cpe(uri, own, sizeof(own));
	return 0;
}
