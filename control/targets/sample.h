/* SPDX-License-Identifier: Apache-2.0 */
/* sample.h - draws a sample of addresses from a range that is too large to probe whole. */
#ifndef SONDE_SAMPLE_H
#define SONDE_SAMPLE_H

#include "targets.h"

enum { SAMPLE_MAX = 1 << 20 };

/*
 * Divide @range into @count equal parts and call @sink with one random address of each, @count
 * different ones. The same @key draws the same addresses. A range of at most @count addresses is
 * passed whole. 0, 1 (the sink ended it), or the sink's error.
 */
int sample_range(const struct target_range *range, uint32_t count, const uint8_t key[16],
                 targets_sink sink, void *arg);

#endif
