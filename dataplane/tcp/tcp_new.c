/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_new.c - allocates the core of TCP, once. */
#include <errno.h>
#include <stdlib.h>

#include "cksum.h"
#include "tcp_impl.h"

enum { HOLD_MS = 900, SYN_WINDOW = 64240, HOPS = 64, DONT_FRAGMENT = 0x40, CONNS_MIN = 16 };

static bool is_valid(const struct tcp_config *c)
{
	return c->conns >= CONNS_MIN && c->conns <= TCP_CONNS_MAX &&
	       (c->conns & (c->conns - 1)) == 0 && c->own_count <= DP_MAX_SOURCES &&
	       c->syn_wscale <= 7 && c->ops != NULL && c->rx_slabs > 0 && c->tx_slabs > 0;
}

size_t tcp_memory(const struct tcp_config *c)
{
	size_t slabs = 1 + (size_t)c->rx_slabs + c->tx_slabs;

	return sizeof(struct tcp) + (c->conns + 1) * sizeof(struct tcb) +
	       (size_t)c->conns * 2 * sizeof(struct tcp_slot) + slabs * sizeof(struct tcp_slab) +
	       c->rx_slabs * sizeof(uint32_t);
}

/* The headers below TCP that all frames of a family share. */
static void make_head(struct tcp_head *h, const struct tcp_config *c, bool v6)
{
	uint8_t at = 12, *ip;

	memcpy(h->bytes + 6, c->mac, 6);
	if (c->vlan != 0) {
		put_be16(h->bytes + at, 0x8100);
		put_be16(h->bytes + at + 2, c->vlan & 0xfff);
		at = 16;
	}
	put_be16(h->bytes + at, v6 ? 0x86dd : 0x0800);
	h->l3 = (uint8_t)(at + 2);
	h->len = (uint8_t)(h->l3 + (v6 ? 40 : 20));
	ip = h->bytes + h->l3;
	if (v6) {
		ip[0] = 0x60;
		ip[6] = DP_TRANSPORT_TCP;
		ip[7] = HOPS;
		return;
	}
	ip[0] = 0x45;
	ip[6] = DONT_FRAGMENT; /* an atomic datagram: its ID may be 0 (RFC 6864) */
	ip[8] = HOPS;
	ip[9] = DP_TRANSPORT_TCP;
	h->sum = cksum_fold(cksum_add(0, ip, 20));
}

/* Tables that are written before they are read need not be zero; they are touched all the same, since a
 * page fault costs the worker more than a hundred packets. */
static bool allocate(struct tcp *t)
{
	size_t slabs = 1 + (size_t)t->slabs;

	t->tcb = aligned_alloc(64, (t->conns + 1) * sizeof(*t->tcb));
	t->slot = calloc((size_t)t->conns * 2, sizeof(*t->slot));
	t->slab = aligned_alloc(64, slabs * sizeof(*t->slab));
	t->spare = calloc(t->rx_slabs, sizeof(*t->spare));
	if (t->tcb == NULL || t->slot == NULL || t->slab == NULL || t->spare == NULL)
		return false;
	memset(t->tcb, 0, (t->conns + 1) * sizeof(*t->tcb));
	memset(t->slab, 0, slabs * sizeof(*t->slab));
	return true;
}

static void chain_all(struct tcp *t)
{
	for (uint32_t i = 1; i < t->conns; i++)
		t->tcb[i].next = i + 1;
	t->free_first = 1;
	t->free_last = t->conns;
	for (uint32_t i = t->rx_slabs; i > 0; i--)
		tcp_slab_free(t, i);
}

struct tcp *tcp_new(const struct tcp_config *c)
{
	struct tcp *t;

	if (!is_valid(c)) {
		errno = EINVAL;
		return NULL;
	}
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->conns = c->conns;
	t->mask = c->conns * 2 - 1;
	t->rx_slabs = c->rx_slabs;
	t->slabs = c->rx_slabs + c->tx_slabs;
	t->hold_ms = c->hold_ms != 0 ? c->hold_ms : HOLD_MS;
	t->ts_offset = c->ts_offset;
	t->syn_window = c->syn_window != 0 ? c->syn_window : SYN_WINDOW;
	t->shift = c->syn_wscale;
	t->ops = c->ops;
	t->arg = c->arg;
	memcpy(t->salt, c->secret, sizeof(t->salt));
	t->own_count = c->own_count;
	for (unsigned i = 0; i < c->own_count; i++)
		t->own[i] = c->own[i];
	make_head(&t->head4, c, false);
	make_head(&t->head6, c, true);
	if (!allocate(t)) {
		tcp_free(t);
		errno = ENOMEM;
		return NULL;
	}
	chain_all(t);
	return t;
}

void tcp_free(struct tcp *t)
{
	if (t == NULL)
		return;
	free(t->tcb);
	free(t->slot);
	free(t->slab);
	free(t->spare);
	free(t);
}
