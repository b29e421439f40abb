/* SPDX-License-Identifier: Apache-2.0 */
/* query_tree.h - the parsed query. Private to query*.c. */
#ifndef SONDE_QUERY_TREE_H
#define SONDE_QUERY_TREE_H

#include <regex.h>

#include "field.h"
#include "query.h"

enum query_kind { QUERY_AND = 1, QUERY_OR, QUERY_NOT, QUERY_HOST, QUERY_TERM, QUERY_PHRASE };

enum query_op {
	QUERY_HAS = 1, /* ":" */
	QUERY_EQ,
	QUERY_NE,
	QUERY_LT,
	QUERY_LE,
	QUERY_GT,
	QUERY_GE,
	QUERY_RE, /* ":~" */
};

struct query_value {
	char *text; /* owned; as written, without quotes */
	size_t len;
	unsigned column;
	bool quoted;
	bool exists;                /* "*" */
	bool range;                 /* VERSION: text..high_text; either may be "" = open */
	char *high_text;            /* owned */
	double low, high;           /* INT, NUMBER, BOOL, TIME: inclusive */
	struct dp_addr first, last; /* ADDR: inclusive */
	bool has_regex;
	regex_t regex;
};

struct query_node {
	uint8_t kind; /* enum query_kind */
	uint8_t op;   /* enum query_op, of a term */
	unsigned column;
	const struct field *field;
	struct query_node *left, *right;
	struct query_value *values; /* alternatives: one that matches suffices */
	size_t value_count;
};

struct query {
	struct query_node *root; /* NULL = everything */
	bool pings;              /* answers to pings match, too: a term asks for them */
};

/* query_value.c: parse the text of @v as a value for @field and @op. 0, -EINVAL or -ENOMEM. */
int query_value_read(struct query_value *v, const struct field *field, enum query_op op,
                     int64_t now_us, struct error *err);

/* The operator as it is written in a query, ">=". Static. */
const char *query_op_text(uint8_t op);

#endif
