/* SPDX-License-Identifier: Apache-2.0 */
/* conns_new.c - makes the connections of a worker. */
#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "conns.h"

enum { SYN_WSCALE = 7 }; /* as in probe_tcp.c */

static_assert(sizeof(struct tcp_event) % 4 == 0 && sizeof(struct conns_order) % 4 == 0,
              "rings copy whole 32-bit words");

/* A ring whose pages are there: a page fault costs the worker more than a hundred packets. */
static struct rte_ring *make_ring(unsigned item)
{
	ssize_t size = rte_ring_get_memsize_elem(item, CONNS_RING);
	struct rte_ring *r;

	if (size < 0)
		return NULL;
	r = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL((size_t)size, RTE_CACHE_LINE_SIZE));
	if (r == NULL)
		return NULL;
	memset(r, 0, (size_t)size);
	if (rte_ring_init(r, "conns", CONNS_RING, RING_F_SP_ENQ | RING_F_SC_DEQ) == 0)
		return r;
	free(r);
	return NULL;
}

struct conns *conns_new(const struct conns_config *config)
{
	struct tcp_config tcp = {.conns = CONNS,
	                         .rx_slabs = CONNS_RX_SLABS,
	                         .tx_slabs = CONNS_TX_SLABS,
	                         .own = config->own,
	                         .own_count = config->own_count,
	                         .vlan = config->vlan,
	                         .ts_offset = config->ts_offset,
	                         .syn_wscale = SYN_WSCALE,
	                         .ops = &conns_ops,
	                         .arg = config->worker};
	struct conns *c = aligned_alloc(64, RTE_ALIGN_CEIL(sizeof(*c), 64));

	if (c == NULL)
		return NULL;
	memset(c, 0, sizeof(*c));
	memcpy(tcp.mac, config->mac, sizeof(tcp.mac));
	memcpy(tcp.secret, config->secret, sizeof(tcp.secret));
	c->never = config->never;
	c->tcp = tcp_new(&tcp);
	c->orders = make_ring(sizeof(struct conns_order));
	c->events = make_ring(sizeof(struct tcp_event));
	if (c->tcp == NULL || c->orders == NULL || c->events == NULL) {
		conns_free(c);
		return NULL;
	}
	for (uint32_t i = 0; i < CONNS_TX_SLABS; i++)
		c->spare[c->spare_count++] = CONNS_RX_SLABS + 1 + i;
	return c;
}

void conns_free(struct conns *c)
{
	if (c == NULL)
		return;
	tcp_free(c->tcp);
	free(c->orders);
	free(c->events);
	free(c);
}
