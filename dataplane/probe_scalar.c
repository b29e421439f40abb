/* SPDX-License-Identifier: Apache-2.0 */
/* probe_scalar.c - the burst of SYN probes for the instruction set of the build. */
#include <emmintrin.h>

#define LANE_BYTES 16
#define lane_mul_even(a, b) ((lane_wide)_mm_mul_epu32((__m128i)(a), (__m128i)(b)))
#include "probe_lanes.h"

unsigned probe_burst_scalar(const struct probe *p, const struct scope *deny,
			const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	return burst(p, deny, span, now_us, b);
}
