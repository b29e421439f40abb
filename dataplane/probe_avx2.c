/* SPDX-License-Identifier: Apache-2.0 */
/* probe_avx2.c - the burst of SYN probes for AVX2. */
#include <immintrin.h>

#define LANE_BYTES 32
#define lane_mul_even(a, b) ((lane_wide)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))
#include "probe_lanes.h"

unsigned probe_burst_avx2(const struct probe *p, const struct scope *deny,
			const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	return burst(p, deny, span, now_us, b);
}
