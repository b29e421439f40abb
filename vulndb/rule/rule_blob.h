/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_blob.h - the bytes of a compiled rule set.
 *
 *   header | fields | patterns | captures | rules | params | names | Hyperscan databases | strings
 *
 * Everything is little-endian as the machine has it, offsets count from the blob's first byte, a
 * string is an offset into the strings, each ended by a NUL. Each part begins at a multiple of 8. A
 * template's reference to a name is the byte 1 and two bytes with 7 bits of the name's number each,
 * low ones first, the top bit set.
 */
#ifndef VULNDB_RULE_BLOB_H
#define VULNDB_RULE_BLOB_H

#include <assert.h>
#include <stdint.h>

enum { RULE_BLOB_VERSION = 2, RULE_BLOB_REF = 1, RULE_BLOB_NAMES_MAX = 1 << 14 };

#define RULE_BLOB_MAGIC "sondrule"

struct blob_part {
	uint32_t offset;
	uint32_t count; /* of entries; of bytes where an entry is a byte */
};

struct blob_header {
	char magic[8];
	uint32_t version;
	uint32_t size; /* of the whole blob */
	uint32_t products;
	uint32_t hyperscan; /* 1: the fields have databases */
	struct blob_part fields, patterns, captures, rules, params, names, databases, strings;
};

/* A field's patterns stand side by side, in the order in which they are tried. */
struct blob_field {
	uint32_t name;
	uint32_t first_pattern, pattern_count;
	uint32_t database, database_len; /* in the databases; 0 long: none */
	uint32_t always_count;           /* patterns that are not in the database */
};

struct blob_pattern {
	uint32_t rule;
	uint32_t text, text_len;
	uint32_t options; /* of PCRE2 */
	uint32_t group;   /* enum in rule.h */
	uint32_t first_capture;
	uint16_t capture_count;
	uint8_t confidence;
	uint8_t always; /* Hyperscan cannot look for it: a candidate each time */
};

struct blob_capture {
	uint16_t group; /* of the pattern */
	uint16_t name;
};

struct blob_rule {
	uint32_t id;
	uint32_t source;
	uint32_t line;
	uint32_t first_param;
	uint16_t param_count;
	uint8_t confidence;
	uint8_t names_product; /* 1: it has a parameter for the product */
};

struct blob_param {
	uint32_t value; /* a template */
	uint16_t name;
	/* How long a template without references is, if it is ready to be shown: printable ASCII,
	 * no blank at its ends. 0: it must be rendered. */
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
