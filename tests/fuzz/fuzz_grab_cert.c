/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_grab_cert.c - any bytes as a certificate. */
#include "grab_cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_facts *facts = vd_facts_new();

	grab_cert_facts(data, size, facts);
	grab_cert_issuer_facts(data, size, facts);
	vd_facts_free(facts);
	return 0;
}
