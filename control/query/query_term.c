/* SPDX-License-Identifier: Apache-2.0 */
/* query_term.c - parses one term of a query: field, operator and values, or a phrase. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "query_tree.h"

/* ---- values ---------------------------------------------------------------------------------- */

static struct query_value *add_value(struct query_node *n, const char *text, size_t len)
{
	struct query_value *list = realloc(n->values, (n->value_count + 1) * sizeof(*list));
	struct query_value *v;

	if (list == NULL)
		return NULL;
	n->values = list;
	v = &list[n->value_count];
	memset(v, 0, sizeof(*v));
	v->text = strndup(text, len);
	if (v->text == NULL)
		return NULL;
	v->len = len;
	n->value_count++;
	return v;
}

/* Parses a quoted value. Inside, \" and \\ stand for a quote and a backslash. */
static int quoted(struct query_parser *p, struct query_node *n)
{
	const char *start = p->pos++;
	struct query_value *v;
	size_t len = 0;
	char *copy;

	while (*p->pos != '"') {
		if (*p->pos == '\0')
			return error_at(p->err, -EINVAL, query_column(p, start),
			                "this quote is never closed");
		p->pos += p->pos[0] == '\\' && p->pos[1] != '\0' ? 2 : 1;
	}
	v = add_value(n, start + 1, (size_t)(p->pos - start) - 1);
	p->pos++;
	if (v == NULL)
		return -ENOMEM;
	copy = v->text;
	for (const char *c = copy; *c != '\0'; c++) {
		if (c[0] == '\\' && (c[1] == '"' || c[1] == '\\'))
			c++;
		copy[len++] = *c;
	}
	copy[len] = '\0';
	v->len = len;
	v->quoted = true;
	v->column = query_column(p, start);
	return 0;
}

static int bare(struct query_parser *p, struct query_node *n, const char *ends)
{
	size_t len = strcspn(p->pos, ends);
	struct query_value *v;

	if (len == 0)
		return error_at(p->err, -EINVAL, query_column(p, p->pos),
		                "a value is missing here");
	v = add_value(n, p->pos, len);
	if (v == NULL)
		return -ENOMEM;
	v->column = query_column(p, p->pos);
	p->pos += len;
	return 0;
}

static int value(struct query_parser *p, struct query_node *n, const char *ends)
{
	return *p->pos == '"' ? quoted(p, n) : bare(p, n, ends);
}

static int values(struct query_parser *p, struct query_node *n)
{
	const char *ends = n->field->type == FIELD_POINT ? " \t\r\n)\"" : " \t\r\n,)\"";
	int ret;

	do {
		query_skip_blanks(p);
		ret = value(p, n, ends);
		if (ret != 0)
			return ret;
		if (n->value_count > QUERY_TERMS_MAX)
			return error_at(p->err, -EINVAL, query_column(p, p->pos),
			                "too many values");
		ret = query_value_read(&n->values[n->value_count - 1], n->field, n->op, p->now_us,
		                       p->err);
		if (ret != 0)
			return ret;
	} while (*p->pos == ',' && p->pos++);
	return 0;
}

/* ---- terms ----------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	uint8_t op;
} ops[] = {
	{":~", QUERY_RE}, {"!=", QUERY_NE}, {"<=", QUERY_LE}, {">=", QUERY_GE},
	{":", QUERY_HAS}, {"=", QUERY_EQ},  {"<", QUERY_LT},  {">", QUERY_GT},
};

const char *query_op_text(uint8_t op)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].op == op)
			return ops[i].text;
	return "";
}

static uint8_t take_op(struct query_parser *p)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (query_take(p, ops[i].text))
			return ops[i].op;
	return 0;
}

/* Resolves after:DATE and before:DATE, which mean last_seen>=DATE and last_seen<DATE. */
static bool is_shorthand(const char *name, struct query_node *n)
{
	bool after = strcasecmp(name, "after") == 0;

	if ((!after && strcasecmp(name, "before") != 0) ||
	    (n->op != QUERY_HAS && n->op != QUERY_EQ))
		return false;
	n->field = field_find("last_seen");
	n->op = after ? QUERY_GE : QUERY_LT;
	return true;
}

static bool op_fits(const struct field *f, uint8_t op)
{
	if (op == QUERY_HAS || op == QUERY_EQ || op == QUERY_NE)
		return true;
	if (op == QUERY_RE)
		return f->type == FIELD_TEXT || f->type == FIELD_VERSION;
	return f->type == FIELD_INT || f->type == FIELD_NUMBER || f->type == FIELD_TIME ||
	       f->type == FIELD_VERSION || (f->flags & FIELD_ORDERED) != 0;
}

