/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h - the registry of fields: a name means one thing in a filter, a column, JSON, a facet and
 * the manual. Whatever shows or asks for fields reads it.
 *
 * A field gives the values of one service in its host. Facts are fields under their own names.
 */
#ifndef SONDE_FIELD_H
#define SONDE_FIELD_H

#include "store.h"

enum field_type {
	FIELD_TEXT, /* ":" searches inside, "=" compares whole; case does not matter */
	FIELD_WORD, /* one of field.words */
	FIELD_INT,
	FIELD_NUMBER,
	FIELD_BOOL,
	FIELD_TIME,    /* microseconds since 1970 */
	FIELD_VERSION, /* text in version order */
	FIELD_ADDR,    /* address, prefix or range */
};

enum field_flags {
	FIELD_FACET = 1, /* few values: worth counting */
	FIELD_HOST = 2,  /* the same for all services of a host */
	FIELD_FACT = 4,  /* a fact of that name */
	FIELD_MANY = 8,  /* by nature several: an array in JSON even where there is one */
	/* part of the language, but nothing here can answer it; help says what is missing */
	FIELD_NO_DATA = 16,
	/* a member of a service's document under its name; a dot leads into an object */
	FIELD_DOC = 32,
	FIELD_IDENTITY = 64, /* of the record's identity alone */
};

struct field_value {
	const char *text; /* TEXT, WORD, VERSION, facts: @len bytes, valid during the call only */
	size_t len;
	double number; /* INT, NUMBER, BOOL (0/1), TIME */
	const struct dp_addr *addr;
};

/* Takes one value; returns false to end. */
typedef bool (*field_take)(void *arg, const struct field_value *v);

struct field {
	const char *name;
	const char *aliases; /* blank separated, or NULL */
	uint8_t type;        /* enum field_type */
	uint8_t flags;
	double max;               /* INT, NUMBER: more is a mistake; 0 = no such bound */
	const char *const *words; /* FIELD_WORD: NULL terminated */
	void (*get)(const struct store_host *h, const struct record *r, field_take take, void *arg);
	const char *help;
};

/* By name or alias, in any case of letters; NULL: no such field. */
const struct field *field_find(const char *name);

/* "text", "word", "int", "number", "bool", "time", "version", "address". Static. */
const char *field_type_name(uint8_t type);

/* Field number @i of the registry; NULL behind the last. */
const struct field *field_at(size_t i);

/* The tables behind the registry, each of @n fields. */
const struct field *field_table_service(size_t *n); /* field_service.c: the document's members */
const struct field *field_table(size_t *n);         /* field_table.c: of hosts, and computed */
const struct field *field_table_facts(size_t *n);   /* field_facts.c: facts by their names */

/* The known name nearest to @name, or NULL if none is near. */
const char *field_suggest(const char *name);

/* Fill @err: there is no field @name, at @column, and which one was perhaps meant. Returns -EINVAL. */
int field_unknown(const char *name, unsigned column, struct error *err);
/* The same among the NULL-terminated @words. */
const char *field_nearest(const char *word, const char *const *words);

/* Every value of @f to @take, until that returns false. No call at all: nothing is known. */
void field_each(const struct field *f, const struct store_host *h, const struct record *r,
                field_take take, void *arg);

/* A value as text for a cell, a facet, a person: into @out if it is not text already. */
struct field_text {
	const char *text;
	size_t len;
	char buf[48];
};
void field_format(const struct field *f, const struct field_value *v, struct field_text *out);

#endif
