/* SPDX-License-Identifier: Apache-2.0 */
/* query_plan_table.c - decides a term for each distinct value, and then for each profile or host. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field_column.h"
#include "query_plan.h"

struct query_plan_node *query_plan_node_new(uint8_t kind)
{
	struct query_plan_node *n = calloc(1, sizeof(*n));

	if (n != NULL) {
		n->kind = kind;
		n->is_exact = kind != PLAN_ANY && kind != PLAN_ROWS;
	}
	return n;
}

void query_plan_node_free(struct query_plan_node *n)
{
	if (n == NULL)
		return;
	free(n->table);
	free(n->rows);
	query_plan_node_free(n->left);
	query_plan_node_free(n->right);
	free(n);
}

uint32_t *query_plan_column(struct store_view *v, unsigned column, uint32_t n)
{
	unsigned room = store_column_room(column);
	uint32_t *out = calloc(n + 1ul, sizeof(*out));

	for (uint32_t at = 0; out != NULL && at < n; at += room) {
		const void *page = store_view_page(v, column, at / room);

		if (page != NULL)
			memcpy(out + at, page, (n - at < room ? n - at : room) * sizeof(*out));
	}
	return out;
}

static struct query_plan_node *table_new(unsigned column, uint32_t size)
{
	struct query_plan_node *n = query_plan_node_new(PLAN_TABLE);

	if (n == NULL)
		return NULL;
	n->column = column;
	n->size = size;
	n->table = calloc(size + 4ul, 1); /* rows are decided four bytes at a time */
	if (n->table == NULL) {
		free(n);
		return NULL;
	}
	return n;
}

struct decide {
	const struct query_node *term;
	uint8_t *fits; /* by value */
	uint32_t count;
};

static void decide_value(void *arg, uint32_t value, const void *data, size_t len)
{
	struct decide *d = arg;
	struct query_probe probe = {.term = d->term};

	if (value >= d->count)
		return;
	field_column_each(d->term->field, data, len, query_probe_take, &probe);
	d->fits[value] = query_probe_fits(&probe) ? PLAN_YES : PLAN_NO;
}

/* The term for each profile of the dimension of its field. */
static int profile_table(struct query_plan *p, const struct query_node *term,
                         struct query_plan_node **out)
{
	unsigned column = (unsigned)field_column(term->field);
	unsigned dim = field_indexer()->dim(column);
	uint32_t profiles = store_view_profiles(p->view, dim);
	struct decide d = {.term = term, .count = store_view_values(p->view, column)};
	struct query_plan_node *n = table_new(STORE_COL_SERVICE + dim, profiles);
	uint32_t *values = query_plan_column(p->view, STORE_COL_FIELD + column, profiles);
	int ret = -ENOMEM;

	d.fits = calloc(d.count + 1ul, 1);
	if (n != NULL && values != NULL && d.fits != NULL)
		ret = store_view_each_value(p->view, column, decide_value, &d);
	for (uint32_t i = 0; ret == 0 && i < profiles; i++)
		n->table[i] = values[i] < d.count ? d.fits[values[i]] : PLAN_NO;
	free(values);
	free(d.fits);
	if (ret != 0)
		query_plan_node_free(n);
	else
		*out = n;
	return ret;
}

/* The term for each host, by its address. */
static int host_table(struct query_plan *p, const struct query_node *term,
                      struct query_plan_node **out)
{
	uint32_t hosts = store_view_hosts(p->view);
	unsigned room = store_column_room(STORE_COL_ADDR);
	struct query_plan_node *n = table_new(STORE_COL_HOST, hosts);
	struct store_host h = {.service_count = 0};
	const uint8_t *page = NULL;

	if (n == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < hosts; i++) {
		struct query_probe probe = {.term = term};

		if (i % room == 0)
			page = store_view_page(p->view, STORE_COL_ADDR, i / room);
		if (page == NULL)
			continue;
		memcpy(h.addr.b, page + (size_t)(i % room) * sizeof(h.addr.b), sizeof(h.addr.b));
		field_each(term->field, &h, NULL, query_probe_take, &probe);
		n->table[i] = query_probe_fits(&probe) ? PLAN_YES : PLAN_NO;
	}
	*out = n;
	return 0;
}

