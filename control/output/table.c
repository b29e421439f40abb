/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - rows for people: columns as wide as their values, and never wider than the terminal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fit.h"
#include "table.h"
#include "text.h"

enum { GAP = 2, SOFT_LEAST = 6, RIGID_LEAST = 3 };

/* A cell in the text of the rows that are kept. */
struct cell {
	size_t at, len;
	const char *paint;
};

struct table {
	FILE *out;
	struct table_column columns[TABLE_COLUMNS];
	size_t n;
	unsigned width; /* of the terminal; 0 = none */
	size_t widths[TABLE_COLUMNS];
	bool laid_out; /* widths are fixed and the head is printed */
	struct bytes text, line;
	struct cell cells[TABLE_ROWS][TABLE_COLUMNS];
	size_t rows, column; /* of the row that is being filled */
	size_t used;         /* columns of the line that are printed */
	bool failed;
};

struct table *table_open(FILE *out, const struct table_column *columns, size_t n, unsigned width)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->out = out;
	t->n = n < TABLE_COLUMNS ? n : TABLE_COLUMNS;
	memcpy(t->columns, columns, t->n * sizeof(*columns));
	t->width = width;
	return t;
}

/* ---- widths ---------------------------------------------------------------------------------- */

static const char *text_of(const struct table *t, const struct cell *c)
{
	return c->len == 0 ? "" : (const char *)t->text.data + c->at;
}

static void measure(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		t->widths[i] = fit_width(t->columns[i].name, strlen(t->columns[i].name));
		for (size_t k = 0; k < t->rows; k++) {
			const struct cell *c = &t->cells[k][i];
			size_t width = fit_width(text_of(t, c), c->len);

			if (width > TABLE_CELL && t->width == 0)
				width = TABLE_CELL;
			if (width > t->widths[i])
				t->widths[i] = width;
		}
	}
}

static size_t total(const struct table *t)
{
	size_t sum = t->n > 0 ? GAP * (t->n - 1) : 0;

	for (size_t i = 0; i < t->n; i++)
		sum += t->widths[i];
	return sum;
}

/* The widest column that may lose a column of the terminal, or -1. */
static int widest(const struct table *t, bool rigid)
{
	size_t least = rigid ? RIGID_LEAST : SOFT_LEAST;
	int best = -1;

	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i].is_rigid == rigid && t->widths[i] > least &&
		    (best < 0 || t->widths[i] > t->widths[best]))
			best = (int)i;
	return best;
}

static void lay_out(struct table *t)
{
	measure(t);
	for (size_t sum = total(t); t->width > 0 && sum > t->width; sum--) {
		int at = widest(t, false);

		if (at < 0)
			at = widest(t, true);
		if (at < 0)
			return; /* end_line() cuts the rest */
		t->widths[at]--;
	}
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void put(struct table *t, const char *text, size_t len)
{
	bytes_put(&t->line, text, len);
}

static void put_blanks(struct table *t, size_t n)
{
	t->used += n;
	for (; n > 0; n--)
		put(t, " ", 1);
}

/* Put @text into column @i: cut and padded, and painted without the padding. */
static void put_cell(struct table *t, size_t i, const char *text, size_t len, const char *paint)
{
	size_t width = fit_width(text, len), column = t->widths[i], most, left;
	bool is_last = i + 1 == t->n, cut;

	if (i > 0)
		put_blanks(t, GAP);
	left = t->width > t->used ? t->width - t->used : 0;
	if (t->width > 0 && column > left)
		column = left;
	if (t->width > 0 && column == 0)
		return;
	most = t->width == 0 && column < TABLE_CELL ? TABLE_CELL : column;
	cut = width > most;
	if (cut)
		len = fit_cut(text, len, most - 1);
	width = fit_width(text, len) + cut;
	if (t->columns[i].is_right && width < column)
		put_blanks(t, column - width);
	if (paint != NULL)
		put(t, paint, strlen(paint));
	put(t, text, len);
	if (cut)
		put(t, FIT_MORE, strlen(FIT_MORE));
	if (paint != NULL)
		put(t, "\033[0m", 4);
	t->used += width;
	if (!t->columns[i].is_right && !is_last && width < column)
		put_blanks(t, column - width);
}

/* Print the line without the blanks at its end. */
static void end_line(struct table *t)
{
	size_t len = t->line.len;

	while (len > 0 && t->line.data[len - 1] == ' ')
		len--;
	if (t->line.failed ||
	    fwrite(len == 0 ? "" : (const char *)t->line.data, 1, len, t->out) != len ||
	    fputc('\n', t->out) == EOF)
		t->failed = true;
	bytes_clear(&t->line);
	t->used = 0;
}

/* The head comes before the first rows that are kept. */
void table_flush(struct table *t)
{
	if (!t->laid_out) {
		lay_out(t);
		for (size_t i = 0; i < t->n; i++)
			put_cell(t, i, t->columns[i].name, strlen(t->columns[i].name), NULL);
		end_line(t);
	}
	t->laid_out = true;
	for (size_t k = 0; k < t->rows; k++) {
		for (size_t i = 0; i < t->n; i++)
			put_cell(t, i, text_of(t, &t->cells[k][i]), t->cells[k][i].len,
			         t->cells[k][i].paint);
		end_line(t);
	}
	t->rows = 0;
	t->failed = t->failed || t->text.failed;
	bytes_clear(&t->text);
}

void table_cell(struct table *t, const char *data, size_t len, const char *paint)
{
	struct cell *c = &t->cells[t->rows][t->column];
	size_t from = t->text.len;

	if (t->column == t->n)
		return;
	text_escape(&t->text, data, len, TEXT_LINE);
	*c = (struct cell){from, t->text.len - from, paint};
	t->column++;
}

void table_end_row(struct table *t)
{
	for (; t->column < t->n; t->column++)
		t->cells[t->rows][t->column] = (struct cell){0};
	t->column = 0;
	t->rows++;
	if (t->laid_out || t->rows == TABLE_ROWS)
		table_flush(t);
}

int table_close(struct table *t)
{
	int ret;

	if (!t->laid_out || t->rows > 0)
		table_flush(t);
	ret = t->failed ? -EIO : 0;
	bytes_fini(&t->text);
	bytes_fini(&t->line);
	free(t);
	return ret;
}
