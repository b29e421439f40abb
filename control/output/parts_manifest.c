/* SPDX-License-Identifier: Apache-2.0 */
/* parts_manifest.c - writes what an export is made of, so that a reader can prove it whole. */
#include <errno.h>
#include <stdio.h>

#include "json.h"
#include "parts_impl.h"

static void put_knowledge(struct json *j, const uint8_t digest[16])
{
	char hex[33] = "";
	unsigned any = 0;

	for (unsigned i = 0; i < 16; i++) {
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
		any |= digest[i];
	}
	if (any != 0)
		json_text(j, "knowledge", hex);
}

static void put_part(struct json *j, const struct parts_file *f)
{
	json_open_object(j, NULL);
	json_text(j, "file", f->name);
	json_uint(j, "rows", f->rows);
	json_uint(j, "bytes", f->sum.bytes);
	json_uint(j, "plain_bytes", f->sum.plain_bytes);
	json_text(j, "sha256", f->sum.sha256);
	json_close_object(j);
}

int parts_manifest(const struct parts_file *files, size_t n, const struct parts_about *about,
                   struct bytes *out)
{
	struct json *j = json_begin_bytes(out);
	uint64_t rows = 0, bytes = 0;

	if (j == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		rows += files[i].rows;
		bytes += files[i].sum.bytes;
	}
	json_open_object(j, NULL);
	json_text(j, "schema", "export/1");
	json_time(j, "created", about->now_us);
	json_text(j, "version", about->version);
	json_text(j, "format", about->format);
	json_text(j, "unit", about->unit);
	json_text(j, "query", about->query);
	json_text(j, "fields", about->fields);
	put_knowledge(j, about->knowledge);
	if (about->since > 0)
		json_uint(j, "since", about->since);
	json_uint(j, "cursor", about->cursor);
	json_uint(j, "rows", rows);
	json_uint(j, "bytes", bytes);
	json_open_array(j, "parts");
	for (size_t i = 0; i < n; i++)
		put_part(j, &files[i]);
	json_close_array(j);
	json_close_object(j);
	return json_done(j) == 0 ? 0 : -ENOMEM;
}
