/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c - finds where rows begin and end. */
#include "rows.h"

#include <errno.h>
#include <string.h>

#include "row_tree.h"

enum { LINE_MAX_BYTES = 256 << 10 };

static const char cut_short[] = "a row that is cut short";
static const char too_long[] = "a row that is too long";

void rows_init(struct rows *r, enum rows_mode mode)
{
	memset(r, 0, sizeof(*r));
	r->mode = mode;
	r->line = 1;
	r->at_start = true;
}

void rows_fini(struct rows *r)
{
	bytes_fini(&r->row);
}

static void reset(struct rows *r)
{
	bytes_clear(&r->row);
	r->depth = 0;
	r->in_string = r->escaped = r->too_long = false;
}

static void put(struct rows *r, char c)
{
	size_t most = r->mode == ROWS_LINES ? LINE_MAX_BYTES : ROW_BYTES;

	if (r->row.len == most)
		r->too_long = true;
	else if (r->row.len < r->row.cap)
		r->row.data[r->row.len++] = (uint8_t)c;
	else
		bytes_put(&r->row, &c, 1);
}

static void give(struct rows *r)
{
	size_t len = r->row.len;

	if (r->too_long) {
		r->broken(r->arg, too_long, r->begin);
	} else {
		bytes_put(&r->row, "", 1);
		if (!r->row.failed)
			r->each(r->arg, (char *)r->row.data, len, r->begin);
	}
	reset(r);
}

static void take_line(struct rows *r, char c)
{
	if (r->row.len == 0)
		r->begin = r->line;
	if (c != '\n') {
		put(r, c);
		return;
	}
	if (r->row.len > 0 && r->row.data[r->row.len - 1] == '\r')
		r->row.len--;
	if (r->row.len > 0 || r->too_long)
		give(r);
}

/* Inside of a string of an object. */
static void take_string(struct rows *r, char c)
{
	if (c == '\n') { /* no string has one */
		r->broken(r->arg, cut_short, r->begin);
		reset(r);
		return;
	}
	put(r, c);
	if (r->escaped)
		r->escaped = false;
	else if (c == '\\')
		r->escaped = true;
	else if (c == '"')
		r->in_string = false;
}

static void take_object(struct rows *r, char c)
{
	if (c == '{' && r->at_start && r->depth > 0) {
		r->broken(r->arg, cut_short, r->begin);
		reset(r);
	}
	if (c == '{' && r->depth == 0)
		r->begin = r->line;
	if (r->depth == 0 && c != '{')
		return;
	put(r, c);
	if (c == '"')
		r->in_string = true;
	else if (c == '{' || c == '[')
		r->depth++;
	else if ((c == '}' || c == ']') && --r->depth == 0)
		give(r);
}

int rows_take(struct rows *r, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = data[i];

		if (r->mode == ROWS_LINES)
			take_line(r, c);
		else if (r->in_string)
			take_string(r, c);
		else
			take_object(r, c);
		r->at_start = c == '\n';
		r->line += c == '\n';
	}
	return r->row.failed ? -ENOMEM : 0;
}

int rows_end(struct rows *r)
{
	if (r->mode == ROWS_LINES && (r->row.len > 0 || r->too_long))
		take_line(r, '\n');
	else if (r->depth > 0)
		r->broken(r->arg, cut_short, r->begin);
	reset(r);
	return r->row.failed ? -ENOMEM : 0;
}
