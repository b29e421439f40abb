/* SPDX-License-Identifier: Apache-2.0 */
/* feed_state.h - the common beginning of each feed parser's state. */
#ifndef SONDE_VULNDB_FEED_STATE_H
#define SONDE_VULNDB_FEED_STATE_H

#include "build.h"
#include "sax.h"

struct feed {
	struct build *b;
	const struct sax *json; /* NULL for kinds of lines */
	const char *why;        /* set with -EINVAL: what is wrong, static text */
	char date[32];          /* the date of the whole feed, where it states one */
	uint64_t count;         /* records taken */
	uint64_t line;          /* kinds of lines: the current one */
};

/* A CVSS vector of a record that may have several. */
struct feed_vector {
	char text[256]; /* "": none */
	uint8_t version;
};

/* Take the vector @text in place of @v if cvss_base() scores it and its version is at least as new. */
void feed_take_vector(struct feed_vector *v, const char *text);
/* Keep @why, a static text, for the error of the whole feed. Returns -EINVAL. */
int feed_refuse(struct feed *f, const char *why);

#endif
