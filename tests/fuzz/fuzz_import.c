/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_import.c - any bytes as a file of each format: skipped in words, or services that hold. */
#include <stdlib.h>
#include <string.h>

#include "import_input.h"

#define NOW INT64_C(1795305600000000)

static void take(void *arg, struct record *r)
{
	(void)arg;
	if (r->port == 0 || r->seen_us <= 0 ||
	    (r->transport != DP_TRANSPORT_TCP && r->transport != DP_TRANSPORT_UDP))
		abort();
	if (r->grabbed != (vd_facts_count(r->facts) > 0) || vd_facts_count(r->facts) > VD_FACTS_MAX)
		abort();
}

static void read_as(const struct import_kind *kind, const uint8_t *data, size_t size)
{
	struct import_report report = {.bytes = 0};
	struct import_sink s = {.record = record_new(),
	                        .take = take,
	                        .report = &report,
	                        .file_us = NOW,
	                        .now_us = NOW};

	if (s.record == NULL)
		return;
	import_input_text(&s, kind, (const char *)data, size);
	if (report.reason_count > IMPORT_REASONS ||
	    (report.skipped > 0) != (report.reason_count > 0))
		abort();
	record_free(s.record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_kind_recognise((const char *)data, size);
	for (unsigned i = 0; import_kind_at(i) != NULL; i++)
		read_as(import_kind_at(i), data, size);
	return 0;
}
