/* SPDX-License-Identifier: Apache-2.0 */
/* query_match.c - matches a service against a query, and bounds the addresses that can match. */
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "query_tree.h"

/* ---- one value ------------------------------------------------------------------------------- */

static bool same(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

static bool contains(const char *text, size_t len, const struct query_value *want)
{
	for (size_t i = 0; want->len <= len && i <= len - want->len; i++)
		if (same(text + i, want->text, want->len))
			return true;
	return false;
}

static bool matches_pattern(const struct field_value *v, const struct query_value *want)
{
	regmatch_t span = {.rm_so = 0, .rm_eo = (regoff_t)(v->len < 16384 ? v->len : 16384)};

	return regexec(&want->regex, v->text, 1, &span, REG_STARTEND) == 0;
}

/* Whether @v begins with the version @want: "8.2" matches 8.2, 8.2p1 and 8.2.1, but not 8.20. */
static bool version_has(const struct field_value *v, const struct query_value *want)
{
	size_t n = want->len;
	bool digit;

	if (v->len < n || !same(v->text, want->text, n))
		return false;
	digit = want->text[n - 1] >= '0' && want->text[n - 1] <= '9';
	return v->len == n || !digit || v->text[n] < '0' || v->text[n] > '9';
}

static bool version_fits(uint8_t op, const struct field_value *v, const struct query_value *want)
{
	int order;

	if (want->range)
		return (want->text[0] == '\0' || vd_version_compare(v->text, want->text) >= 0) &&
		       (want->high_text[0] == '\0' ||
		        vd_version_compare(v->text, want->high_text) <= 0);
	if (op == QUERY_HAS)
		return version_has(v, want);
	order = vd_version_compare(v->text, want->text);
	switch (op) {
	case QUERY_LT:
		return order < 0;
	case QUERY_LE:
		return order <= 0;
	case QUERY_GT:
		return order > 0;
	case QUERY_GE:
		return order >= 0;
	default:
		return order == 0;
	}
}

static bool number_fits(uint8_t op, double n, const struct query_value *want)
{
	switch (op) {
	case QUERY_LT:
		return n < want->low;
	case QUERY_LE:
		return n <= want->high;
	case QUERY_GT:
		return n > want->high;
	case QUERY_GE:
		return n >= want->low;
	default:
		return n >= want->low && n <= want->high;
	}
}

static bool value_fits(const struct query_node *n, const struct field_value *v,
                       const struct query_value *want)
{
	if (want->exists)
		return true;
	if (n->op == QUERY_RE)
		return matches_pattern(v, want);
	switch (n->field->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
	case FIELD_BOOL:
	case FIELD_TIME:
		return number_fits(n->op, v->number, want);
	case FIELD_ADDR:
		return dp_addr_compare(v->addr, &want->first) >= 0 &&
		       dp_addr_compare(v->addr, &want->last) <= 0;
	case FIELD_VERSION:
		return version_fits(n->op, v, want);
	default:
		if (n->op == QUERY_HAS && n->field->type == FIELD_TEXT)
			return contains(v->text, v->len, want);
		return v->len == want->len && same(v->text, want->text, v->len);
	}
}

/* ---- the tree -------------------------------------------------------------------------------- */

struct probe {
	const struct query_node *term;
	bool found;
};

static bool try_value(void *arg, const struct field_value *v)
{
	struct probe *p = arg;

	for (size_t i = 0; i < p->term->value_count && !p->found; i++)
		p->found = value_fits(p->term, v, &p->term->values[i]);
	return !p->found;
}

static bool term_fits(const struct query_node *n, const struct store_host *h,
                      const struct record *r)
{
	struct probe p = {.term = n};

	field_each(n->field, h, r, try_value, &p);
	return n->op == QUERY_NE ? !p.found : p.found;
}

static bool phrase_fits(const struct query_node *n, const struct record *r)
{
	static const char *const names[] = {"banner", "http.title"};

	for (size_t i = 0; i < 2; i++) {
		const struct vd_fact *f = r->facts == NULL ? NULL
		                                           : vd_facts_get(r->facts, names[i]);

		if (f != NULL && contains(f->value, f->len, &n->values[0]))
			return true;
	}
	return false;
}

static bool node_fits(const struct query_node *n, const struct store_host *h,
                      const struct record *r)
{
	switch (n->kind) {
	case QUERY_AND:
		return node_fits(n->left, h, r) && node_fits(n->right, h, r);
	case QUERY_OR:
		return node_fits(n->left, h, r) || node_fits(n->right, h, r);
	case QUERY_NOT:
		return !node_fits(n->left, h, r);
	case QUERY_HOST:
		for (size_t i = 0; i < h->service_count; i++)
			if (node_fits(n->left, h, h->services[i]))
				return true;
		return false;
	case QUERY_PHRASE:
		return phrase_fits(n, r);
	default:
		return term_fits(n, h, r);
	}
}

bool query_match(const struct query *q, const struct store_host *host, const struct record *r)
{
	if (record_is_ping(r->transport) && !q->pings)
		return false;
	return q->root == NULL || node_fits(q->root, host, r);
}

/* ---- where ----------------------------------------------------------------------------------- */

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
