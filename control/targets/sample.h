/* SPDX-License-Identifier: Apache-2.0 */
/* sample.h - some addresses out of a range too large to probe whole. */
#ifndef SONDE_SAMPLE_H
#define SONDE_SAMPLE_H

#include "targets.h"

enum { SAMPLE_MAX = 1 << 20 };

/*
 * Hand @count different addresses of @range to @sink: one out of each of so many equal parts, drawn
 * by @key, so that the same key draws the same. A range of no more than @count addresses goes
 * whole. 0, 1 (the sink ended it), or the sink's error.
 */
int sample_range(const struct target_range *range, uint32_t count, const uint8_t key[16],
                 targets_sink sink, void *arg);

#endif
