/* SPDX-License-Identifier: Apache-2.0 */
/* probe_avx512.c - the burst of SYN probes for AVX-512 (F, BW, DQ, VL), with AES on whole
 * vectors. */
#include <immintrin.h>

#define LANE_BYTES 64
#define LANE_OP(op, a, b) ((lane)_mm512_##op((__m512i)(a), (__m512i)(b)))
#define LANE_KEY(at) ((lane)_mm512_broadcast_i32x4(*(const __m128i *)(const void *)(at)))
#define LANE_AES(op, v, key) ((lane)_mm512_##op##_epi128((__m512i)(v), (__m512i)(key)))
#define LANE_ODD(v) ((lane)_mm512_shuffle_epi32((__m512i)(v), 0xf5))
#define LANE_HIGH(a, b) ((lane)_mm512_mask_shuffle_epi32((__m512i)(b), 0x5555, (__m512i)(a), 0xf5))
#define LANE_PICK(table, v) ((lane)_mm512_permutexvar_epi32((__m512i)(v), (__m512i)(table)))
#include "probe_lanes.h"

unsigned probe_burst_avx512(const struct probe *p, const struct scope *deny,
                            const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	return burst(p, deny, span, now_us, b);
}

void cookie_batch_avx512(const struct cookie_key *k, struct cookie_batch *c)
{
	tag_batch(k, c);
}