/* ---- times ----------------------------------------------------------------------------------- */

static int64_t whole(double us)
{
	return us <= -9e18 ? INT64_MIN : us >= 9e18 ? INT64_MAX : (int64_t)us;
}

/* Times are whole numbers, and so are the ends of what a query names. */
static void bounds(const struct query_node *term, const struct query_value *v,
                   struct query_plan_node *n)
{
	n->first = INT64_MIN;
	n->last = INT64_MAX;
	switch (term->op) {
	case QUERY_LT:
		n->last = whole(v->low) - 1;
		break;
	case QUERY_LE:
		n->last = whole(v->high);
		break;
	case QUERY_GT:
		n->first = whole(v->high) + 1;
		break;
	case QUERY_GE:
		n->first = whole(v->low);
		break;
	default:
		n->first = whole(v->low);
		n->last = whole(v->high);
	}
}

static int time_span(const struct query_node *term, unsigned column, struct query_plan_node **out)
{
	struct query_plan_node *n = query_plan_node_new(PLAN_TIME);

	if (n == NULL)
		return -ENOMEM;
	n->column = column;
	bounds(term, &term->values[0], n);
	*out = n;
	return 0;
}

static bool is_plain_time(const struct query_node *term)
{
	return term->value_count == 1 && !term->values[0].exists && term->op != QUERY_NE;
}

/* ---- texts ----------------------------------------------------------------------------------- */

struct finder {
	uint64_t *rows;
	uint32_t count;
};

static void mark_row(void *arg, uint32_t row)
{
	const struct finder *f = arg;
	unsigned at = row % PLAN_BLOCK;

	if (row < f->count)
		f->rows[(size_t)(row / PLAN_BLOCK) * PLAN_WORDS + at / 64] |= 1ull << at % 64;
}

int query_plan_text(struct query_plan *p, const struct query_node *term,
                    struct query_plan_node **out)
{
	struct query_plan_node *n = query_plan_node_new(PLAN_ROWS);
	struct finder f = {.count = p->rows};
	uint8_t wanted[STORE_SIGN];

	if (n == NULL)
		return -ENOMEM;
	n->rows = f.rows = calloc((size_t)p->blocks * PLAN_WORDS + 1, sizeof(*n->rows));
	if (n->rows == NULL) {
		query_plan_node_free(n);
		return -ENOMEM;
	}
	for (size_t i = 0; i < term->value_count && n->kind == PLAN_ROWS; i++) {
		const struct query_value *v = &term->values[i];

		if (!v->exists && store_text_sign(v->text, v->len, wanted))
			store_view_each_text(p->view, wanted, mark_row, &f);
		else
			n->kind = PLAN_ANY;
	}
	*out = n;
	return 0;
}

static bool is_searched(const struct query_node *term)
{
	for (size_t i = 0; field_phrase_facts[i] != NULL; i++)
		if (strcmp(term->field->name, field_phrase_facts[i]) == 0)
			return term->op == QUERY_HAS || term->op == QUERY_EQ;
	return false;
}

int query_plan_table(struct query_plan *p, const struct query_node *term,
                     struct query_plan_node **out)
{
	const char *name = term->field->name;

	if (field_column(term->field) >= 0)
		return profile_table(p, term, out);
	if (term->field->type == FIELD_ADDR || strcmp(name, "ip_version") == 0)
		return host_table(p, term, out);
	if (strcmp(name, "last_seen") == 0 && is_plain_time(term))
		return time_span(term, STORE_COL_LAST_SEEN, out);
	if (strcmp(name, "first_seen") == 0 && is_plain_time(term))
		return time_span(term, STORE_COL_FIRST_SEEN, out);
	if (is_searched(term))
		return query_plan_text(p, term, out);
	*out = query_plan_node_new(PLAN_ANY);
	return *out == NULL ? -ENOMEM : 0;
}
