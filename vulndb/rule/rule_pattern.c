/* SPDX-License-Identifier: Apache-2.0 */
/* rule_pattern.c - compiles the pattern of a rule and reads the names of its groups. */
#include <errno.h>
#include <string.h>

#include "rule_pattern.h"

/* Six parameters: a text with its length, and two answers where it is wrong. */
static pcre2_code *rule_pattern_compile(const char *pattern, size_t len, uint32_t options,
                                        size_t *offset, char *why, size_t why_size)
{
	PCRE2_SIZE at = 0;
	int code = 0;
	pcre2_code *compiled;

	options |= RULE_PATTERN_OPTIONS;
	compiled = pcre2_compile((PCRE2_SPTR)pattern, len, options, &code, &at, NULL);
	if (compiled == NULL) {
		pcre2_get_error_message(code, (PCRE2_UCHAR *)why, why_size);
		*offset = at;
	}
	return compiled;
}

static int name_captures(struct rule_set *set, struct rule_match *match, const pcre2_code *code)
{
	uint32_t count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
	if (count > RULE_CAPTURES_MAX)
		return -E2BIG;
	for (uint32_t i = 0; i < count; i++, table += size) {
		const char *name = (const char *)table + 2;
		struct rule_capture *capture = &match->captures[i];

		capture->group = (uint32_t)table[0] << 8 | table[1];
		capture->name = rule_set_text(set, name, strlen(name));
		if (capture->name == NULL)
			return -ENOMEM;
		capture->key = rule_key(name);
	}
	match->capture_count = count;
	return 0;
}

int rule_pattern_name_captures(struct rule_set *set, struct rule_match *match, size_t *offset,
                               char *why, size_t why_size)
{
	size_t len = strlen(match->pattern);
	uint32_t groups = 0;
	pcre2_code *code =
		rule_pattern_compile(match->pattern, len, match->options, offset, why, why_size);
	int ret;

	if (code == NULL)
		return -EINVAL;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	ret = groups > RULE_CAPTURES_MAX ? -E2BIG : name_captures(set, match, code);
	pcre2_code_free(code);
	if (ret != 0) {
		*offset = 0;
		snprintf(why, why_size, "a pattern has at most %d groups", RULE_CAPTURES_MAX);
	}
	return ret == 0 ? 0 : -EINVAL;
}
