/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_blob.h - the layout of a compiled rule set in memory and on disk.
 *
 *   header | fields | patterns | captures | rules | params | names | Hyperscan databases | strings
 *
 * Integers are little-endian, which is the machine's own order. The offset of a part counts from
 * the blob's first byte, and each part begins at a multiple of 8. A string is an offset into the
 * strings, where it ends with a NUL. In a template, a reference to a name is three bytes: the byte
 * 1, then two bytes with 7 bits of the name's number each, the low bits first, both with the top
 * bit set.
 */
#ifndef VULNDB_RULE_BLOB_H
#define VULNDB_RULE_BLOB_H

#include <assert.h>
#include <stdint.h>

enum { RULE_BLOB_VERSION = 3, RULE_BLOB_REF = 1, RULE_BLOB_NAMES_MAX = 1 << 14 };

#define RULE_BLOB_MAGIC "sondrule"

struct blob_part {
	uint32_t offset;
	uint32_t count; /* in entries; an entry of the databases and of the strings is one byte */
};

struct blob_header {
	char magic[8];
	uint32_t version;
	uint32_t size; /* of the whole blob */
	uint32_t products;
	uint32_t hyperscan; /* 1: the fields have databases */
	struct blob_part fields, patterns, captures, rules, params, names, databases, strings;
};

/* The patterns of a field are adjacent, in the order in which they are tried. */
struct blob_field {
	uint32_t name;
	uint32_t first_pattern, pattern_count;
	uint32_t database, database_len; /* offset and length in the databases; length 0: none */
	uint32_t always_count;           /* patterns that are not in the database */
};

struct blob_pattern {
	uint32_t rule;
	uint32_t text, text_len;
	uint32_t options; /* PCRE2's option bits */
	uint32_t group;   /* RULE_GROUP_PRODUCT and so on, in rule.h */
	uint32_t first_capture;
	uint16_t capture_count;
	uint8_t confidence;
	uint8_t always; /* 1: Hyperscan cannot search for it, so it is always a candidate */
};

struct blob_capture {
	uint16_t group; /* the number of the group in the pattern */
	uint16_t name;
};

/* What a rule says about the product that answers. */
enum blob_names {
	BLOB_NAMES_NOTHING,
	BLOB_NAMES_COMPONENT, /* a library or module of the product, by the tag "component" */
	BLOB_NAMES_PRODUCT,
};

struct blob_rule {
	uint32_t id;
	uint32_t source;
	uint32_t line;
	uint32_t first_param;
	uint16_t param_count;
	uint8_t confidence;
	uint8_t names; /* enum blob_names */
};

struct blob_param {
	uint32_t value; /* a template */
	uint16_t name;
	/* The length of a template that can be shown as it is: no references, printable ASCII, no
	 * blank at either end. 0: it must be rendered. */
	uint16_t plain_len;
};

struct blob_name {
	uint32_t text;
	uint32_t key; /* enum rule_key */
};

static_assert(sizeof(struct blob_header) == 88, "layout");
static_assert(sizeof(struct blob_field) == 24, "layout");
static_assert(sizeof(struct blob_pattern) == 28, "layout");
static_assert(sizeof(struct blob_capture) == 4, "layout");
static_assert(sizeof(struct blob_rule) == 20, "layout");
static_assert(sizeof(struct blob_param) == 8, "layout");
static_assert(sizeof(struct blob_name) == 8, "layout");

#endif
