/* SPDX-License-Identifier: Apache-2.0 */
/* csv_read.c - reads CSV (RFC 4180) record by record, from memory. */
#include "csv_read.h"

#include <errno.h>
#include <string.h>

void csv_reader_init(struct csv_reader *r, const char *text, size_t len)
{
	memset(r, 0, sizeof(*r));
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	r->pos = text;
	r->end = text + len;
	r->next_line = 1;
}

void csv_reader_fini(struct csv_reader *r)
{
	bytes_fini(&r->text);
}

/* Take the line feed, or the carriage return and line feed, at the place of @r. */
static bool take_line_end(struct csv_reader *r)
{
	size_t left = (size_t)(r->end - r->pos);
	size_t n = left >= 2 && memcmp(r->pos, "\r\n", 2) == 0 ? 2
	           : left >= 1 && *r->pos == '\n'              ? 1
	                                                       : 0;

	r->pos += n;
	r->next_line += n > 0;
	return n > 0;
}

static int quoted(struct csv_reader *r, struct error *err)
{
	unsigned line = r->next_line;

	for (r->pos++; r->pos < r->end; r->pos++) {
		if (*r->pos == '"') {
			if (r->end - r->pos < 2 || r->pos[1] != '"') {
				r->pos++;
				return 0;
			}
			r->pos++;
		}
		r->next_line += *r->pos == '\n';
		bytes_put(&r->text, r->pos, 1);
	}
	return error_set(err, -EINVAL, "line %u: this quote is never closed", line);
}

static void bare(struct csv_reader *r)
{
	const char *start = r->pos;

	while (r->pos < r->end && *r->pos != ',' && *r->pos != '\n' &&
	       !(*r->pos == '\r' && r->end - r->pos >= 2 && r->pos[1] == '\n'))
		r->pos++;
	bytes_put(&r->text, start, (size_t)(r->pos - start));
}

static int cell(struct csv_reader *r, struct error *err)
{
	size_t from = r->text.len;
	int ret = 0;

	if (r->pos < r->end && *r->pos == '"')
		ret = quoted(r, err);
	else
		bare(r);
	if (ret != 0 || r->text.failed)
		return ret != 0 ? ret : -ENOMEM;
	if (r->text.len > from && memchr(r->text.data + from, '\0', r->text.len - from) != NULL)
		return error_set(err, -EINVAL, "line %u: a cell holds a NUL byte", r->line);
	bytes_put(&r->text, "", 1);
	return r->text.failed ? -ENOMEM : 0;
}

/* What csv_cell() put in front of a text that a spreadsheet would evaluate. */
static const char *without_guard(const char *text)
{
	return text[0] == '\'' && text[1] != '\0' && strchr("=+-@ \\", text[1]) != NULL ? text + 1
	                                                                                : text;
}

/* Let the cells point to their texts, which lie one behind the other. */
static void point(struct csv_reader *r)
{
	const char *text = (const char *)r->text.data;

	for (unsigned i = 0; i < r->count; i++) {
		r->cells[i] = without_guard(text);
		text += strlen(text) + 1;
	}
}

int csv_read(struct csv_reader *r, struct error *err)
{
	int ret;

	while (take_line_end(r))
		;
	if (r->pos == r->end)
		return 0;
	bytes_clear(&r->text);
	r->line = r->next_line;
	for (r->count = 0;;) {
		if (r->count == CSV_CELLS)
			return error_set(err, -EINVAL, "line %u: more than %d cells", r->line,
			                 CSV_CELLS);
		ret = cell(r, err);
		if (ret != 0)
			return ret;
		r->count++;
		if (r->pos == r->end || take_line_end(r))
			break;
		if (*r->pos != ',')
			return error_set(err, -EINVAL, "line %u: text behind a closing quote",
			                 r->line);
		r->pos++;
	}
	point(r);
	return 1;
}
