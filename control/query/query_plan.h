/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query_plan.h - how the index answers a query. Private to query_*.c.
 *
 * A plan is the tree of the query over columns of the index. Of each row it says one of three: it
 * matches, it does not, or it may, and the record decides. A term on a field of the index
 * becomes a table with a verdict for each profile. Tables of the same column are joined into one, so that
 * most queries are one table. What the index does not know may match anything.
 */
#ifndef SONDE_QUERY_PLAN_H
#define SONDE_QUERY_PLAN_H

#include "query_tree.h"
#include "store_index.h"

/* A verdict: two bits. */
enum { PLAN_NO = 0, PLAN_SURE = 1, PLAN_MAY = 2, PLAN_YES = PLAN_SURE | PLAN_MAY };

enum query_plan_kind {
	PLAN_TABLE = 1,
	PLAN_TIME,
	PLAN_AND,
	PLAN_OR,
	PLAN_NOT,
	PLAN_ANY,
	PLAN_ROWS
};

struct query_plan_node {
	uint8_t kind;
	bool is_exact;   /* no row only may match */
	unsigned column; /* TABLE: SERVICE, FACTS, PORT or HOST; TIME: FIRST_SEEN or LAST_SEEN */
	uint8_t *table;  /* TABLE, owned: the verdict for each value of the column */
	uint32_t size;   /* of @table */
	int64_t first, last; /* TIME: from first to last */
	uint64_t *rows;      /* ROWS, owned: those that may match, as struct query_plan has them */
	struct query_plan_node *left, *right;
};

/* Rows come in blocks: as many as a page of a column of 4 bytes has. */
enum { PLAN_BLOCK = STORE_PAGE_BYTES / 4, PLAN_WORDS = 16 };

struct query_plan {
	struct store_view *view; /* not owned */
	const struct query *query;
	struct query_plan_node *root;
	uint32_t rows, blocks;
	/* after query_plan_run(): PLAN_WORDS words of 64 bits for each block */
	uint64_t *sure, *may;
	uint64_t sure_count, may_count;
	/* after query_plan_places(): by profile of ports, and of services */
	uint32_t *port, *transport;
};

/* Make the plan of @q. 0, -ENOENT (the view has no index), -ENOMEM, -errno. The caller ends it with
 * query_plan_fini(), also after an error. */
int query_plan_init(struct query_plan *p, struct store_view *v, const struct query *q);
void query_plan_fini(struct query_plan *p);

/* Find the verdict for each row. 0 or -ENOMEM. */
int query_plan_run(struct query_plan *p);
/* Whether one table over the profiles of services is the whole plan. Pure. */
bool query_plan_is_table(const struct query_plan *p);

/* Read which port and transport each profile has. 0 or -errno. */
int query_plan_places(struct query_plan *p);
/* The port of row @row. query_plan_places() comes first. */
uint16_t query_plan_port(struct query_plan *p, uint32_t row);
/* Where row @row is. query_plan_places() comes first. */
void query_plan_place(struct query_plan *p, uint32_t row, struct store_row *out);

/* The number that each profile has in a field of one value; 0: none. 0 with a new array in
 * *@out, which the caller frees, or -errno. */
int query_plan_numbers(struct query_plan *p, const char *name, uint32_t **out);

/* A u32 of a column; an i64 of a column of times. */
uint32_t query_plan_u32(struct query_plan *p, unsigned column, uint32_t i);
int64_t query_plan_time(struct query_plan *p, unsigned column, uint32_t row);
/* Copy the values of a column of 4 bytes for the profiles of a dimension. The caller frees it; NULL: no
 * memory. */
uint32_t *query_plan_column(struct store_view *v, unsigned column, uint32_t n);

/* Call @each with each row that may match, @sure tells whether it does, until it returns false. */
void query_plan_each(struct query_plan *p, bool (*each)(void *arg, uint32_t row, bool sure),
                     void *arg);

/* query_page.c: the way of a pass through the index: in the order of the addresses, or by sorting the
 * rows that may match. Tests choose one. */
enum query_way { QUERY_WAY_CHEAPEST, QUERY_WAY_WALK, QUERY_WAY_GATHER };
extern enum query_way query_page_way;

/* query_plan_table.c: the table of a term over the field's column. 0 with *@out or -errno. */
int query_plan_table(struct query_plan *p, const struct query_node *term,
                     struct query_plan_node **out);
/* query_plan_table.c: the rows that may have a phrase. Likewise. */
int query_plan_text(struct query_plan *p, const struct query_node *n, struct query_plan_node **out);
struct query_plan_node *query_plan_node_new(uint8_t kind);
void query_plan_node_free(struct query_plan_node *n);

#endif
