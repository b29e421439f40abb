/* SPDX-License-Identifier: Apache-2.0 */
/* json_in.h - reads a JSON object that a client or a file gave: bounded in depth, strict in types. */
#ifndef SONDE_JSON_IN_H
#define SONDE_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yajl/yajl_tree.h>

#include "error.h"

enum { JSON_IN_DEPTH = 8 };

/* Parse @len bytes that must be one object, of at most JSON_IN_DEPTH levels. 0, or -EINVAL with
 * @err, or -ENOMEM. The caller frees *@out with yajl_tree_free(). Pure. */
int json_in_parse(const char *text, size_t len, yajl_val *out, struct error *err);

/* The member @key of @object; NULL: there is none. Pure. */
yajl_val json_in_get(yajl_val object, const char *key);
/* The text of the member @key; NULL: there is none, or it is no string. Lives as long as @object. */
const char *json_in_text(yajl_val object, const char *key);
/* The member @key as a number from 0 to 2^53; false: there is none, or it is another value. Pure. */
bool json_in_number(yajl_val object, const char *key, uint64_t *out);

/* Refuse members of @object other than the NULL-terminated @known. 0 or -EINVAL with @err naming
 * one. Pure. */
int json_in_only(yajl_val object, const char *const *known, struct error *err);

#endif
