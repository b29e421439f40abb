/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_table.c - finds connections by addresses and ports; an open-addressing table. Hot. */
#include "tcp_impl.h"

static uint64_t mix(uint64_t h)
{
	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 29) * 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static uint32_t tag_of(const struct tcp *t, const struct tcp_tuple *k)
{
	uint64_t high, low;

	memcpy(&high, k->addr, 8);
	memcpy(&low, k->addr + 8, 8);
	high = mix(high ^ t->salt[0]) ^ low;
	return (uint32_t)mix(mix(high ^ t->salt[1]) ^
	                     ((uint64_t)k->own << 32 | (uint32_t)k->port << 16 | k->own_port));
}

static bool is_same(const struct tcb *c, const struct tcp_tuple *k)
{
	return c->port == k->port && c->own_port == k->own_port && c->own == k->own &&
	       memcmp(c->addr, k->addr, 16) == 0;
}

static void load(uint8_t out[16], const uint8_t *addr, uint8_t version)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (version == 6) {
		memcpy(out, addr, 16);
		return;
	}
	memcpy(out, mapped, 12);
	memcpy(out + 12, addr, 4);
}

bool tcp_tuple_of(const struct tcp *t, const struct packet_ip *ip, bool quoted,
                  struct tcp_tuple *out)
{
	uint8_t own[16];

	load(out->addr, quoted ? ip->dst : ip->src, ip->version);
	load(own, quoted ? ip->src : ip->dst, ip->version);
	for (unsigned i = 0; i < t->own_count; i++) {
		if (memcmp(t->own[i].b, own, 16) != 0)
			continue;
		out->own = (uint8_t)i;
		return true;
	}
	return false;
}

struct tcb *tcp_table_find(const struct tcp *t, const struct tcp_tuple *k)
{
	uint32_t tag = tag_of(t, k);

	for (uint32_t at = tag & t->mask; t->slot[at].index != 0; at = (at + 1) & t->mask) {
		struct tcb *c = &t->tcb[t->slot[at].index];

		if (t->slot[at].tag == tag && is_same(c, k))
			return c;
	}
	return NULL;
}

static void enter(struct tcp *t, uint32_t tag, uint32_t index)
{
	uint32_t at = tag & t->mask;

	while (t->slot[at].index != 0)
		at = (at + 1) & t->mask;
	t->slot[at] = (struct tcp_slot){tag, index};
}

/* Prepare a free place for its next connection. Its number changes, and it stays in the list of
 * tcp_flush() if it is there. */
static void renew(struct tcb *c, const struct tcp_tuple *k)
{
	uint16_t generation = (uint16_t)(c->generation + 1), flags = c->flags & TCB_TOUCHED;
	uint32_t touched = c->touched;

	*c = (struct tcb){.port = k->port, .own_port = k->own_port, .own = k->own};
	memcpy(c->addr, k->addr, 16);
	c->generation = generation;
	c->flags = flags;
	c->touched = touched;
}

struct tcb *tcp_table_add(struct tcp *t, const struct tcp_tuple *k)
{
	struct tcb *c;

	if (t->free_first == 0)
		return NULL;
	c = &t->tcb[t->free_first];
	t->free_first = c->next;
	if (t->free_first == 0)
		t->free_last = 0;
	renew(c, k);
	enter(t, tag_of(t, k), tcb_number(t, c));
	t->stats.live++;
	return c;
}

/* Close the gap at @at: move back each entry behind it that would not be found any more (Knuth, The Art
 * of Computer Programming 3, 6.4, algorithm R). */
static void close_gap(struct tcp *t, uint32_t at)
{
	uint32_t next = at;

	for (;;) {
		uint32_t home;

		next = (next + 1) & t->mask;
		if (t->slot[next].index == 0)
			break;
		home = t->slot[next].tag & t->mask;
		if (((next - home) & t->mask) < ((next - at) & t->mask))
			continue;
		t->slot[at] = t->slot[next];
		at = next;
	}
	t->slot[at].index = 0;
}

void tcp_table_drop(struct tcp *t, struct tcb *c)
{
	struct tcp_tuple k = {.port = c->port, .own_port = c->own_port, .own = c->own};
	uint32_t number = tcb_number(t, c), at;

	memcpy(k.addr, c->addr, 16);
	at = tag_of(t, &k) & t->mask;
	while (t->slot[at].index != number)
		at = (at + 1) & t->mask;
	close_gap(t, at);
	c->state = TCB_FREE;
	c->next = 0;
	if (t->free_last != 0)
		t->tcb[t->free_last].next = number;
	else
		t->free_first = number;
	t->free_last = number;
	t->stats.live--;
}
