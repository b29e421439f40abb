/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h - the registry of fields. Filters, columns, JSON, facets and the manual all read it, so a
 * name means the same in each of them.
 *
 * A field yields the values of one service and its host. A fact is a field under its own name.
 */
#ifndef SONDE_FIELD_H
#define SONDE_FIELD_H

#include "store.h"

enum field_type {
	FIELD_TEXT, /* ":" finds a part, "=" compares the whole text; case does not matter */
	FIELD_WORD, /* one of field.words */
	FIELD_INT,
	FIELD_NUMBER,
	FIELD_BOOL,
	FIELD_TIME,    /* microseconds since 1970 */
	FIELD_VERSION, /* text in version order */
	FIELD_ADDR,    /* address, prefix or range */
	FIELD_POINT,   /* latitude,longitude,km: what lies within so many kilometres */
};

enum field_flags {
	FIELD_FACET = 1, /* has few distinct values, so counting them is useful */
	FIELD_HOST = 2,  /* the same for all services of a host */
	FIELD_FACT = 4,  /* a fact of that name */
	FIELD_MANY = 8,  /* can have several values; always an array in JSON */
	/* a known name for which no data exists: queries reject it, help says what is missing */
	FIELD_NO_DATA = 16,
	/* a member of a service's JSON document, of the same name; a dot leads into an object */
	FIELD_DOC = 32,
	FIELD_IDENTITY = 64, /* depends on the record's identity alone */
	FIELD_ORDERED = 128, /* WORD: the words stand in order, so < and > compare them */
	/* The index has it: with what the service is and has, or with its facts. Such a field
	 * depends on neither host nor clock, and few services share a value with no other. */
	FIELD_INDEX = 256,
	FIELD_INDEX_FACTS = 512,
	FIELD_INDEX_PORT = 1024, /* by itself: services run on every number */
};

struct field_value {
	const char *text; /* TEXT, WORD, VERSION, facts: @len bytes, valid during the call only */
	size_t len;
	double number; /* INT, NUMBER, BOOL (0/1), TIME; POINT: the latitude in degrees */
	double longitude;
	const struct dp_addr *addr;
};

/* Receives one value; returns false to get no more. */
typedef bool (*field_take)(void *arg, const struct field_value *v);

struct field {
	const char *name;
	const char *aliases; /* blank separated, or NULL */
	uint8_t type;        /* enum field_type */
	uint16_t flags;
	double max;               /* INT, NUMBER: the largest valid value; 0 = no bound */
	const char *const *words; /* FIELD_WORD: NULL terminated */
	void (*get)(const struct store_host *h, const struct record *r, field_take take, void *arg);
	const char *help;
};

/* Find a field by name or alias, ignoring case; NULL: no such field. */
const struct field *field_find(const char *name);
/* The field whose name is @name to the letter, or NULL: as fast as a search in a hash table. */
const struct field *field_named(const char *name);

enum { FIELD_EXAMPLE = 96 };
/* Write a term that asks for @f, such as "port:22", into @out and return @out. Pure. */
const char *field_example(const struct field *f, char out[FIELD_EXAMPLE]);

/* The place of the word @len bytes at @text in the words of @f, ignoring case; -1: it is none of
 * them. Pure. */
int field_word_at(const struct field *f, const char *text, size_t len);

/* "text", "word", "int", "number", "bool", "time", "version", "address". Static. */
const char *field_type_name(uint8_t type);

/* Field number @i of the registry; NULL behind the last. */
const struct field *field_at(size_t i);

/* The tables behind the registry, each of @n fields. */
const struct field *field_table_service(size_t *n); /* field_service.c: the document's members */
const struct field *field_table(size_t *n);         /* field_table.c: computed from a service */
const struct field *field_table_vulns(size_t *n);   /* field_vulns.c: of CVEs and exposures */
const struct field *field_table_host(size_t *n);    /* field_host.c: the same for a whole host */
const struct field *field_table_place(size_t *n);   /* field_place.c: what files tell of the host */
const struct field *field_table_facts(size_t *n);   /* field_facts.c: facts by their names */

/* The known name nearest to @name, or NULL if none is near. */
const char *field_suggest(const char *name);

/* Set @err at @column: there is no field @name; did you mean ... Returns -EINVAL. */
int field_unknown(const char *name, unsigned column, struct error *err);
/* The word of the NULL-terminated @words nearest to @word, or NULL if none is near. */
const char *field_nearest(const char *word, const char *const *words);

/* Which files of the database @f is told by, as bits of place_kinds(); 0: none. Pure. */
unsigned field_place_kinds(const struct field *f);

/* Call @take with every value of @f until it returns false. It is not called if nothing is
 * known. */
void field_each(const struct field *f, const struct store_host *h, const struct record *r,
                field_take take, void *arg);

/* A value as text for a cell, a facet or a person. */
struct field_text {
	const char *text;
	size_t len;
	char buf[48];
};
/* Set @out to the text of @v: to v->text if that is the value, else to a text written into its
 * buf. */
void field_format(const struct field *f, const struct field_value *v, struct field_text *out);

#endif
