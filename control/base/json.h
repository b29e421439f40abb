/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - writes JSON to a stream, a member at a time; absent values are left out.
 *
 * Its names stay clear of those of the jansson library, by which the tests read what it writes.
 * Errors are sticky: write on and ask json_done. A key of NULL writes an element of an array. One
 * thread uses a writer; it blocks as its stream does.
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

/* Begin and end an object or an array. Each one that is opened is closed before json_done(). */
void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_close_array(struct json *j);

/* Bytes from the network, escaped as text.h says. */
void json_bytes(struct json *j, const char *key, const char *data, size_t len);
/* Text of our own; "" is absent. */
void json_text(struct json *j, const char *key, const char *text);
void json_int(struct json *j, const char *key, int64_t n);
void json_uint(struct json *j, const char *key, uint64_t n); /* at most INT64_MAX */
void json_number(struct json *j, const char *key, double n, int decimals);
void json_bool(struct json *j, const char *key, bool b);
void json_unknown(struct json *j, const char *key);          /* null */
void json_time(struct json *j, const char *key, int64_t us); /* 0 is absent */
void json_base64(struct json *j, const char *key, const void *data, size_t len);

/* Print a JSON text anew, indented, with a line feed behind it. 0, -EINVAL (it is no JSON), -EIO,
 * -ENOMEM. */
int json_reprint(FILE *out, const char *text, size_t len);

#endif
