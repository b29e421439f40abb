/* SPDX-License-Identifier: Apache-2.0 */
/* addr_table.c - linear probing, doubled when half full. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addr_table.h"

enum { FIRST_SLOTS = 1024 };

/* Addresses of a scan are the operator's choice, not a peer's: a mixing hash is enough. */
uint64_t addr_table_hash(const struct dp_addr *a, uint16_t port)
{
	uint64_t hi, lo;

	memcpy(&hi, a->b, 8);
	memcpy(&lo, a->b + 8, 8);
	lo ^= hi * 0x9e3779b97f4a7c15u + port;
	lo = (lo ^ (lo >> 32)) * 0xd6e8feb86659fd93u;
	lo = (lo ^ (lo >> 32)) * 0xd6e8feb86659fd93u;
	return lo ^ (lo >> 32);
}

/* The slot of the key, or the empty one where it belongs. */
static struct addr_table_slot *place(const struct addr_table *t, const struct dp_addr *addr,
                                     uint16_t port)
{
	for (size_t i = addr_table_hash(addr, port);; i++) {
		struct addr_table_slot *s = &t->slots[i & t->mask];

		if (!s->used || (s->port == port && memcmp(&s->addr, addr, 16) == 0))
			return s;
	}
}

static int make(struct addr_table *t, size_t slots)
{
	t->slots = calloc(slots, sizeof(*t->slots));
	t->mask = slots - 1;
	t->used = 0;
	return t->slots != NULL ? 0 : -ENOMEM;
}

int addr_table_init(struct addr_table *t)
{
	return make(t, FIRST_SLOTS);
}

void addr_table_fini(struct addr_table *t)
{
	free(t->slots);
	t->slots = NULL;
}

static int grow(struct addr_table *t)
{
	struct addr_table bigger;

	if (make(&bigger, 2 * (t->mask + 1)) < 0)
		return -ENOMEM;
	for (size_t i = 0; i <= t->mask; i++)
		if (t->slots[i].used)
			*place(&bigger, &t->slots[i].addr, t->slots[i].port) = t->slots[i];
	bigger.used = t->used;
	free(t->slots);
	*t = bigger;
	return 0;
}

struct addr_table_slot *addr_table_find(const struct addr_table *t, const struct dp_addr *addr,
                                        uint16_t port)
{
	struct addr_table_slot *s = place(t, addr, port);

	return s->used ? s : NULL;
}

struct addr_table_slot *addr_table_take(struct addr_table *t, const struct dp_addr *addr,
                                        uint16_t port, size_t max)
{
	struct addr_table_slot *s = place(t, addr, port);

	if (s->used)
		return s;
	if (t->used >= max)
		return NULL;
	if (2 * (t->used + 1) > t->mask + 1) {
		if (grow(t) < 0)
			return NULL;
		s = place(t, addr, port);
	}
	t->used++;
	*s = (struct addr_table_slot){.addr = *addr, .port = port, .used = true};
	return s;
}
