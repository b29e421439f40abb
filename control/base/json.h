/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - writes JSON to a stream or into a buffer, a member at a time; absent values are left out.
 *
 * The names avoid those of the jansson library, which the tests use to read the output. A writer
 * remembers an error: the caller may go on writing, and json_done() returns it. A NULL key writes
 * an element of an array; a key is a name of the program or of a fact, which has nothing to escape. Only one thread uses a writer. A call blocks when its stream blocks.
 */
#ifndef SONDE_JSON_H
#define SONDE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bytes.h"

struct json;

struct json *json_begin(FILE *out, bool pretty); /* NULL: no memory; @out is not owned */
/* The same for a writer that appends to @out, which the caller owns, keeps and may empty between two
 * texts. */
struct json *json_begin_bytes(struct bytes *out);
/* End the text with a line feed, so that the writer begins another one. */
void json_end_line(struct json *j);
/* End the text with a line feed, unless json_end_line() has just done so, and free the writer; the
 * stream is not flushed. Returns 0, or -EIO if a write failed or memory was short since
 * json_begin(). */
int json_done(struct json *j);
/* Mark the text as incomplete, so that json_done() returns -EIO. */
void json_fail(struct json *j);

/* Begin and end an object or an array. The caller closes each one before json_done(). */
void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_close_array(struct json *j);

/* Write a string of bytes from the network, escaped as TEXT_PLAIN of text.h. */
void json_bytes(struct json *j, const char *key, const char *data, size_t len);
/* Write a text of the program, escaped likewise; NULL and "" are left out. */
void json_text(struct json *j, const char *key, const char *text);
void json_int(struct json *j, const char *key, int64_t n);
void json_uint(struct json *j, const char *key, uint64_t n); /* capped at INT64_MAX */
/* Write @n with @decimals digits; a value beyond 1e18 or not finite is left out. */
void json_number(struct json *j, const char *key, double n, int decimals);
void json_bool(struct json *j, const char *key, bool b);
void json_unknown(struct json *j, const char *key);          /* null */
void json_time(struct json *j, const char *key, int64_t us); /* 0 is left out */
void json_base64(struct json *j, const char *key, const void *data, size_t len);
/* Begin an object whose beginning is JSON already: "{" and at least one member. */
void json_open_made(struct json *j, const char *key, const void *data, size_t len);
/* Write members, at least one, that are JSON already: without braces and without a comma at the ends. */
void json_members(struct json *j, const void *data, size_t len);
/* Write a value that is JSON already, as another writer made it. */
void json_raw(struct json *j, const char *key, const void *data, size_t len);

/*
 * Append the @len bytes at @data as the inside of a JSON string: escaped as TEXT_PLAIN of text.h
 * does, and what that leaves once more as JSON demands, in one pass.
 */
void json_escape(struct bytes *out, const char *data, size_t len);
/* Copy the bytes at the beginning that json_escape() would write as they are, and return how many
 * there are. @to has room for @len bytes, which may all be overwritten. */
size_t json_copy_plain(uint8_t *to, const char *from, size_t len);

/* Print the JSON text @text to @out, indented and with a line feed behind it. Returns 0, -EINVAL
 * (it is not JSON), -EIO, -ENOMEM. */
int json_reprint(FILE *out, const char *text, size_t len);

#endif
