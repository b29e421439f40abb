/* SPDX-License-Identifier: Apache-2.0 */
/* rule_pattern.h - checks a rule's pattern with PCRE2. */
#ifndef VULNDB_RULE_PATTERN_H
#define VULNDB_RULE_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "rule.h"

/* Options of every pattern: a pattern may neither switch to UTF mode nor use \C, and one name may
 * stand for several groups. */
enum { RULE_PATTERN_OPTIONS = PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF | PCRE2_DUPNAMES };

/* Check the pattern of @match and store its named groups as the captures of @match. 0, or -EINVAL
 * with @offset, the place of the fault in the pattern, and the message @why. */
int rule_pattern_name_captures(struct rule_set *set, struct rule_match *match, size_t *offset,
                               char *why, size_t why_size);

#endif
