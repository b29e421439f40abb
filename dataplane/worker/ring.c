/* SPDX-License-Identifier: Apache-2.0 */
/* ring.c - passes results by value from one worker to the control thread. */
#include "ring.h"

#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

static_assert(sizeof(struct dp_result) % 4 == 0, "rings copy whole 32-bit words");

struct rte_ring *ring_new(void)
{
	ssize_t size = rte_ring_get_memsize_elem(sizeof(struct dp_result), RING_RESULTS);
	struct rte_ring *r;

	if (size < 0)
		return NULL;
	r = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL((size_t)size, RTE_CACHE_LINE_SIZE));
	if (r) /* touch every page: a page fault costs the worker more than a hundred packets */
		memset(r, 0, (size_t)size);
	if (r && rte_ring_init(r, "results", RING_RESULTS, RING_F_SP_ENQ | RING_F_SC_DEQ)) {
		free(r);
		r = NULL;
	}
	return r;
}

void ring_free(struct rte_ring *r)
{
	free(r);
}

unsigned ring_take(struct rte_ring *r, struct dp_result *out, unsigned n)
{
	return rte_ring_sc_dequeue_burst_elem(r, out, sizeof(*out), n, NULL);
}

uint32_t ring_fill_percent(const struct rte_ring *r)
{
	return (uint32_t)((uint64_t)rte_ring_count(r) * 100 / RING_RESULTS);
}
