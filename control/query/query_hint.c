/* SPDX-License-Identifier: Apache-2.0 */
/* query_hint.c - bounds the addresses that can match a query. */
#include "query_tree.h"

static const struct query_hint everywhere = {
	.last = {{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}},
};

static struct dp_addr lower_of(const struct dp_addr *a, const struct dp_addr *b)
{
	return dp_addr_compare(a, b) < 0 ? *a : *b;
}

static struct dp_addr higher_of(const struct dp_addr *a, const struct dp_addr *b)
{
	return dp_addr_compare(a, b) > 0 ? *a : *b;
}

static struct query_hint hint_of_term(const struct query_node *n)
{
	struct query_hint h;

	if (n->field->type != FIELD_ADDR || n->op == QUERY_NE || n->values[0].exists)
		return everywhere;
	h = (struct query_hint){n->values[0].first, n->values[0].last};
	for (size_t i = 1; i < n->value_count; i++) {
		if (n->values[i].exists)
			return everywhere;
		h.first = lower_of(&h.first, &n->values[i].first);
		h.last = higher_of(&h.last, &n->values[i].last);
	}
	return h;
}

static struct query_hint hint_of(const struct query_node *n)
{
	struct query_hint a, b;

	switch (n->kind) {
	case QUERY_TERM:
		return hint_of_term(n);
	case QUERY_HOST:
	case QUERY_SERVICE:
		return hint_of(n->left);
	case QUERY_AND:
		a = hint_of(n->left);
		b = hint_of(n->right);
		return (struct query_hint){higher_of(&a.first, &b.first),
		                           lower_of(&a.last, &b.last)};
	case QUERY_OR:
		a = hint_of(n->left);
		b = hint_of(n->right);
		return (struct query_hint){lower_of(&a.first, &b.first),
		                           higher_of(&a.last, &b.last)};
	default:
		return everywhere;
	}
}

void query_hint(const struct query *q, struct query_hint *out)
{
	*out = q->root == NULL ? everywhere : hint_of(q->root);
}
