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

#include "query_tree.h"

unsigned query_column(const struct query_parser *p, const char *at)
{
	return p->fixed_column != 0 ? p->fixed_column : (unsigned)(at - p->text) + 1;
}

void query_skip_blanks(struct query_parser *p)
{
	p->pos += strspn(p->pos, " \t\r\n");
}

static bool ends_word(char c)
{
	return c == '\0' || isspace((unsigned char)c) || c == '(' || c == ')';
}

bool query_take(struct query_parser *p, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(p->pos, word, len) != 0 ||
	    (isalpha((unsigned char)word[len - 1]) && !ends_word(p->pos[len])))
		return false;
	p->pos += len;
	return true;
}

struct query_node *query_node_new(const struct query_parser *p, uint8_t kind, const char *at)
{
	struct query_node *n = calloc(1, sizeof(*n));

	if (n != NULL) {
		n->kind = kind;
		n->column = query_column(p, at);
	}
	return n;
}

void query_node_free(struct query_node *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->value_count; i++) {
		free(n->values[i].text);
		free(n->values[i].high_text);
		pcre2_code_free(n->values[i].pattern);
		pcre2_match_context_free(n->values[i].limits);
	}
	free(n->values);
	query_node_free(n->left);
	query_node_free(n->right);
	free(n);
}

/* ---- structure ------------------------------------------------------------------------------- */

static int group(struct query_parser *p, const char *opened, struct query_node **out)
{
	int ret = query_parse_or(p, out);

	if (ret != 0)
		return ret;
	query_skip_blanks(p);
	if (*p->pos == ')') {
		p->pos++;
		return 0;
	}
	query_node_free(*out);
	*out = NULL;
	return error_at(p->err, -EINVAL, query_column(p, opened),
	                "this parenthesis is never closed");
}

static int wrap(struct query_parser *p, uint8_t kind, const char *at, struct query_node **io)
{
	struct query_node *n = query_node_new(p, kind, at);

	if (n == NULL) {
		query_node_free(*io);
		*io = NULL;
		return -ENOMEM;
	}
	n->left = *io;
	*io = n;
	return 0;
}

static int parse_prim(struct query_parser *p, struct query_node **out)
{
	static const struct {
		const char *opens;
		uint8_t kind;
	} groups[] = {
		{"host:(", QUERY_HOST},
		{"service:(", QUERY_SERVICE},
		{"services:(", QUERY_SERVICE},
	};
	const char *at = p->pos;
	int ret;

	if (query_take(p, "("))
		return group(p, p->pos - 1, out);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (!query_take(p, groups[i].opens))
			continue;
		ret = group(p, p->pos - 1, out);
		return ret != 0 ? ret : wrap(p, groups[i].kind, at, out);
	}
	if (*p->pos == ')')
		return error_at(p->err, -EINVAL, query_column(p, p->pos), "unmatched ')'");
	if (*p->pos == '\0')
		return error_at(p->err, -EINVAL, query_column(p, p->pos),
		                "the query ends where a term is wanted");
	return query_term(p, out);
}

static int parse_not(struct query_parser *p, struct query_node **out)
{
	const char *at;
	int ret;

	query_skip_blanks(p);
	at = p->pos;
	if (++p->depth > QUERY_DEPTH_MAX)
		return error_at(p->err, -EINVAL, query_column(p, at), "nested more than %d deep",
		                QUERY_DEPTH_MAX);
	if (query_take(p, "NOT") || query_take(p, "-") || query_take(p, "!")) {
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
static int join(struct query_parser *p, uint8_t kind,
                int (*operand)(struct query_parser *, struct query_node **),
                struct query_node **out)
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

static int parse_and(struct query_parser *p, struct query_node **out)
{
	int ret = parse_not(p, out);

	while (ret == 0) {
		query_skip_blanks(p);
		if (!query_take(p, "AND") && !query_take(p, "&&") &&
		    (*p->pos == '\0' || *p->pos == ')' || strncmp(p->pos, "||", 2) == 0 ||
		     (strncmp(p->pos, "OR", 2) == 0 && ends_word(p->pos[2]))))
			break;
		ret = join(p, QUERY_AND, parse_not, out);
	}
	return ret;
}

int query_parse_or(struct query_parser *p, struct query_node **out)
{
	int ret = parse_and(p, out);

	while (ret == 0) {
		query_skip_blanks(p);
		if (!query_take(p, "OR") && !query_take(p, "||"))
			break;
		ret = join(p, QUERY_OR, parse_and, out);
	}
	return ret;
}

static int parse_all(struct query_parser *p)
{
	int ret = 0;

	if (strlen(p->text) > QUERY_TEXT_MAX)
		return error_at(p->err, -EINVAL, QUERY_TEXT_MAX + 1, "longer than %d bytes",
		                QUERY_TEXT_MAX);
	query_skip_blanks(p);
	if (*p->pos != '\0')
		ret = query_parse_or(p, &p->query->root);
	if (ret == 0 && *p->pos != '\0')
		ret = error_at(p->err, -EINVAL, query_column(p, p->pos), "unmatched ')'");
	bytes_put_int(&p->query->notes, 0, 1);
	return ret == 0 && p->query->notes.failed ? -ENOMEM : ret;
}

int query_parse(const char *text, int64_t now_us, struct query **out, struct error *err)
{
	struct query_parser p = {.text = text, .pos = text, .now_us = now_us, .err = err};
	int ret;

	p.query = calloc(1, sizeof(*p.query));
	if (p.query == NULL)
		return -ENOMEM;
	ret = parse_all(&p);
	if (ret != 0)
		query_free(p.query);
	else
		*out = p.query;
	return ret;
}

void query_free(struct query *q)
{
	if (q == NULL)
		return;
	query_node_free(q->root);
	bytes_fini(&q->notes);
	free(q);
}

static unsigned node_place_kinds(const struct query_node *n)
{
	if (n == NULL)
		return 0;
	return (n->field != NULL ? field_place_kinds(n->field) : 0) | node_place_kinds(n->left) |
	       node_place_kinds(n->right);
}

unsigned query_place_kinds(const struct query *q)
{
	return node_place_kinds(q->root);
}

const char *query_notes(const struct query *q)
{
	return (const char *)q->notes.data;
}

bool query_names_state(const struct query *q)
{
	return q->names_state;
}
