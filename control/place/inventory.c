/* SPDX-License-Identifier: Apache-2.0 */
/* inventory.c - one's own prefixes and what is known of them. */
#include "inventory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "csv_read.h"
#include "inventory_column.h"

enum { ROWS_MOST = 1 << 22 };
#define NO_PARENT UINT32_MAX

/* ---- rows ------------------------------------------------------------------------------------ */

static void free_row(struct inventory_row *row)
{
	for (int i = 0; i < INVENTORY_COLUMNS; i++)
		free(row->cells[i]);
}

void inventory_fini(struct inventory *inv)
{
	for (uint32_t i = 0; i < inv->count; i++)
		free_row(&inv->rows[i]);
	free(inv->rows);
	memset(inv, 0, sizeof(*inv));
}

/* Add a row of @range behind the others. NULL: no memory, or too many. */
static struct inventory_row *add_row(struct inventory *inv, const struct dp_addr_range *range)
{
	struct inventory_row *row;

	if (inv->count == inv->cap) {
		uint32_t cap = inv->cap * 2 + 16;
		struct inventory_row *rows =
			cap > ROWS_MOST ? NULL : realloc(inv->rows, cap * sizeof(*rows));

		if (rows == NULL)
			return NULL;
		inv->rows = rows;
		inv->cap = cap;
	}
	row = &inv->rows[inv->count];
	*row = (struct inventory_row){.range = *range, .parent = inv->count};
	inv->count++;
	return row;
}

static int copy(const struct inventory *from, struct inventory *out)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < from->count; i++) {
		struct inventory_row *row = add_row(out, &from->rows[i].range);

		for (int c = 0; row != NULL && c < INVENTORY_COLUMNS; c++) {
			if (from->rows[i].cells[c] == NULL)
				continue;
			row->cells[c] = strdup(from->rows[i].cells[c]);
			if (row->cells[c] == NULL)
				row = NULL;
		}
		if (row == NULL) {
			inventory_fini(out);
			return -ENOMEM;
		}
	}
	return 0;
}

/* By first address, larger ranges first; equal ranges in the order in which they were added, which
 * stands in their parent until settle() has found it. */
static int by_range(const void *a, const void *b)
{
	const struct inventory_row *x = a, *y = b;
	int d = dp_addr_compare(&x->range.first, &y->range.first);

	if (d == 0)
		d = dp_addr_compare(&y->range.last, &x->range.last);
	return d != 0 ? d : x->parent < y->parent ? -1 : 1;
}

/* Move the cells that @from states to @to. */
static void join(struct inventory_row *to, struct inventory_row *from)
{
	for (int c = 0; c < INVENTORY_COLUMNS; c++) {
		if (from->cells[c] == NULL)
			continue;
		free(to->cells[c]);
		to->cells[c] = from->cells[c];
	}
}

static void join_equals(struct inventory *inv)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < inv->count; i++) {
		if (n > 0 && memcmp(&inv->rows[n - 1].range, &inv->rows[i].range,
		                    sizeof(inv->rows[i].range)) == 0)
			join(&inv->rows[n - 1], &inv->rows[i]);
		else
			inv->rows[n++] = inv->rows[i];
	}
	inv->count = n;
}

static int overlap(const struct inventory_row *a, const struct inventory_row *b, struct error *err)
{
	char x[ADDR_RANGE_TEXT], y[ADDR_RANGE_TEXT];

	return error_set(err, -EINVAL,
	                 "%s and %s overlap in part: a range lies in another or beside it",
	                 addr_range_format(&a->range, x), addr_range_format(&b->range, y));
}

/* Bring the rows into order and find the parents. */
static int settle(struct inventory *inv, struct error *err)
{
	if (inv->count > 0)
		qsort(inv->rows, inv->count, sizeof(*inv->rows), by_range);
	join_equals(inv);
	for (uint32_t i = 0; i < inv->count; i++) {
		struct inventory_row *row = &inv->rows[i];
		uint32_t up = i > 0 ? i - 1 : NO_PARENT;

		while (up != NO_PARENT &&
		       dp_addr_compare(&inv->rows[up].range.last, &row->range.first) < 0)
			up = inv->rows[up].parent;
		if (up != NO_PARENT &&
		    dp_addr_compare(&inv->rows[up].range.last, &row->range.last) < 0)
			return overlap(&inv->rows[up], row, err);
		row->parent = up;
	}
	return 0;
}

/* Replace *@io by @next if that can be settled, else free @next. */
static int take(struct inventory *io, struct inventory *next, int ret, struct error *err)
{
	if (ret == 0)
		ret = settle(next, err);
	if (ret != 0) {
		inventory_fini(next);
		return ret;
	}
	inventory_fini(io);
	*io = *next;
	return 0;
}

