/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.h - reads a file of settings, one a line.
 *
 *   # a comment
 *   rate = 5k              # another one; a blank stands before its #
 *   user-agent = "a probe # of ours, \"really\""
 */
#ifndef SONDE_CONF_H
#define SONDE_CONF_H

#include <stddef.h>

#include "error.h"

/* One setting. The texts are terminated, and live in the text that is read. */
struct conf_line {
	const char *source; /* the file */
	size_t line;        /* from 1, as the columns */
	size_t key_column, value_column;
	char *key, *value;
};

/* Receives a setting. Returns 0, or -errno with @err to end the reading. */
typedef int (*conf_sink)(void *arg, const struct conf_line *l, struct error *err);

/* Call @sink with each setting of the @len bytes at @text, which are changed; text[len] must be
 * writable. Returns 0, -EINVAL with @err ("source:line:column: expected ..."), or the sink's error.
 * Pure. */
int conf_parse(const char *source, char *text, size_t len, conf_sink sink, void *arg,
               struct error *err);

/* Fill @err with "source:line:column: " and @why. Returns -EINVAL. */
int conf_refuse(const struct conf_line *l, size_t column, const char *why, struct error *err);

#endif
