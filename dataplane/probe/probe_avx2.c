/* SPDX-License-Identifier: Apache-2.0 */
/* probe_avx2.c - the burst of SYN probes for AVX2, with AES on 16 bytes at a time. */
#include <immintrin.h>

#define LANE_BYTES 32
#define LANE_OP(op, a, b) ((lane)_mm256_##op((__m256i)(a), (__m256i)(b)))
#define LANE_KEY(at) ((lane)_mm256_broadcastsi128_si256(*(const __m128i *)(const void *)(at)))
#define LOW(v) _mm256_castsi256_si128((__m256i)(v))
#define HIGH(v) _mm256_extracti128_si256((__m256i)(v), 1)
#define LANE_AES(op, v, key)                                                                       \
	((lane)_mm256_set_m128i(_mm_##op##_si128(HIGH(v), LOW(key)),                               \
	                        _mm_##op##_si128(LOW(v), LOW(key))))
#define LANE_ODD(v) ((lane)_mm256_shuffle_epi32((__m256i)(v), 0xf5))
#define LANE_HIGH(a, b) ((lane)_mm256_blend_epi32((__m256i)LANE_ODD(a), (__m256i)(b), 0xaa))
#define LANE_PICK(table, v) ((lane)_mm256_permutevar8x32_epi32((__m256i)(table), (__m256i)(v)))
#include "probe_lanes.h"

unsigned probe_burst_avx2(const struct probe *p, const struct scope *deny,
                          const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	return burst(p, deny, span, now_us, b);
}

void cookie_batch_avx2(const struct cookie_key *k, struct cookie_batch *c)
{
	tag_batch(k, c);
}
