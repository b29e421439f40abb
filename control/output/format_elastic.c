/* SPDX-License-Identifier: Apache-2.0 */
/* format_elastic.c - the body of requests to the bulk interface of Elasticsearch and OpenSearch. */
#include <stdio.h>

#include "format_impl.h"

/* The id makes a row that is sent again replace itself. */
static void row(struct format *f, const struct store_host *h, const struct record *r)
{
	const char *index = f->config.index != NULL ? f->config.index
	                    : r == NULL             ? "sonde-hosts"
	                                            : "sonde-services";
	char addr[DP_ADDR_TEXT], id[DP_ADDR_TEXT + 16];

	dp_addr_format(&h->addr, addr);
	snprintf(id, sizeof(id), "%s/%s/%u", addr,
	         r != NULL ? record_transport_name(r->transport) : "", r != NULL ? r->port : 0);
	json_open_object(f->json, NULL);
	json_open_object(f->json, "index");
	json_text(f->json, "_index", index);
	json_text(f->json, "_id", r != NULL ? id : addr);
	json_close_object(f->json);
	json_close_object(f->json);
	json_end_line(f->json);
	format_object(f, h, r);
	json_end_line(f->json);
}

const struct format_ops format_elastic = {
	.info = {"elastic-bulk", "ndjson", FORMAT_SERVICES | FORMAT_HOSTS, FORMAT_SERVICES,
                 FORMAT_FIELDS | FORMAT_VERDICTS | FORMAT_INDEX | FORMAT_LINES,
                 "bodies for the bulk interface of Elasticsearch and OpenSearch; the id of a row is "
                 "ADDRESS/TRANSPORT/PORT"},
	.row = row,
};
