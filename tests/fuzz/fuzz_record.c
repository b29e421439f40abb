/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_record.c - the decoders of records and sets of verdicts on hostile bytes. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was decoded encodes again to something that decodes. */
static void round_trip(const struct record *r, const struct record_book *book)
{
	struct record *again = record_new();
	struct record_book book_again;
	struct bytes b = {0};

	if (again == NULL)
		abort();
	record_encode(r, book, &b);
	if (record_decode(b.data, b.len, again, &book_again) != 0 || again->state != r->state ||
	    again->verdict_count != r->verdict_count || record_fingerprint(again) != record_fingerprint(r))
		abort();
	bytes_fini(&b);
	record_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record *r = record_new();
	struct vd_verdict *verdicts;
	struct record_book book;
	uint32_t n;

	if (r == NULL)
		return 0;
	if (record_decode(data, size, r, &book) == 0)
		round_trip(r, &book);
	record_decode_brief(data, size, r, &book);
	if (record_decode_verdicts(data, size, &verdicts, &n) == 0)
		free(verdicts);
	record_free(r);
	return 0;
}
