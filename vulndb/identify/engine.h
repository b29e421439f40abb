/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h - finds the rules that match a text, and their captures.
 *
 * Hyperscan finds the candidate patterns of a field in one pass over the text. PCRE2 then runs only
 * on these, in the order of the blob. Without Hyperscan every pattern of the field is a candidate:
 * the results are the same.
 */
#ifndef VULNDB_ENGINE_H
#define VULNDB_ENGINE_H

#include "rule.h"
#include "rule_blob.h"
#include "rules.h"

enum {
	ENGINE_HITS_MAX = 16,
	ENGINE_TEXT_MAX = VD_FACT_VALUE_MAX, /* longer texts are cut */
};

/* One rule that matched. Valid as long as the text and the rules are. */
struct engine_hit {
	uint32_t pattern;
	uint32_t rule;
	uint32_t group;
	uint8_t confidence;
	uint8_t captures_set;
	uint32_t offset, len; /* where the match is in @text */
	const char *text;
	uint32_t groups; /* how many groups @ends has */
	/* start and end of each group; UINT32_MAX: not set */
	uint32_t ends[2 * (RULE_CAPTURES_MAX + 1)];
};

/* The number of the field @name, or -1 if no rule matches on it. */
int engine_field(const struct rules *rules, const char *name);

/*
 * Find the best match of each group of rules, in the order of the groups' numbers. Returns how many
 * of @hits were filled. Within a group the higher confidence wins, then the longer match, then more
 * captures set, then the earlier place in the files; within a group made of a Recog file, the
 * earlier place alone.
 */
size_t engine_match(const struct rules *rules, struct rules_scratch *scratch, int field,
                    const char *text, size_t len, struct engine_hit hits[ENGINE_HITS_MAX]);

/* engine_failed(): whether memory was short for a pattern since engine_begin(), so that a hit may
 * be missing. */
void engine_begin(struct rules_scratch *scratch);
bool engine_failed(const struct rules_scratch *scratch);

/* Run the patterns of one rule alone. True: one matched; *@hit is the best match. */
bool engine_match_rule(const struct rules *rules, struct rules_scratch *scratch, uint32_t rule,
                       const char *field, const char *text, size_t len, struct engine_hit *hit);

/*
 * Render the template @value for @hit into @out, always terminated, cut at @size. A reference to a
 * name without a value gives @absent. Returns the length.
 */
size_t engine_render(const struct rules *rules, const struct engine_hit *hit, const char *value,
                     const char *absent, char *out, size_t size);

/* Render the parameter @name in the same way: a capture of the pattern, else a parameter of the
 * rule. False: there is none. */
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
