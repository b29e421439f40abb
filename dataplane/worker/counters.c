/* SPDX-License-Identifier: Apache-2.0 */
/* counters.c - adds up the counters of workers. */
#include "counters.h"

void counters_sum(const struct counters *c, struct dp_stats *sum)
{
#define SUM(name, object) sum->name += counter_read(&c->name);
	DP_WORKER_COUNTERS(SUM)
#undef SUM
}
