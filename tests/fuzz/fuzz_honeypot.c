/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_honeypot.c - any facts as those of a service.
 *
 * Bytes 0 and 1 are the port; then come facts: a name up to a "=", a value up to a NUL.
 */
#include <string.h>

#include "vulndb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Add the fact at @data; returns how many bytes it has. */
static size_t add_fact(struct vd_facts *facts, const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, 0, size);
	size_t len = nul != NULL ? (size_t)(nul - data) : size;
	const uint8_t *equals = memchr(data, '=', len);
	char name[VD_FACT_NAME_MAX + 1];

	if (equals != NULL && (size_t)(equals - data) < sizeof(name)) {
		memcpy(name, data, (size_t)(equals - data));
		name[equals - data] = '\0';
		vd_facts_add(facts, name, equals + 1, len - (size_t)(equals - data) - 1);
	}
	return len + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_facts *facts = vd_facts_new();
	char why[VD_HONEYPOT_TEXT];

	if (size >= 2)
		for (size_t at = 2; at < size;)
			at += add_fact(facts, data + at, size - at);
	vd_honeypot(facts, size >= 2 ? (uint16_t)(data[0] << 8 | data[1]) : 0, why);
	vd_facts_free(facts);
	return 0;
}
