/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpe.h - CPE names: formatted strings (2.3) and URIs (2.2) read and written.
 *
 * NISTIR 7695 (naming).
 */
#ifndef SONDE_VULNDB_CPE_H
#define SONDE_VULNDB_CPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cpe_attribute {
	CPE_PART,
	CPE_VENDOR,
	CPE_PRODUCT,
	CPE_VERSION,
	CPE_UPDATE,
	CPE_EDITION,
	CPE_LANGUAGE,
	CPE_SW_EDITION,
	CPE_TARGET_SW,
	CPE_TARGET_HW,
	CPE_OTHER,
	CPE_ATTRIBUTES
};

enum { CPE_TEXT = 1024 };

/* A CPE name. Each attribute is "*", "-" or an escaped value in lower case, in one canonical
 * spelling. */
struct cpe {
	uint16_t at[CPE_ATTRIBUTES]; /* offsets into text */
	char text[CPE_TEXT];
};

/* Parse a name of either form; missing attributes at the end become "*". 0, or -EINVAL, after which
 * the contents of *@out mean nothing. */
int cpe_parse(const char *text, size_t len, struct cpe *out);
/* The text of an attribute, with its escapes; valid as long as *@c. */
const char *cpe_get(const struct cpe *c, enum cpe_attribute a);
/* Write the formatted string; returns its length, like snprintf. */
size_t cpe_format(const struct cpe *c, char *out, size_t size);
/* Write an attribute without its escapes to @out, cut to @size. Returns false, and writes "", for
 * "*" and "-". */
bool cpe_plain(const struct cpe *c, enum cpe_attribute a, char *out, size_t size);

#endif
