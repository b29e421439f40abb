/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - writes JSON to a stream, a member at a time; absent values are left out.
 *
 * Its names stay clear of those of the jansson library, which other files use.
 * Errors are sticky: write on and ask json_done. A key of NULL writes an element of an array.
 */
#ifndef SONDE_JSON_H
#define SONDE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json;

struct json *json_begin(FILE *out, bool pretty); /* NULL: no memory; @out is not owned */
/* Flush what is left, end with a line feed, free. 0 or -EIO. */
int json_done(struct json *j);
/* What is written is not whole: json_done() will say so. */
void json_fail(struct json *j);

void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_close_array(struct json *j);

/* Bytes from the network, escaped as text.h says. */
void json_bytes(struct json *j, const char *key, const char *data, size_t len);
/* Text of our own; "" is absent. */
void json_text(struct json *j, const char *key, const char *text);
void json_int(struct json *j, const char *key, int64_t n);
void json_number(struct json *j, const char *key, double n, int decimals);
void json_bool(struct json *j, const char *key, bool b);
void json_time(struct json *j, const char *key, int64_t us); /* 0 is absent */
void json_base64(struct json *j, const char *key, const void *data, size_t len);

#endif
