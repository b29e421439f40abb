/* SPDX-License-Identifier: Apache-2.0 */
/* pattern.h - addresses with ranges in their groups or octets: 2001:db8:0-ff::1-2, 10.0-1.0.*. */
#ifndef SONDE_PATTERN_H
#define SONDE_PATTERN_H

#include "targets.h"

enum { PATTERN_MAX = 1 << 20 }; /* most ranges that one pattern may expand to */

/*
 * Expand the pattern of @len bytes at @text: call @sink with as few ranges as stand for all
 * combinations, and with @at. 0, 1 (the sink ended it), -EINVAL (not a pattern), -E2BIG (more than
 * PATTERN_MAX ranges), or the sink's error.
 */
int pattern_ranges(const char *text, size_t len, const struct target_place *at, targets_sink sink,
                   void *arg);

#endif
