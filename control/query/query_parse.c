/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query_parse.c - parses the query language by recursive descent, without a separate lexer.
 *
 * 	or    := and { ("OR"|"||") and }        and := not { ["AND"|"&&"] not }
 * 	not   := ("NOT"|"-"|"!") not | prim
 * 	prim  := ["service:"|"services:"|"host:"] "(" or ")" | term
 * 	term  := field op value { "," value } | phrase
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "query_tree.h"

struct parser {
	const char *text, *pos;
	int64_t now_us;
	unsigned depth, terms;
	struct error *err;
};

static int parse_or(struct parser *p, struct query_node **out);

static unsigned column(const struct parser *p, const char *at)
{
	return (unsigned)(at - p->text) + 1;
}

static void skip_blanks(struct parser *p)
{
	p->pos += strspn(p->pos, " \t\r\n");
}

static bool ends_word(char c)
{
	return c == '\0' || isspace((unsigned char)c) || c == '(' || c == ')';
}

static bool take_word(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(p->pos, word, len) != 0 ||
	    (isalpha((unsigned char)word[len - 1]) && !ends_word(p->pos[len])))
		return false;
	p->pos += len;
	return true;
}

static struct query_node *new_node(struct parser *p, uint8_t kind, const char *at)
{
	struct query_node *n = calloc(1, sizeof(*n));

	if (n != NULL) {
		n->kind = kind;
		n->column = column(p, at);
	}
	return n;
}

