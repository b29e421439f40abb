/* SPDX-License-Identifier: Apache-2.0 */
/* format_json.c - JSON: an object a line, or one array of them. */
#include <inttypes.h>
#include <string.h>

#include "format_impl.h"
#include "host_view.h"
#include "service_json.h"

/* The columns that somebody named, as members; those of a host's services as arrays. */
static void picked(struct format *f, const struct store_host *h, const struct record *r)
{
	json_open_object(f->json, NULL);
	for (size_t i = 0; i < f->column_count; i++) {
		const struct field *field = f->columns[i];

		values_read(&f->values, field, h, r, (f->config.flags & FORMAT_ALL_STATES) != 0);
		values_json(&f->values, f->json, field->name,
		            r == NULL && (field->flags & FIELD_HOST) == 0);
	}
	json_close_object(f->json);
}

static void whole_service(struct format *f, const struct store_host *h, const struct record *r)
{
	const struct service_json_config config = {(f->config.flags & FORMAT_BANNER_RAW) != 0,
	                                           f->config.kinds, false, f->texts};
	char addr[DP_ADDR_TEXT];

	json_open_object(f->json, NULL);
	json_text(f->json, "ip", dp_addr_format(&h->addr, addr));
	service_json(f->json, h, r, &config);
	json_int(f->json, "host_score", h->score.value);
	json_text(f->json, "host_level", vd_level_name(h->score.level));
	json_close_object(f->json);
}

void format_object(struct format *f, const struct store_host *h, const struct record *r)
{
	const struct host_view_config config = {
		.flags = (f->config.flags & FORMAT_BANNER_RAW) != 0 ? HOST_VIEW_BANNER_RAW : 0,
		.kinds = f->config.kinds,
		.texts = f->texts,
	};

	if (f->column_count > 0)
		picked(f, h, r);
	else if (r != NULL)
		whole_service(f, h, r);
	else
		host_json(f->json, h, &config);
}

static void line(struct format *f, const struct store_host *h, const struct record *r)
{
	format_object(f, h, r);
	json_end_line(f->json);
}

/* The last line of a stream that is whole. */
static void trailer(struct format *f, const struct format_sum *sum)
{
	json_open_object(f->json, NULL);
	json_open_object(f->json, "trailer");
	json_uint(f->json, "rows", sum->rows);
	json_uint(f->json, "cursor", sum->cursor);
	json_text(f->json, "sha256", sum->sha256);
	json_close_object(f->json);
	json_close_object(f->json);
	json_end_line(f->json);
}

const struct format_ops format_ndjson = {
	.info = {"ndjson", "ndjson", FORMAT_HOSTS | FORMAT_SERVICES, FORMAT_HOSTS,
                 FORMAT_FIELDS | FORMAT_VERDICTS | FORMAT_TRAILER | FORMAT_LINES,
                 "one JSON object a line: the document of a host, or with --services a service"},
	.row = line,
	.trailer = trailer,
};

static void begin_array(struct format *f)
{
	format_put(f, "[");
}

static void element(struct format *f, const struct store_host *h, const struct record *r)
{
	if (f->rows > 0)
		format_put(f, ",");
	line(f, h, r);
}

static void end_array(struct format *f)
{
	format_put(f, "]\n");
}

const struct format_ops format_json = {
	.info = {"json", "json", FORMAT_HOSTS | FORMAT_SERVICES, FORMAT_HOSTS,
                 FORMAT_FIELDS | FORMAT_VERDICTS, "the same objects as one array"},
	.begin = begin_array,
	.row = element,
	.end = end_array,
};
