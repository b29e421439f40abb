/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_record.c - the decoders of records and sets of verdicts on hostile bytes. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was decoded encodes again to something that decodes. */
static void round_trip(const struct record *r, const struct record_meta *meta)
{
	struct record *again = record_new();
	struct record_meta meta_again;
	struct bytes b = {0};

	if (again == NULL)
		abort();
	record_encode(r, meta, &b);
	if (record_decode(b.data, b.len, again, &meta_again) != 0 || again->state != r->state ||
	    again->ask != r->ask || again->verdict_count != r->verdict_count ||
	    record_fingerprint(again) != record_fingerprint(r))
		abort();
	bytes_fini(&b);
	record_free(again);
}

static bool no_date(void *arg, const char *text, size_t len)
{
	(void)arg;
	return text == NULL && len > 0;
}

/* What steps over a record's parts finds the identity that decoding it gives. */
static void step_over(const struct record *r, const uint8_t *data, size_t size,
                      struct record_meta *meta)
{
	struct record brief = {0};
	struct vd_identity id;
	struct record_body rest;
	int len = record_decode_header(data, size, &brief, meta);

	if (len < 0 ||
	    record_decode_body(data + len, size - (size_t)len, no_date, NULL, &rest) != 0 ||
	    record_decode_identity(rest.identity, rest.identity_len, &id) != 0 ||
	    memcmp(&id, &r->identity, sizeof(id)) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record *r = record_new();
	struct record_verdicts verdicts;
	struct record_meta meta;
	struct record_body rest;

	if (r == NULL)
		return 0;
	if (record_decode(data, size, r, &meta) == 0) {
		round_trip(r, &meta);
		step_over(r, data, size, &meta);
	}
	record_decode_header(data, size, r, &meta);
	record_decode_body(data, size, no_date, NULL, &rest);
	if (record_decode_verdicts(data, size, &verdicts) == 0)
		free(verdicts.list);
	record_free(r);
	return 0;
}
