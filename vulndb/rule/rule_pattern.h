/* SPDX-License-Identifier: Apache-2.0 */
/* rule_pattern.h - a rule's pattern as PCRE2 understands it. */
#ifndef VULNDB_RULE_PATTERN_H
#define VULNDB_RULE_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "rule.h"

/* No pattern looks outside its text or runs code. */
enum { RULE_PATTERN_OPTIONS = PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF | PCRE2_DUPNAMES };

/* Check @match's pattern and make its named groups its captures. 0, or -EINVAL with @offset and
 * @why. */
int rule_pattern_name_captures(struct rule_set *set, struct rule_match *match, size_t *offset,
                               char *why, size_t why_size);

#endif
