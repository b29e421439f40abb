/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpe.h - CPE names: formatted strings (2.3) and URIs (2.2) read, written, compared.
 *
 * NISTIR 7695 (naming) and NISTIR 7696 (name matching).
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

/* A name; each attribute is "*", "-" or an escaped value in lower case, in one canonical
 * spelling. */
struct cpe {
	uint16_t at[CPE_ATTRIBUTES]; /* offsets into text */
	char text[CPE_TEXT];
};

/* Relation of a source to a target: how the sets that they name lie to each other. */
enum cpe_relation { CPE_UNDEFINED, CPE_DISJOINT, CPE_EQUAL, CPE_SUBSET, CPE_SUPERSET };

/* Read either form; missing attributes at the end are "*". 0, -EINVAL (*@out untouched in
 * meaning). */
int cpe_parse(const char *text, size_t len, struct cpe *out);
const char *cpe_get(const struct cpe *c, enum cpe_attribute a);
/* Write the formatted string; returns its length, like snprintf. */
size_t cpe_format(const struct cpe *c, char *out, size_t size);
/* An attribute without its escapes, cut to @size; returns false for "*" and "-". */
bool cpe_plain(const struct cpe *c, enum cpe_attribute a, char *out, size_t size);

/* NISTIR 7696 table 6-2 for one pair of values. */
enum cpe_relation cpe_compare_value(const char *source, const char *target);
/* NISTIR 7696 table 6-4 for whole names; CPE_UNDEFINED where no relation holds for all
 * attributes. */
enum cpe_relation cpe_compare(const struct cpe *source, const struct cpe *target);

#endif
