/* SPDX-License-Identifier: Apache-2.0 */
/* pattern.h - IPv6 addresses with ranges in their groups: 2001:db8:0-ff::1-2. */
#ifndef SONDE_PATTERN_H
#define SONDE_PATTERN_H

#include "targets.h"

enum { PATTERN_MAX = 1 << 20 }; /* most ranges that one pattern may expand to */

/*
 * Expand the pattern in the word @at: call @sink with one range for each combination of the groups
 * before the last; the range spans the values of the last group. 0, 1 (the sink ended it), -EINVAL
 * (not a pattern), -E2BIG (more than PATTERN_MAX ranges), or the sink's error.
 */
int pattern_ranges(const struct target_place *at, targets_sink sink, void *arg);

#endif
