/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_decode.c - the first bytes of any service, told and not told what they are. */
#include "vd_proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);
	struct vd_facts *facts = vd_facts_new();

	if (facts == NULL)
		return 0;
	vd_decode(NULL, data, size, facts);
	for (size_t i = 0; i < n; i++) {
		vd_facts_clear(facts);
		vd_decode(vd_proto_name(all[i]), data, size, facts);
	}
	vd_facts_free(facts);
	return 0;
}
