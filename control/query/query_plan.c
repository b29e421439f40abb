/* SPDX-License-Identifier: Apache-2.0 */
/* query_plan.c - turns the tree of a query into a plan over the index. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field_column.h"
#include "query_plan.h"

static uint8_t verdict_not(uint8_t v)
{
	return (uint8_t)(PLAN_YES & ~((v & PLAN_SURE) << 1 | (v & PLAN_MAY) >> 1));
}

static bool same_table(const struct query_plan_node *a, const struct query_plan_node *b)
{
	return a->kind == PLAN_TABLE && b->kind == PLAN_TABLE && a->column == b->column;
}

/* Joins the table @b into the table @a. */
static void merge(struct query_plan_node *a, const struct query_plan_node *b, uint8_t kind)
{
	for (uint32_t i = 0; i < a->size; i++)
		a->table[i] = kind == PLAN_AND ? a->table[i] & b->table[i]
		                               : a->table[i] | b->table[i];
	a->is_exact = a->is_exact && b->is_exact;
}

/* Joins the table @b into a table of the same column of the operands of @a, a tree of that kind. */
static bool absorb(struct query_plan_node *a, const struct query_plan_node *b, uint8_t kind)
{
	if (same_table(a, b)) {
		merge(a, b, kind);
		return true;
	}
	return a->kind == kind && (absorb(a->left, b, kind) || absorb(a->right, b, kind));
}

/* Joins @a and @b, which it takes. NULL: no memory. */
static struct query_plan_node *join(uint8_t kind, struct query_plan_node *a,
                                    struct query_plan_node *b)
{
	struct query_plan_node *n;

	if (a != NULL && b != NULL && absorb(a, b, kind)) {
		query_plan_node_free(b);
		return a;
	}
	n = a == NULL || b == NULL ? NULL : query_plan_node_new(kind);
	if (n == NULL) {
		query_plan_node_free(a);
		query_plan_node_free(b);
		return NULL;
	}
	n->left = a;
	n->right = b;
	n->is_exact = a->is_exact && b->is_exact;
	return n;
}

static struct query_plan_node *negate(struct query_plan_node *a)
{
	struct query_plan_node *n;

	if (a->kind == PLAN_TABLE) {
		for (uint32_t i = 0; i < a->size; i++)
			a->table[i] = verdict_not(a->table[i]);
		return a;
	}
	n = query_plan_node_new(PLAN_NOT);
	if (n == NULL) {
		query_plan_node_free(a);
		return NULL;
	}
	n->left = a;
	n->is_exact = a->is_exact;
	return n;
}

static int compile(struct query_plan *p, const struct query_node *n, struct query_plan_node **out);

static int compile_pair(struct query_plan *p, const struct query_node *n,
                        struct query_plan_node **out)
{
	struct query_plan_node *a, *b;
	int ret = compile(p, n->left, &a);

	if (ret != 0)
		return ret;
	ret = compile(p, n->right, &b);
	if (ret != 0) {
		query_plan_node_free(a);
		return ret;
	}
	*out = join(n->kind == QUERY_AND ? PLAN_AND : PLAN_OR, a, b);
	return *out == NULL ? -ENOMEM : 0;
}

/* A table that is true of every row that there is. */
static int everything(const struct query_plan *p, struct query_plan_node **out)
{
	struct query_plan_node *n = query_plan_node_new(PLAN_TABLE);

	if (n == NULL)
		return -ENOMEM;
	n->column = STORE_COL_SERVICE;
	n->size = store_view_profiles(p->view, STORE_DIM_SERVICE);
	n->table = calloc(n->size + 4ul, 1);
	if (n->table == NULL) {
		free(n);
		return -ENOMEM;
	}
	memset(n->table, PLAN_YES, n->size);
	n->table[0] = PLAN_NO;
	*out = n;
	return 0;
}

static int compile(struct query_plan *p, const struct query_node *n, struct query_plan_node **out)
{
	int ret;

	switch (n->kind) {
	case QUERY_AND:
	case QUERY_OR:
		return compile_pair(p, n, out);
	case QUERY_NOT:
		ret = compile(p, n->left, out);
		if (ret == 0)
			*out = negate(*out);
		return ret != 0 ? ret : *out == NULL ? -ENOMEM : 0;
	case QUERY_SERVICE:
		return compile(p, n->left, out);
	case QUERY_ALL:
		return everything(p, out);
	case QUERY_TERM:
		return query_plan_table(p, n, out);
	case QUERY_PHRASE:
		return query_plan_text(p, n, out);
	default: /* what other services of the host are */
		*out = query_plan_node_new(PLAN_ANY);
		return *out == NULL ? -ENOMEM : 0;
	}
}

/* Narrows the plan by the terms that @text has and the query implies. */
static int narrow(struct query_plan *p, const char *text)
{
	struct query_plan_node *more;
	struct error err;
	struct query *q;
	int ret = query_parse(text, 0, &q, &err);

	if (ret != 0)
		return ret;
	ret = compile(p, q->root, &more);
	query_free(q);
	if (ret != 0)
		return ret;
	p->root = join(PLAN_AND, p->root, more);
	return p->root == NULL ? -ENOMEM : 0;
}

int query_plan_init(struct query_plan *p, struct store_view *v, const struct query *q)
{
	struct query_plan_node *asked;
	int ret;

	memset(p, 0, sizeof(*p));
	p->view = v;
	p->query = q;
	if (!store_view_indexed(v, field_indexer()->digest))
		return -ENOENT;
	p->rows = store_view_rows(v);
	p->blocks = p->rows / PLAN_BLOCK + (p->rows % PLAN_BLOCK != 0);
	ret = everything(p, &p->root);
	if (ret == 0 && !q->names_state)
		ret = narrow(p, "state=open");
	if (ret == 0 && !q->names_pings)
		ret = narrow(p, "-transport=icmp,icmp6");
	if (ret != 0 || q->root == NULL)
		return ret;
	ret = compile(p, q->root, &asked);
	if (ret != 0)
		return ret;
	if (absorb(asked, p->root, PLAN_AND)) {
		query_plan_node_free(p->root);
		p->root = asked;
		return 0;
	}
	p->root = join(PLAN_AND, p->root, asked);
	return p->root == NULL ? -ENOMEM : 0;
}

bool query_plan_is_table(const struct query_plan *p)
{
	return p->root->kind == PLAN_TABLE && p->root->column == STORE_COL_SERVICE &&
	       p->root->is_exact;
}

void query_plan_fini(struct query_plan *p)
{
	query_plan_node_free(p->root);
	free(p->sure);
	free(p->may);
	free(p->port);
	free(p->transport);
	memset(p, 0, sizeof(*p));
}
