/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c - writes CSV cells (RFC 4180) that no spreadsheet evaluates as a formula. */
#include <string.h>

#include "csv.h"
#include "text.h"

static bool begins_formula(const char *data, size_t len)
{
	return len > 0 && memchr("=+-@ \t\r'", data[0], 8) != NULL;
}

/* Whether the cell is its text: most are short and have nothing to escape. */
static bool is_plain(const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] < ' ' || data[i] > '~' || data[i] == ',' || data[i] == '"' ||
		    data[i] == '\\')
			return false;
	return !begins_formula(data, len);
}

void csv_cell(struct bytes *out, const char *data, size_t len)
{
	struct bytes text = {0};
	bool quote = begins_formula(data, len);

	if (is_plain(data, len)) {
		bytes_put(out, data, len);
		return;
	}
	if (quote)
		bytes_put(&text, "'", 1);
	text_escape(&text, data, len, TEXT_LINE);
	quote = text.len > 0 && (quote || memchr(text.data, ',', text.len) != NULL ||
	                         memchr(text.data, '"', text.len) != NULL);
	if (quote)
		bytes_put(out, "\"", 1);
	for (size_t i = 0; i < text.len; i++)
		bytes_put(out, text.data[i] == '"' ? "\"\"" : (const char *)&text.data[i],
		          text.data[i] == '"' ? 2 : 1);
	if (quote)
		bytes_put(out, "\"", 1);
	out->failed = out->failed || text.failed;
	bytes_fini(&text);
}
