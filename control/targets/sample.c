/* SPDX-License-Identifier: Apache-2.0 */
/* sample.c - draws a stratified sample of addresses. */
#include <string.h>

#include "sample.h"
#include "splitmix.h"

__extension__ typedef unsigned __int128 u128;

static u128 load(const uint8_t b[16])
{
	u128 v = 0;

	for (int i = 0; i < 16; i++)
		v = v << 8 | b[i];
	return v;
}

static struct dp_addr store(u128 v)
{
	struct dp_addr a;

	for (int i = 15; i >= 0; i--, v >>= 8)
		a.b[i] = (uint8_t)v;
	return a;
}

int sample_range(const struct target_range *range, uint32_t count, const uint8_t key[16],
                 targets_sink sink, void *arg)
{
	u128 first = load(range->first.b), most = load(range->last.b) - first; /* size - 1 */
	u128 seed = load(key) ^ first * 0x2545f4914f6cdd1du;
	uint64_t state = (uint64_t)(seed >> 64) ^ (uint64_t)seed;
	u128 part;
	int ret = 0;

	if (most < count)
		return sink(arg, range, NULL);
	part = most / count; /* at least 1; never draws from the rest behind the last part */
	for (uint32_t i = 0; i < count && ret == 0; i++) {
		u128 random = (u128)splitmix(&state) << 64;
		struct dp_addr a;

		random |= splitmix(&state);
		a = store(first + part * i + random % part);
		ret = sink(arg, &(struct target_range){a, a}, NULL);
	}
	return ret;
}
