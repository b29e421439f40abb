/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h - finds the rules that match a text, and their captures.
 *
 * Hyperscan names the candidates of a field in one pass over the text; PCRE2 is run on them alone,
 * in the order of the blob. Without Hyperscan each pattern of the field is a candidate: the answers
 * are the same.
 */
#ifndef VULNDB_ENGINE_H
#define VULNDB_ENGINE_H

#include "rule.h"
#include "rule_blob.h"
#include "rules.h"

enum {
	ENGINE_HITS_MAX = 8,
	ENGINE_TEXT_MAX = VD_FACT_VALUE_MAX, /* longer texts are cut */
};

/* One rule that matched. Points into the text and the rules. */
struct engine_hit {
	uint32_t pattern;
	uint32_t rule;
	uint32_t group;
	uint8_t confidence;
	uint8_t captures_set;
	uint32_t offset, len; /* of what matched, in the text */
	const char *text;
	uint32_t groups; /* of `ends` that are filled */
	/* start and end of each group; UINT32_MAX: not set */
	uint32_t ends[2 * (RULE_CAPTURES_MAX + 1)];
};

/* The number of the field of that name, or -1: no rule looks at it. */
int engine_field(const struct rules *rules, const char *name);

/*
 * The best match of each group of rules, best group first. Returns how many of @hits were filled.
 * The best within a group is: higher confidence, longer match, more captures set, earlier in the
 * files; in a group made of a Recog file: the earliest.
 */
size_t engine_match(const struct rules *rules, struct rules_scratch *scratch, int field,
                    const char *text, size_t len, struct engine_hit hits[ENGINE_HITS_MAX]);

/* Whether memory was short for a pattern since engine_begin(): a hit may be missing. */
void engine_begin(struct rules_scratch *scratch);
bool engine_failed(const struct rules_scratch *scratch);

/* Try the patterns of one rule alone. */
bool engine_match_rule(const struct rules *rules, struct rules_scratch *scratch, uint32_t rule,
                       const char *field, const char *text, size_t len, struct engine_hit *hit);

/*
 * Render the template @value for @hit into @out, always terminated, cut at @size. A reference to
 * what is not there gives @absent. Returns the length.
 */
size_t engine_render(const struct rules *rules, const struct engine_hit *hit, const char *value,
                     const char *absent, char *out, size_t size);

/* The same for the parameter of that name: a capture of the pattern or one of the rule's. False:
 * none. */
bool engine_value(const struct rules *rules, const struct engine_hit *hit, const char *name,
                  const char *absent, char *out, size_t size);

/* ---- for those who walk a blob --------------------------------------------------------------- */

/* The parts of an opened blob. */
struct engine_parts {
	const struct blob_header *header;
	const struct blob_field *fields;
	const struct blob_pattern *patterns;
	const struct blob_capture *captures;
	const struct blob_rule *rules;
	const struct blob_param *params;
	const struct blob_name *names;
	const char *databases;
	const char *strings;
};

/* The tables of the blob. They live as long as @rules. */
const struct engine_parts *engine_parts(const struct rules *rules);

#endif
