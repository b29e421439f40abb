/* SPDX-License-Identifier: Apache-2.0 */
/* probe_scalar.c - the burst of SYN probes for SSE 4.1, which every CPU that DPDK supports has. */
#include <immintrin.h>

#define LANE_BYTES 16
#define LANE_OP(op, a, b) ((lane)_mm_##op((__m128i)(a), (__m128i)(b)))
#define LANE_KEY(at) ((lane)_mm_loadu_si128((const __m128i *)(const void *)(at)))
#define LANE_ODD(v) ((lane)_mm_shuffle_epi32((__m128i)(v), 0xf5))
#define LANE_HIGHS(v) _mm_shuffle_epi32((__m128i)(v), 0x0d)
#define LANE_HIGH(a, b) ((lane)_mm_unpacklo_epi32(LANE_HIGHS(a), LANE_HIGHS(b)))
#include "probe_lanes.h"

unsigned probe_burst_scalar(const struct probe *p, const struct scope *deny,
                            const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	return burst(p, deny, span, now_us, b);
}

void cookie_batch_scalar(const struct cookie_key *k, struct cookie_batch *c)
{
	tag_batch(k, c);
}
