/* SPDX-License-Identifier: Apache-2.0 */
/* counters.c - sums over workers. */
#include "counters.h"

#include "dp_types.h"

void counters_sum(const struct counters *c, struct dp_stats *sum)
{
	sum->sent += counter_read(&c->sent);
	sum->extra += counter_read(&c->extra);
	sum->skipped_scope += counter_read(&c->skipped_scope);
	sum->skipped_noroute += counter_read(&c->skipped_noroute);
	sum->capped += counter_read(&c->capped);
	sum->tx_retries += counter_read(&c->tx_retries);
	sum->received += counter_read(&c->received);
	sum->foreign += counter_read(&c->foreign);
	sum->malformed += counter_read(&c->malformed);
	sum->duplicates += counter_read(&c->duplicates);
	sum->open += counter_read(&c->open);
	sum->closed += counter_read(&c->closed);
	sum->unreachable += counter_read(&c->unreachable);
	sum->data_drops += counter_read(&c->data_drops);
	sum->ring_drops += counter_read(&c->ring_drops);
}