/* Free a node and all below it; NULL is fine. */
static void query_node_free(struct query_node *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->value_count; i++) {
		free(n->values[i].text);
		free(n->values[i].high_text);
		if (n->values[i].has_regex)
			regfree(&n->values[i].regex);
	}
	free(n->values);
	query_node_free(n->left);
	query_node_free(n->right);
	free(n);
}

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
static int quoted(struct parser *p, struct query_node *n)
{
	const char *start = p->pos++;
	struct query_value *v;
	size_t len = 0;
	char *copy;

	while (*p->pos != '"') {
		if (*p->pos == '\0')
			return error_at(p->err, -EINVAL, column(p, start),
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
	v->column = column(p, start);
	return 0;
}

static int bare(struct parser *p, struct query_node *n, const char *ends)
{
	size_t len = strcspn(p->pos, ends);
	struct query_value *v;

	if (len == 0)
		return error_at(p->err, -EINVAL, column(p, p->pos), "a value is missing here");
	v = add_value(n, p->pos, len);
	if (v == NULL)
		return -ENOMEM;
	v->column = column(p, p->pos);
	p->pos += len;
	return 0;
}

static int value(struct parser *p, struct query_node *n, const char *ends)
{
	return *p->pos == '"' ? quoted(p, n) : bare(p, n, ends);
}

static int values(struct parser *p, struct query_node *n)
{
	int ret;

	do {
		skip_blanks(p);
		ret = value(p, n, " \t\r\n,)\"");
		if (ret != 0)
			return ret;
		if (n->value_count > QUERY_TERMS_MAX)
			return error_at(p->err, -EINVAL, column(p, p->pos), "too many values");
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

static uint8_t take_op(struct parser *p)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (take_word(p, ops[i].text))
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
	       f->type == FIELD_VERSION;
}

static int find_field(struct parser *p, const char *name, struct query_node *n)
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
	if (!op_fits(n->field, n->op))
		return error_at(p->err, -EINVAL, n->column, "%s does not go with \"%s\"",
		                n->field->name, query_op_text(n->op));
	return 0;
}

static int field_term(struct parser *p, const char *name, struct query_node *n)
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

static int phrase(struct parser *p, struct query_node *n)
{
	static const char *const words[] = {"or", "and", "not"};
	const char *at = p->pos;
	int ret;

	n->kind = QUERY_PHRASE;
	ret = value(p, n, " \t\r\n()\"");
	if (ret != 0)
		return ret;
	for (int i = 0; i < 3 && !n->values[0].quoted; i++)
		if (strcasecmp(n->values[0].text, words[i]) == 0)
			return error_at(
				p->err, -EINVAL, column(p, at),
				"\"%s\": operators are written AND, OR and NOT and stand between "
				"two terms; quote it to search for the word",
				n->values[0].text);
	if (n->values[0].len == 0)
		return error_at(p->err, -EINVAL, column(p, at), "an empty phrase fits nothing");
	return 0;
}

static int term(struct parser *p, struct query_node **out)
{
	size_t len = 0;
	char name[64];
	struct query_node *n = new_node(p, QUERY_TERM, p->pos);
	const char *start = p->pos;
	int ret;

	if (n == NULL)
		return -ENOMEM;
	if (++p->terms > QUERY_TERMS_MAX) {
		query_node_free(n);
		return error_at(p->err, -EINVAL, column(p, p->pos), "more than %d terms",
		                QUERY_TERMS_MAX);
	}
	while (isalnum((unsigned char)start[len]) ||
	       (len > 0 && (start[len] == '_' || start[len] == '.')))
		len++;
	p->pos = start + len;
	if (len > 0 && *p->pos != ':')
		skip_blanks(p);
	n->op = len > 0 ? take_op(p) : 0;
	if (n->op == 0) {
		p->pos = start;
		ret = phrase(p, n);
	} else {
		snprintf(name, sizeof(name), "%.*s", (int)len, start);
		ret = field_term(p, name, n);
	}
	if (ret != 0)
		query_node_free(n);
	else
		*out = n;
	return ret;
}

/* ---- structure ------------------------------------------------------------------------------- */

static int group(struct parser *p, const char *opened, struct query_node **out)
{
	int ret = parse_or(p, out);

	if (ret != 0)
		return ret;
	skip_blanks(p);
	if (*p->pos == ')') {
		p->pos++;
		return 0;
	}
	query_node_free(*out);
	*out = NULL;
	return error_at(p->err, -EINVAL, column(p, opened), "this parenthesis is never closed");
}

static int wrap(struct parser *p, uint8_t kind, const char *at, struct query_node **io)
{
	struct query_node *n = new_node(p, kind, at);

	if (n == NULL) {
		query_node_free(*io);
		*io = NULL;
		return -ENOMEM;
	}
	n->left = *io;
	*io = n;
	return 0;
}

static int parse_prim(struct parser *p, struct query_node **out)
{
	const char *at = p->pos;
	int ret;

	if (take_word(p, "(") || take_word(p, "service:(") || take_word(p, "services:("))
		return group(p, p->pos - 1, out);
	if (take_word(p, "host:(")) {
		ret = group(p, p->pos - 1, out);
		return ret != 0 ? ret : wrap(p, QUERY_HOST, at, out);
	}
	if (*p->pos == ')')
		return error_at(p->err, -EINVAL, column(p, p->pos), "unmatched ')'");
	if (*p->pos == '\0')
		return error_at(p->err, -EINVAL, column(p, p->pos),
		                "the query ends where a term is wanted");
	return term(p, out);
}

static int parse_not(struct parser *p, struct query_node **out)
{
	const char *at;
	int ret;

	skip_blanks(p);
	at = p->pos;
	if (++p->depth > QUERY_DEPTH_MAX)
		return error_at(p->err, -EINVAL, column(p, at), "nested more than %d deep",
		                QUERY_DEPTH_MAX);
	if (take_word(p, "NOT") || take_word(p, "-") || take_word(p, "!")) {
		ret = parse_not(p, out);
		if (ret == 0)
			ret = wrap(p, QUERY_NOT, at, out);
	} else {
		ret = parse_prim(p, out);
	}
	p->depth--;
	return ret;
}

/* Parses the next operand and joins it to *@out by a node of @kind. */
static int join(struct parser *p, uint8_t kind,
                int (*operand)(struct parser *, struct query_node **), struct query_node **out)
{
	struct query_node *right = NULL;
	int ret = operand(p, &right);

	if (ret == 0)
		ret = wrap(p, kind, p->pos, out);
	if (ret != 0) {
		query_node_free(right);
		query_node_free(*out);
		*out = NULL;
		return ret;
	}
	(*out)->right = right;
	return 0;
}

static int parse_and(struct parser *p, struct query_node **out)
{
	int ret = parse_not(p, out);

	while (ret == 0) {
		skip_blanks(p);
		if (!take_word(p, "AND") && !take_word(p, "&&") &&
		    (*p->pos == '\0' || *p->pos == ')' || strncmp(p->pos, "||", 2) == 0 ||
		     (strncmp(p->pos, "OR", 2) == 0 && ends_word(p->pos[2]))))
			break;
		ret = join(p, QUERY_AND, parse_not, out);
	}
	return ret;
}

static int parse_or(struct parser *p, struct query_node **out)
{
	int ret = parse_and(p, out);

	while (ret == 0) {
		skip_blanks(p);
		if (!take_word(p, "OR") && !take_word(p, "||"))
			break;
		ret = join(p, QUERY_OR, parse_and, out);
	}
	return ret;
}

/* Whether a term asks for hosts that answer pings. */
static bool asks_for_pings(const struct query_node *n)
{
	if (n == NULL)
		return false;
	if (n->kind == QUERY_TERM && (strcmp(n->field->name, "transport") == 0 ||
	                              strcmp(n->field->name, "answers_ping") == 0))
		return true;
	return asks_for_pings(n->left) || asks_for_pings(n->right);
}

int query_parse(const char *text, int64_t now_us, struct query **out, struct error *err)
{
	struct parser p = {.text = text, .pos = text, .now_us = now_us, .err = err};
	struct query *q = calloc(1, sizeof(*q));
	int ret = 0;

	if (q == NULL)
		return -ENOMEM;
	if (strlen(text) > QUERY_TEXT_MAX)
		ret = error_at(err, -EINVAL, QUERY_TEXT_MAX + 1, "longer than %d bytes",
		               QUERY_TEXT_MAX);
	skip_blanks(&p);
	if (ret == 0 && *p.pos != '\0')
		ret = parse_or(&p, &q->root);
	if (ret == 0 && *p.pos != '\0')
		ret = error_at(err, -EINVAL, column(&p, p.pos), "unmatched ')'");
	if (ret != 0) {
		query_free(q);
		return ret;
	}
	q->pings = asks_for_pings(q->root);
	*out = q;
	return 0;
}

void query_free(struct query *q)
{
	if (q == NULL)
		return;
	query_node_free(q->root);
	free(q);
}
