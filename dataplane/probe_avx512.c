/* SPDX-License-Identifier: Apache-2.0 */
/* probe_avx512.c - the burst of SYN probes for AVX-512 (F, BW, DQ, VL). */
#include <immintrin.h>

#define LANE_BYTES 64
#define lane_mul_even(a, b) ((lane_wide)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))
#include "probe_lanes.h"

unsigned probe_burst_avx512(const struct probe *p, const struct scope *deny,
			const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	return burst(p, deny, span, now_us, b);
}
