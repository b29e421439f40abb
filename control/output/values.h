/* SPDX-License-Identifier: Apache-2.0 */
/* values.h - the distinct values of one field, of a service or of all services of a host. */
#ifndef SONDE_VALUES_H
#define SONDE_VALUES_H

#include "bytes.h"
#include "field.h"
#include "json.h"

struct value {
	size_t at, len; /* the text, as field_format() gives it, in values.text */
	double number;  /* of a field that is one */
};

/* Zeroed = empty. values_fini() frees it. */
struct values {
	const struct field *field;
	struct bytes text;
	struct value *list;
	size_t count, cap;
	bool failed; /* memory was short: a value is missing */
};

/* Collect the values of @f in the place of what is there: of the service @r, or, if it is NULL, of
 * the services of @h, those that are open unless @all. Numbers are sorted, texts stand in the order
 * of the services; none comes twice. */
void values_read(struct values *v, const struct field *f, const struct store_host *h,
                 const struct record *r, bool all);
void values_fini(struct values *v);

/* The text of value number @i, which has value.len bytes. */
const char *values_text(const struct values *v, size_t i);

/* Append all of them to @out with a semicolon between two. */
void values_join(const struct values *v, struct bytes *out);

/* Write them as member @key: an array if the field can have several or @many, else one value; no
 * member if there is none. */
void values_json(const struct values *v, struct json *j, const char *key, bool many);
/* Write one value of @f, as text, with the JSON type of the field. */
void values_json_text(struct json *j, const char *key, const struct field *f, const char *text,
                      size_t len);

#endif
