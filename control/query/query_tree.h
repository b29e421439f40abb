/* SPDX-License-Identifier: Apache-2.0 */
/* query_tree.h - the parsed query. Private to query*.c. */
#ifndef SONDE_QUERY_TREE_H
#define SONDE_QUERY_TREE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "bytes.h"
#include "field.h"
#include "query.h"

enum query_kind {
	QUERY_AND = 1,
	QUERY_OR,
	QUERY_NOT,
	QUERY_HOST,    /* host:( ... ): each term below asks for any service of the host */
	QUERY_SERVICE, /* service:( ... ): what stands below speaks of one service */
	QUERY_TERM,
	QUERY_PHRASE,
	QUERY_ALL, /* "*" */
};

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
	double low, high;           /* INT, NUMBER, BOOL, TIME, place of a WORD: inclusive */
	struct dp_addr first, last; /* ADDR: inclusive */
	double radius_km;           /* POINT: around low (latitude), high (longitude) */
	bool v6_only;               /* ADDR: written as IPv6, so no IPv4 address is meant */
	pcre2_code *pattern;        /* ":~", owned; else NULL */
	pcre2_match_context *limits;
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
	bool names_state;        /* else only what is open fits */
	bool names_pings;        /* else no answer to a ping fits */
	struct bytes notes;      /* lines for the user; see query_notes() */
};

/* The place in a text that is being parsed. */
struct query_parser {
	const char *text, *pos;
	unsigned fixed_column; /* @text stands for a word at this column; 0: it is the user's */
	int64_t now_us;
	unsigned depth, terms;
	struct query *query; /* receives the notes */
	struct error *err;
};

/* query_parse.c: parse "or" up to the end of the text or a closing parenthesis. 0 with *@out, which
 * the caller frees; -EINVAL with the parser's error; -ENOMEM. */
int query_parse_or(struct query_parser *p, struct query_node **out);
/* The column of @at for messages. */
unsigned query_column(const struct query_parser *p, const char *at);
/* Take @word off the text if it stands there; a word of letters only where it ends. */
bool query_take(struct query_parser *p, const char *word);
void query_skip_blanks(struct query_parser *p);
/* A node of @kind that begins at @at; NULL: no memory. query_node_free() frees it and all below. */
struct query_node *query_node_new(const struct query_parser *p, uint8_t kind, const char *at);
void query_node_free(struct query_node *n);

/* query_term.c: parse a term or a phrase. As query_parse_or(). */
int query_term(struct query_parser *p, struct query_node **out);

/* query_meant.c: if a term begins that people write in another form (an address, a CVE id, ":22"),
 * parse what it means and add a note. 1 with *@out, 0: it is none, -EINVAL, -ENOMEM. */
int query_meant_word(struct query_parser *p, struct query_node **out);
/* Join to the term *@io what its values mean in another form: "https" is http over TLS. 0, -EINVAL,
 * -ENOMEM; on failure *@io is freed. */
int query_meant_values(struct query_parser *p, struct query_node **io);
/* Add the notes that the finished phrase or term @n calls for. */
void query_meant_note(struct query_parser *p, const struct query_node *n);

/* query_value.c: parse the text of @v as a value for @field and @op. 0, -EINVAL or -ENOMEM. */
int query_value_read(struct query_value *v, const struct field *field, enum query_op op,
                     int64_t now_us, struct error *err);

/* query_match.c: a term that is offered the values of its field one after another. */
struct query_probe {
	const struct query_node *term;
	bool found, any; /* a value fits; there is one */
};
/* Offer a value: a field_take(). Returns false when no more are needed. */
bool query_probe_take(void *arg, const struct field_value *v);
/* Whether the term fits what has these values. "!=" is true of a service that has the field, with
 * other values only. */
bool query_probe_fits(const struct query_probe *p);

/* The operator as it is written in a query, ">=". Static. */
const char *query_op_text(uint8_t op);

#endif
