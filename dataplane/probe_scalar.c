/* SPDX-License-Identifier: Apache-2.0 */
/* probe_scalar.c - the burst of SYN probes for what every CPU that DPDK runs on has (SSSE3). */
#include <immintrin.h>

#define LANE_BYTES 16
#define LANE_OP(op, a, b) ((lane)_mm_##op((__m128i)(a), (__m128i)(b)))
#define LANE_KEY(at) ((lane)_mm_loadu_si128((const __m128i *)(const void *)(at)))
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
