/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sax.h - reads hostile JSON of any size as a stream of events, with bounded memory.
 *
 * The parser keeps only the names on the way to the current value. It cuts strings longer than
 * SAX_STRING_MAX before they are stored anywhere, and refuses what is nested too deep and numbers
 * that are too long. Several values may follow each other (JSON lines). One thread.
 */
#ifndef SONDE_VULNDB_SAX_H
#define SONDE_VULNDB_SAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SAX_DEPTH_MAX = 64, SAX_KEY_MAX = 64, SAX_STRING_MAX = 16384, SAX_NUMBER_MAX = 64 };

enum sax_type {
	SAX_OBJECT,
	SAX_OBJECT_END,
	SAX_ARRAY,
	SAX_ARRAY_END,
	SAX_STRING,
	SAX_NUMBER,
	SAX_BOOL,
	SAX_NULL
};

struct sax_event {
	enum sax_type type;
	unsigned int depth; /* containers around the value */
	const char *key;    /* its name, or that of the array it is in; "" at the top */
	const char *parent; /* the name of the container it is in */
	const char *text;   /* strings and numbers; always NUL-terminated */
	size_t len;
	bool truth;
};

/* 0 to go on, or -errno to stop. */
typedef int (*sax_handler)(void *arg, const struct sax_event *e);

struct sax;

/* A parser that calls @handler with @arg for each event; NULL: no memory. One thread. */
struct sax *sax_new(sax_handler handler, void *arg);
void sax_free(struct sax *j); /* NULL is fine */
/* Parse the next bytes. 0, the handler's error, or -EINVAL (no JSON, too deep, a number too
 * long). */
int sax_feed(struct sax *j, const char *data, size_t len);
/* End the input. 0, the handler's error, or -EINVAL where the input ends in the middle of a
 * value. */
int sax_end(struct sax *j);
/* The line of the last error, from 1, and what is wrong: a static text, or NULL. */
uint64_t sax_line(const struct sax *j);
const char *sax_why(const struct sax *j);
/* The name of the container at @depth around the current value, 1 = outermost; "" where the value
 * is not so deep. */
const char *sax_path(const struct sax *j, unsigned int depth);

#endif
