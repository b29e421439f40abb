/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - hostile JSON of any size as a bounded stream of events.
 *
 * Nothing is kept but the names on the way to the current value. Strings longer than JSON_STRING_MAX
 * are cut before they are stored anywhere; depth and numbers are capped. Several values may follow each
 * other (JSON lines). One thread.
 */
#ifndef SONDE_VULNDB_JSON_H
#define SONDE_VULNDB_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 64, JSON_KEY_MAX = 64, JSON_STRING_MAX = 16384, JSON_NUMBER_MAX = 64 };

enum json_type {
	JSON_OBJECT, JSON_OBJECT_END, JSON_ARRAY, JSON_ARRAY_END,
	JSON_STRING, JSON_NUMBER, JSON_BOOL, JSON_NULL
};

struct json_event {
	enum json_type type;
	unsigned int depth;  /* containers around the value */
	const char *key;     /* its name, or that of the array it is in; "" at the top */
	const char *parent;  /* the name of the container it is in */
	const char *text;    /* strings and numbers; always NUL-terminated */
	size_t len;
	bool truth;
};

/* 0 to go on, or -errno to stop. */
typedef int (*json_handler)(void *arg, const struct json_event *e);

struct json;

struct json *json_new(json_handler handler, void *arg);
void json_free(struct json *j); /* NULL is fine */
/* Take the next bytes. 0, the handler's error, -EINVAL (no JSON, too deep). */
int json_feed(struct json *j, const char *data, size_t len);
/* The input is over: -EINVAL where it ends in the middle of a value. */
int json_end(struct json *j);
/* Where the last error is. */
uint64_t json_line(const struct json *j);
const char *json_why(const struct json *j);
/* The names of the containers around the current value: 1 = outermost. */
const char *json_path(const struct json *j, unsigned int depth);

#endif
