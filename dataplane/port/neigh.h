/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neigh.h - resolves addresses of the own network to link-layer addresses: by ARP (RFC 826) and by
 * neighbour discovery (RFC 4861).
 *
 * The table contains only the addresses that are asked for, since a network may be far larger than
 * the targets in it: open addressing, at most half full. The thread that resolves next hops fills
 * it before the workers start; afterwards it is read-only.
 */
#ifndef SONDE_NEIGH_H
#define SONDE_NEIGH_H

#include <stdatomic.h>
#include <string.h>

#include "dp_types.h"

struct port;

/* most addresses of a table; it has twice as many entries, of 24 bytes each */
enum { NEIGH_MAX = 1 << 20, NEIGH_FRAME_MAX = 256 };

struct neigh_entry {
	struct dp_addr addr;
	uint8_t mac[6];
	uint8_t known;
	uint8_t used;
};

struct neigh {
	struct neigh_entry *entry; /* [mask + 1], owned; NULL = nothing is on-link */
	uint32_t mask;
	uint32_t count;
};

/* The state of the resolution. The resolving thread writes the counts, and the control thread reads
 * them. The control thread may set @stop to end the resolution. */
struct neigh_progress {
	_Atomic bool stop;
	_Atomic uint32_t wanted, asked, known;
};

/* How requests are sent and answers received. */
struct neigh_io {
	/* AF_PACKET sockets of neigh_socket(), for ARP and for IPv6; -1: none of the family is
	 * needed, or, if @port is set, that is used, which nobody else may poll then */
	int fd4, fd6;
	const struct port *port; /* NULL: the sockets */
	uint8_t mac[6];
	uint16_t vlan;
	/* The own address from which @to is asked for. NULL: there is none of the family. */
	const struct dp_addr *(*source)(const void *arg, const struct dp_addr *to);
	const void *arg;
};

/* Make a table for @count addresses, at most NEIGH_MAX. Returns 0 or -ENOMEM. */
int neigh_init(struct neigh *n, uint32_t count);
void neigh_fini(struct neigh *n); /* a zeroed table is fine */

/* Add an address to resolve; no more than the count given to neigh_init(). */
void neigh_add(struct neigh *n, const struct dp_addr *addr);

/* Set the link-layer address of an address that was added; others are ignored. Returns whether it
 * was not known before. */
bool neigh_set(struct neigh *n, const struct dp_addr *addr, const uint8_t mac[6]);

/* Resolve all addresses that are not known: three requests for each, a second apart (RFC 1122
 * 2.3.2.1), at most @pps requests a second. Blocks. Returns the number of addresses found, or
 * -ECANCELED (stopped). */
int neigh_sweep(struct neigh *n, const struct neigh_io *io, struct neigh_progress *progress,
                double pps);

/* What a frame tells of a neighbour. */
struct neigh_news {
	struct dp_addr addr;
	uint8_t mac[6];
	bool is_answer; /* an answer to a question of ours; false: an announcement, a question */
};

/* Read a frame that may be ARP or neighbour discovery. Returns false if it tells nothing. Pure. */
bool neigh_read(const struct neigh_io *io, const uint8_t *frame, size_t len,
                struct neigh_news *out);
/* Read the next frame that has already arrived. Returns false if there is none left that tells
 * anything. Does not block. */
bool neigh_hear(const struct neigh_io *io, struct neigh_news *out);

/* Write the request for @addr into @frame. Returns its length; 0: no own address to ask from. */
uint16_t neigh_question(const struct neigh_io *io, const struct dp_addr *addr,
                        uint8_t frame[NEIGH_FRAME_MAX]);
/* Send the request for @addr. Returns 0, -EAGAIN (try again later) or -errno. Does not block. */
int neigh_ask(const struct neigh_io *io, const struct dp_addr *addr);

/* Open a socket for neigh_io on interface @index that receives frames of @ether_type. Returns the
 * socket, which the caller closes, or -errno. */
int neigh_socket(int index, uint16_t ether_type);

/* Let interface @index receive the neighbour solicitations for @addr, for as long as @fd, any
 * AF_PACKET socket, is open. Returns 0 or -errno. */
int neigh_join(int fd, int index, const struct dp_addr *addr);

/* The entry of the 16 bytes @addr, or the free entry where it would be added. Hot. */
static inline struct neigh_entry *neigh_place(const struct neigh *n, const uint8_t *addr)
{
	uint64_t high, low;

	memcpy(&high, addr, 8);
	memcpy(&low, addr + 8, 8);
	low = (low ^ high) * 0x9e3779b97f4a7c15u;
	for (uint32_t i = (uint32_t)(low >> 32);; i++) {
		struct neigh_entry *e = &n->entry[i & n->mask];

		if (!e->used || memcmp(e->addr.b, addr, 16) == 0)
			return e;
	}
}

/* The link-layer address of the neighbour at the 16 bytes @addr, or NULL. Hot. */
static inline const uint8_t *neigh_lookup(const struct neigh *n, const uint8_t *addr)
{
	const struct neigh_entry *e = n->entry ? neigh_place(n, addr) : NULL;

	return e && e->known ? e->mac : NULL;
}

#endif