static int find_field(struct query_parser *p, const char *name, struct query_node *n)
{
	const char *near;

	if (is_shorthand(name, n))
		return 0;
	n->field = field_find(name);
	if (n->field == NULL) {
		near = field_suggest(name);
		return near != NULL
		               ? error_at(p->err, -EINVAL, n->column,
		                          "there is no field \"%s\"; did you mean %s?", name, near)
		               : error_at(p->err, -EINVAL, n->column,
		                          "there is no field \"%s\"; quote it to "
		                          "search for the text",
		                          name);
	}
	if ((n->field->flags & FIELD_NO_DATA) != 0)
		return error_at(p->err, -EINVAL, n->column, "%s cannot be answered: %s",
		                n->field->name, n->field->help);
	if (strcmp(n->field->name, "state") == 0)
		p->query->names_state = true;
	if (strcmp(n->field->name, "transport") == 0 || strcmp(n->field->name, "answers_ping") == 0)
		p->query->names_pings = true;
	if (!op_fits(n->field, n->op))
		return error_at(p->err, -EINVAL, n->column, "%s does not go with \"%s\"",
		                n->field->name, query_op_text(n->op));
	return 0;
}

static int field_term(struct query_parser *p, const char *name, struct query_node *n)
{
	int ret = find_field(p, name, n);

	if (ret == 0)
		ret = values(p, n);
	if (ret == 0 && n->value_count > 1 && n->op >= QUERY_LT && n->op <= QUERY_GE)
		ret = error_at(p->err, -EINVAL, n->values[1].column, "\"%s\" takes one value",
		               query_op_text(n->op));
	if (ret == 0 && n->op >= QUERY_LT && n->op <= QUERY_GE &&
	    strstr(n->values[0].text, "..") != NULL)
		ret = error_at(p->err, -EINVAL, n->values[0].column,
		               "\"%s\" takes one value and no range", query_op_text(n->op));
	return ret;
}

static int phrase(struct query_parser *p, struct query_node *n)
{
	static const char *const words[] = {"or", "and", "not"};
	const char *at = p->pos;
	int ret;

	n->kind = QUERY_PHRASE;
	ret = value(p, n, " \t\r\n()\"");
	if (ret != 0)
		return ret;
	if (!n->values[0].quoted && strcmp(n->values[0].text, "*") == 0) {
		n->kind = QUERY_ALL;
		return 0;
	}
	for (int i = 0; i < 3 && !n->values[0].quoted; i++)
		if (strcasecmp(n->values[0].text, words[i]) == 0)
			return error_at(
				p->err, -EINVAL, query_column(p, at),
				"\"%s\": operators are written AND, OR and NOT and stand between "
				"two terms; quote it to search for the word",
				n->values[0].text);
	if (n->values[0].len == 0)
		return error_at(p->err, -EINVAL, query_column(p, at),
		                "an empty phrase fits nothing");
	return 0;
}

/* Reads "NAME op"; returns the operator, or 0 with the position where it was. */
static uint8_t name_and_op(struct query_parser *p, char name[64])
{
	const char *start = p->pos;
	size_t len = 0;
	uint8_t op;

	while (isalnum((unsigned char)start[len]) ||
	       (len > 0 && (start[len] == '_' || start[len] == '.')))
		len++;
	snprintf(name, 64, "%.*s", (int)(len < 63 ? len : 63), start);
	p->pos = start + len;
	if (len > 0 && *p->pos != ':')
		query_skip_blanks(p);
	/* "nginx :22" are two words, "port : 22" is a term. */
	op = len == 0 || (*p->pos == ':' && p->pos > start + len && field_find(name) == NULL)
	             ? 0
	             : take_op(p);
	if (op == 0)
		p->pos = start;
	return op;
}

static int field_or_phrase(struct query_parser *p, struct query_node **out)
{
	struct query_node *n = query_node_new(p, QUERY_TERM, p->pos);
	char name[64];
	int ret;

	if (n == NULL)
		return -ENOMEM;
	n->op = name_and_op(p, name);
	ret = n->op == 0 ? phrase(p, n) : field_term(p, name, n);
	if (ret != 0) {
		query_node_free(n);
		return ret;
	}
	query_meant_note(p, n);
	*out = n;
	return n->kind == QUERY_TERM ? query_meant_values(p, out) : 0;
}

int query_term(struct query_parser *p, struct query_node **out)
{
	int ret;

	if (++p->terms > QUERY_TERMS_MAX)
		return error_at(p->err, -EINVAL, query_column(p, p->pos), "more than %d terms",
		                QUERY_TERMS_MAX);
	ret = query_meant_word(p, out);
	return ret == 0 ? field_or_phrase(p, out) : ret < 0 ? ret : 0;
}
