/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hops.h - which next hop a target has, and from which address it is probed.
 *
 * The targets of a scan are cut into ranges; all addresses of a range have the same next hop. The
 * thread that resolves next hops fills the table before the workers start. Afterwards only the
 * link-layer addresses of gateways change: the control thread stores them while workers read.
 */
#ifndef SONDE_HOPS_H
#define SONDE_HOPS_H

#include <stdatomic.h>
#include <string.h>

#include "range.h"

enum { HOPS_MAX = 256 };

enum hop_kind {
	HOP_NONE,    /* nothing is sent: an own address, a broadcast address */
	HOP_DIRECT,  /* the target itself */
	HOP_GATEWAY, /* a router */
};

struct hop {
	/* of a gateway: six bytes in wire order, then two that are 0; 0 = not known */
	_Atomic uint64_t mac;
	struct dp_addr gateway;
	uint8_t kind;   /* enum hop_kind */
	uint8_t source; /* index of the source among those of its family */
	bool v6;        /* of the targets; the gateway may be of the other family */
	bool is_fixed;  /* its link-layer address was given or is a static entry of the kernel */
};

struct hop_range {
	u128 first, last;
	uint16_t hop;
};

struct hops {
	struct hop_range *range; /* sorted, disjoint; owned */
	size_t count, room;
	struct hop hop[HOPS_MAX];
	unsigned hop_count;
	/* a gateway has another link-layer address than at the launch; pairs with the workers */
	_Atomic bool moved;
};

/* Find the hop with the members of @like except for the link-layer address, or add it. Returns its
 * number, or -1 if there are too many. */
int hops_add(struct hops *h, const struct hop *like);

/* Append a range behind all others. Adjacent ranges of one hop become one. 0 or -ENOMEM. */
int hops_append(struct hops *h, const struct range *r, unsigned hop);

/* Sort the ranges, once all are there. */
void hops_sort(struct hops *h);

/* Whether every target of a family, IPv6 if @v6, has one and the same gateway: then all frames of
 * the family have its link-layer address. False if there are no targets. */
bool hops_is_one_gateway(const struct hops *h, bool v6, unsigned *hop);

void hops_fini(struct hops *h); /* a zeroed table is fine */

/* A link-layer address as one word, and back. */
static inline uint64_t hop_word(const uint8_t mac[6])
{
	uint64_t word = 0;

	memcpy(&word, mac, 6);
	return word;
}

/* The next hop of a target. Every target of the scan has one; NULL for other addresses. Hot. */
static inline const struct hop *hops_find(const struct hops *h, u128 addr)
{
	size_t low = 0, high = h->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (h->range[mid].last < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low < h->count && h->range[low].first <= addr ? &h->hop[h->range[low].hop] : NULL;
}

/* The number of an address given by its 16 bytes, and of an IPv4 address in host order. Hot. */
static inline u128 hops_key(const uint8_t addr[16])
{
	u128 v = 0;

	for (int i = 0; i < 16; i++)
		v = v << 8 | addr[i];
	return v;
}

static inline u128 hops_key_v4(uint32_t addr)
{
	return (u128)0xffff << 32 | addr;
}

#endif
