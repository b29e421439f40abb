/* SPDX-License-Identifier: Apache-2.0 */
/* pattern.h - IPv6 addresses with ranges in their groups: 2001:db8:0-ff::1-2. */
#ifndef SONDE_PATTERN_H
#define SONDE_PATTERN_H

#include "targets.h"

enum { PATTERN_MAX = 1 << 20 }; /* most ranges that one pattern may stand for */

/*
 * Hand every range that the word @at stands for to @sink: all combinations of its groups, the last
 * group as a range. 0, 1 (the sink ended it), -EINVAL (no pattern), -E2BIG (more than PATTERN_MAX),
 * or the sink's error.
 */
int pattern_ranges(const struct target_place *at, targets_sink sink, void *arg);

#endif