/* State @value, which is not empty, in a column of @row. */
static int put(struct inventory_row *row, int column, const char *value, struct error *err)
{
	char usual[INVENTORY_VALUE], *text;
	int ret = inventory_check(column, value, usual, err);

	if (ret != 0)
		return ret;
	text = strdup(usual);
	if (text == NULL)
		return -ENOMEM;
	free(row->cells[column]);
	row->cells[column] = text;
	return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* What the cells of a CSV record are: the number of a column, or one of these. */
enum { PREFIX = -1 };

struct header {
	int column[CSV_CELLS];
	unsigned count, prefix;
};

static int read_header(const struct csv_reader *r, struct header *h, struct error *err)
{
	static const char prefix_names[] = " prefix cidr network net ip address range ";
	bool found = false;

	h->count = r->count;
	for (unsigned i = 0; i < r->count; i++) {
		if (inventory_is_among(prefix_names, r->cells[i])) {
			if (found)
				return error_set(err, -EINVAL, "line %u: two columns of prefixes",
				                 r->line);
			found = true;
			h->prefix = i;
			h->column[i] = PREFIX;
			continue;
		}
		h->column[i] = inventory_find_column(r->cells[i]);
		if (h->column[i] < 0)
			return error_set(
				err, -EINVAL,
				"line %u: no column is called `%.40s`; there are prefix, owner, "
				"site, scope, criticality, tags, country, region, city, lat, "
				"lon, org",
				r->line, r->cells[i]);
	}
	return found ? 0
	             : error_set(err, -EINVAL,
	                         "line %u: no column is called prefix; the first line names the "
	                         "columns",
	                         r->line);
}

static int read_row(const struct csv_reader *r, const struct header *h, struct inventory *out,
                    struct error *err)
{
	struct inventory_row *row;
	struct dp_addr_range range;
	struct error why;

	if (r->count != h->count)
		return error_set(err, -EINVAL, "line %u: %u cells, and the first line has %u",
		                 r->line, r->count, h->count);
	if (!addr_range_parse(r->cells[h->prefix], &range))
		return error_set(err, -EINVAL,
		                 "line %u: `%.60s`: expected an address, a prefix or a range",
		                 r->line, r->cells[h->prefix]);
	row = add_row(out, &range);
	if (row == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < r->count; i++) {
		int ret = h->column[i] == PREFIX || r->cells[i][0] == '\0'
		                  ? 0
		                  : put(row, h->column[i], r->cells[i], &why);

		if (ret == -EINVAL)
			return error_set(err, ret, "line %u: %s: %.300s", r->line,
			                 inventory_column((unsigned)h->column[i]), why.text);
		if (ret != 0)
			return ret;
	}
	return 0;
}

static int read_rows(struct csv_reader *r, struct inventory *out, struct error *err)
{
	struct header h = {0};
	int ret = csv_read(r, err);

	if (ret == 0)
		return error_set(err, -EINVAL, "empty: the first line names the columns");
	if (ret == 1)
		ret = read_header(r, &h, err);
	while (ret == 0) {
		ret = csv_read(r, err);
		if (ret != 1)
			return ret;
		ret = read_row(r, &h, out, err);
	}
	return ret;
}

int inventory_read(struct inventory *io, const char *text, size_t len, struct error *err)
{
	struct inventory next;
	struct csv_reader r;
	int ret = copy(io, &next);

	if (ret != 0)
		return ret;
	csv_reader_init(&r, text, len);
	ret = read_rows(&r, &next, err);
	csv_reader_fini(&r);
	return take(io, &next, ret, err);
}

/* ---- changing -------------------------------------------------------------------------------- */

/* The last row whose range begins at or before @range, the smaller of two that begin there last; the
 * order of by_range(). NO_PARENT: there is none. */
static uint32_t last_before(const struct inventory *inv, const struct dp_addr_range *range)
{
	uint32_t low = 0, high = inv->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct dp_addr_range *r = &inv->rows[middle].range;
		int d = dp_addr_compare(&r->first, &range->first);

		if (d == 0)
			d = dp_addr_compare(&range->last, &r->last);
		if (d <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NO_PARENT : low - 1;
}

static struct inventory_row *row_of(const struct inventory *inv, const struct dp_addr_range *range)
{
	uint32_t i = last_before(inv, range);

	return i != NO_PARENT && memcmp(&inv->rows[i].range, range, sizeof(*range)) == 0
	               ? &inv->rows[i]
	               : NULL;
}

bool inventory_remove(struct inventory *io, const struct dp_addr_range *range)
{
	struct inventory_row *row = row_of(io, range);
	struct error err;

	if (row == NULL)
		return false;
	free_row(row);
	io->count--;
	memmove(row, row + 1, (size_t)(&io->rows[io->count] - row) * sizeof(*row));
	settle(io, &err); /* without a row, nothing can overlap that did not before */
	return true;
}

static bool states_nothing(const struct inventory_row *row)
{
	for (int c = 0; c < INVENTORY_COLUMNS; c++)
		if (row->cells[c] != NULL)
			return false;
	return true;
}

int inventory_set(struct inventory *io, const struct dp_addr_range *range, int column,
                  const char *value, struct error *err)
{
	struct inventory_row *row = row_of(io, range);
	struct inventory next;
	int ret;

	if (value[0] == '\0') {
		if (row == NULL)
			return 0;
		free(row->cells[column]);
		row->cells[column] = NULL;
		if (states_nothing(row))
			inventory_remove(io, range);
		return 0;
	}
	if (row != NULL)
		return put(row, column, value, err);
	ret = copy(io, &next);
	if (ret != 0)
		return ret;
	row = add_row(&next, range);
	ret = row == NULL ? -ENOMEM : put(row, column, value, err);
	return take(io, &next, ret, err);
}

/* ---- looking up ------------------------------------------------------------------------------ */

static void fill(char *to, size_t size, const char *text)
{
	if (text != NULL && to[0] == '\0')
		snprintf(to, size, "%s", text);
}

static void add_tag(struct place_info *out, const char *tag, size_t len)
{
	for (unsigned i = 0; i < out->tag_count; i++)
		if (strlen(out->tags[i]) == len && memcmp(out->tags[i], tag, len) == 0)
			return;
	if (out->tag_count == PLACE_TAGS)
		return;
	memcpy(out->tags[out->tag_count], tag, len);
	out->tags[out->tag_count++][len] = '\0';
}

static void add_tags(struct place_info *out, const char *tags)
{
	while (tags != NULL && *tags != '\0') {
		size_t len = strcspn(tags, ";");

		add_tag(out, tags, len);
		tags += len + (tags[len] == ';');
	}
}

/* Region, city and point belong together: the smallest row that states one of them gives all. */
static void fill_location(struct place_info *out, const struct inventory_row *row)
{
	fill(out->country, sizeof(out->country), row->cells[INVENTORY_COUNTRY]);
	if (out->region[0] == '\0' && out->city[0] == '\0' && !out->has_point) {
		fill(out->region, sizeof(out->region), row->cells[INVENTORY_REGION]);
		fill(out->city, sizeof(out->city), row->cells[INVENTORY_CITY]);
		out->has_point = row->cells[INVENTORY_LAT] != NULL &&
		                 row->cells[INVENTORY_LON] != NULL;
		if (out->has_point) {
			out->latitude = strtod(row->cells[INVENTORY_LAT], NULL);
			out->longitude = strtod(row->cells[INVENTORY_LON], NULL);
		}
	}
	if (out->country[0] != '\0' || out->region[0] != '\0' || out->city[0] != '\0' ||
	    out->has_point)
		out->location_source = "inventory";
}

void inventory_find(const struct inventory *inv, const struct dp_addr *addr, struct place_info *out)
{
	const struct dp_addr_range at = {*addr, *addr};
	uint32_t i = last_before(inv, &at);

	for (; i != NO_PARENT; i = inv->rows[i].parent) {
		const struct inventory_row *row = &inv->rows[i];

		if (!addr_range_has(&row->range, addr))
			continue;
		fill(out->owner, sizeof(out->owner), row->cells[INVENTORY_OWNER]);
		fill(out->site, sizeof(out->site), row->cells[INVENTORY_SITE]);
		fill(out->scope, sizeof(out->scope), row->cells[INVENTORY_SCOPE]);
		fill(out->criticality, sizeof(out->criticality), row->cells[INVENTORY_CRITICALITY]);
		fill(out->org, sizeof(out->org), row->cells[INVENTORY_ORG]);
		add_tags(out, row->cells[INVENTORY_TAGS]);
		fill_location(out, row);
	}
}

/* ---- writing --------------------------------------------------------------------------------- */

void inventory_write(const struct inventory *inv, struct bytes *out)
{
	char prefix[ADDR_RANGE_TEXT];

	bytes_put(out, "prefix", 6);
	for (int c = 0; c < INVENTORY_COLUMNS; c++) {
		bytes_put(out, ",", 1);
		bytes_put(out, inventory_column((unsigned)c),
		          strlen(inventory_column((unsigned)c)));
	}
	bytes_put(out, "\r\n", 2);
	for (uint32_t i = 0; i < inv->count; i++) {
		addr_range_format(&inv->rows[i].range, prefix);
		csv_cell(out, prefix, strlen(prefix));
		for (int c = 0; c < INVENTORY_COLUMNS; c++) {
			const char *text = inv->rows[i].cells[c];

			bytes_put(out, ",", 1);
			if (text != NULL)
				csv_cell(out, text, strlen(text));
		}
		bytes_put(out, "\r\n", 2);
	}
}
