/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_query.c - the parser of queries on hostile text, and the match on a service. */
#include <stdlib.h>
#include <string.h>

#include "query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record *r = record_new();
	struct record *list[1] = {r};
	struct store_host host = {.services = list, .service_count = 1};
	char *text = strndup((const char *)data, size);
	struct error err = {0};
	struct query_hint hint;
	struct query *q;

	if (r == NULL || text == NULL)
		abort();
	r->state = RECORD_OPEN;
	vd_facts_addf(r->facts, "banner", "SSH-2.0-OpenSSH_8.2p1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	if (query_parse(text, 1795305600000000, &q, &err) == 0) {
		query_match(q, &host, r);
		query_hint(q, &hint);
		query_free(q);
	} else if (err.column == 0 || err.column > strlen(text) + 1 || err.text[0] == '\0') {
		abort();
	}
	free(text);
	record_free(r);
	return 0;
}
