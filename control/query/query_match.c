/* SPDX-License-Identifier: Apache-2.0 */
/* query_match.c - matches a service against a query. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "field_column.h"
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

enum { PATTERN_BYTES = 16384 }; /* of a value, in which a pattern is looked for */

static bool matches_pattern(const struct field_value *v, const struct query_value *want)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	size_t len = v->len < PATTERN_BYTES ? v->len : PATTERN_BYTES;
	bool found = data != NULL && pcre2_match(want->pattern, (PCRE2_SPTR)v->text, len, 0, 0,
	                                         data, want->limits) >= 0;

	pcre2_match_data_free(data);
	return found;
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

enum { VERSION_MAX = 128 };

/* Copies a version without zeros at its end: 8.2.0 is 8.2. */
static const char *short_version(const char *text, char out[VERSION_MAX])
{
	size_t len;

	snprintf(out, VERSION_MAX, "%s", text);
	for (len = strlen(out); len > 2 && strcmp(out + len - 2, ".0") == 0; len -= 2)
		out[len - 2] = '\0';
	return out;
}

static int compare_versions(const char *a, const char *b)
{
	char x[VERSION_MAX], y[VERSION_MAX];

	return vd_version_compare(short_version(a, x), short_version(b, y));
}

static bool order_fits(uint8_t op, int order)
{
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

static bool version_fits(uint8_t op, const struct field_value *v, const struct query_value *want)
{
	if (want->range)
		return (want->text[0] == '\0' || compare_versions(v->text, want->text) >= 0) &&
		       (want->high_text[0] == '\0' ||
		        compare_versions(v->text, want->high_text) <= 0);
	if (op == QUERY_HAS)
		return version_has(v, want);
	return order_fits(op, compare_versions(v->text, want->text));
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

/* The way over the globe between two points in degrees, by the haversine formula. */
static double distance_km(double lat_a, double lon_a, double lat_b, double lon_b)
{
	const double degree = M_PI / 180, earth_km = 6371;
	double x = sin((lat_b - lat_a) * degree / 2), y = sin((lon_b - lon_a) * degree / 2);
	double h = x * x + cos(lat_a * degree) * cos(lat_b * degree) * y * y;

	return 2 * earth_km * asin(sqrt(h < 1 ? h : 1));
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
	case FIELD_WORD:
		return number_fits(n->op, field_word_at(n->field, v->text, v->len), want);
	case FIELD_ADDR:
		return !(want->v6_only && dp_addr_is_v4(v->addr, NULL)) &&
		       dp_addr_compare(v->addr, &want->first) >= 0 &&
		       dp_addr_compare(v->addr, &want->last) <= 0;
	case FIELD_VERSION:
		return version_fits(n->op, v, want);
	case FIELD_POINT:
		return distance_km(v->number, v->longitude, want->low, want->high) <=
		       want->radius_km;
	default:
		if (n->op == QUERY_HAS)
			return contains(v->text, v->len, want);
		return v->len == want->len && same(v->text, want->text, v->len);
	}
}

/* ---- the tree -------------------------------------------------------------------------------- */

bool query_probe_take(void *arg, const struct field_value *v)
{
	struct query_probe *p = arg;

	p->any = true;
	for (size_t i = 0; i < p->term->value_count && !p->found; i++)
		p->found = value_fits(p->term, v, &p->term->values[i]);
	return !p->found;
}

bool query_probe_fits(const struct query_probe *p)
{
	return p->term->op == QUERY_NE ? p->any && !p->found : p->found;
}

static bool term_fits(const struct query_node *n, const struct store_host *h,
                      const struct record *r)
{
	struct query_probe p = {.term = n};

	field_each(n->field, h, r, query_probe_take, &p);
	return query_probe_fits(&p);
}

static bool phrase_fits(const struct query_node *n, const struct record *r)
{
	for (size_t i = 0; field_phrase_facts[i] != NULL; i++) {
		const struct vd_fact *f =
			r->facts == NULL ? NULL : vd_facts_get(r->facts, field_phrase_facts[i]);

		if (f != NULL && contains(f->value, f->len, &n->values[0]))
			return true;
	}
	return false;
}

static bool is_seen(const struct query *q, const struct record *r)
{
	if (record_is_ping(r->transport) && !q->names_pings)
		return false;
	return q->names_state || r->state == RECORD_OPEN;
}

static bool node_fits(const struct query *q, const struct query_node *n, const struct store_host *h,
                      const struct record *r);

/* Whether any service of the host matches @n. */
static bool any_fits(const struct query *q, const struct query_node *n, const struct store_host *h)
{
	for (size_t i = 0; i < h->service_count; i++)
		if (is_seen(q, h->services[i]) && node_fits(q, n, h, h->services[i]))
			return true;
	return false;
}

/* What stands in host:( ... ): every term asks for a service of its own. */
static bool host_fits(const struct query *q, const struct query_node *n, const struct store_host *h)
{
	switch (n->kind) {
	case QUERY_AND:
		return host_fits(q, n->left, h) && host_fits(q, n->right, h);
	case QUERY_OR:
		return host_fits(q, n->left, h) || host_fits(q, n->right, h);
	case QUERY_NOT:
		return !host_fits(q, n->left, h);
	case QUERY_HOST:
		return host_fits(q, n->left, h);
	default:
		return any_fits(q, n, h);
	}
}

static bool node_fits(const struct query *q, const struct query_node *n, const struct store_host *h,
                      const struct record *r)
{
	switch (n->kind) {
	case QUERY_AND:
		return node_fits(q, n->left, h, r) && node_fits(q, n->right, h, r);
	case QUERY_OR:
		return node_fits(q, n->left, h, r) || node_fits(q, n->right, h, r);
	case QUERY_NOT:
		return !node_fits(q, n->left, h, r);
	case QUERY_HOST:
		return host_fits(q, n->left, h);
	case QUERY_SERVICE:
		return node_fits(q, n->left, h, r);
	case QUERY_PHRASE:
		return phrase_fits(n, r);
	case QUERY_ALL:
		return true;
	default:
		return term_fits(n, h, r);
	}
}

bool query_match(const struct query *q, const struct store_host *host, const struct record *r)
{
	return is_seen(q, r) && (q->root == NULL || node_fits(q, q->root, host, r));
}
