/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neigh.h - which link-layer address leads to an IPv4 address of the own network (RFC 826).
 *
 * Filled by the control thread before the workers start, read-only afterwards. The table is indexed
 * by the offset in the network, so a lookup is one load.
 */
#ifndef SONDE_NEIGH_H
#define SONDE_NEIGH_H

#include <stdatomic.h>

#include "dp_space.h"

struct port;

/* shortest prefix swept: 65,536 addresses, 512 KiB */
enum { NEIGH_MIN_LEN = 16, NEIGH_FRAME_MAX = 256 };

struct neigh_entry {
	uint8_t mac[6];
	uint8_t known;
	uint8_t wanted;
};

struct neigh {
	uint32_t base;
	uint32_t size;             /* 0 = nothing is on-link */
	struct neigh_entry *entry; /* [size], owned */
};

/* How far resolution is; the control thread reads what the resolving one writes, and may end it. */
struct neigh_progress {
	_Atomic bool stop;
	_Atomic uint32_t wanted, asked, known;
};

/* How requests leave and answers come. */
struct neigh_io {
	struct neigh_progress *progress;
	int fd; /* an AF_PACKET socket for ARP; -1: @port, nobody else polls it */
	const struct port *port;
	uint8_t mac[6];
	uint32_t source; /* own address, host order */
	uint16_t vlan;
};

/* Take the network @addr/@len (len 0..32; 31 and 32 and 0 have nothing to sweep). 0 or -ENOMEM. */
int neigh_init(struct neigh *n, uint32_t addr, unsigned len);
void neigh_fini(struct neigh *n);

/* Ask for the link-layer address of @addr: three tries of half a second. 0, -EHOSTUNREACH,
 * -ECANCELED, -errno. */
int neigh_resolve(const struct neigh_io *io, uint32_t addr, uint8_t mac[6]);

/* Ask for all addresses of the network that @space contains, but the network's and the broadcast
 * address and the own: three rounds, at most @pps requests a second. Those found, -ECANCELED or
 * -errno. */
int neigh_sweep(struct neigh *n, const struct neigh_io *io, const struct dp_space *space,
                double pps);

/* A socket for neigh_io.fd on interface @index for frames of @ether_type, or -errno. */
int neigh_socket(int index, uint16_t ether_type);

/* Send a frame. 0, -EAGAIN: not now, -errno. */
int neigh_send(const struct neigh_io *io, const uint8_t *frame, uint16_t len);
/* The first bytes of the next frame that has already come; how many, 0 = none has. */
size_t neigh_receive(const struct neigh_io *io, uint8_t frame[NEIGH_FRAME_MAX]);
/* True after the control thread set the stop of the progress. */
bool neigh_stopped(const struct neigh_io *io);

/* Addresses that are asked for, one question each. */
struct neigh_asker {
	void *arg;
	uint32_t count;
	bool (*is_missing)(const void *arg, uint32_t i); /* is @i still to be asked for? */
	int (*ask)(void *arg, const struct neigh_io *io, uint32_t i); /* 0, or -errno: not asked */
	uint32_t (*collect)(void *arg, const struct neigh_io *io); /* take the answers that came */
};
/* Ask for all that are missing, @wanted of them: three rounds, at most @pps questions a second.
 * Returns how many answered. Blocks until the last round is over or a stop comes. */
uint32_t neigh_ask(const struct neigh_asker *a, const struct neigh_io *io, uint32_t wanted,
                   double pps);

/* The neighbour at @addr, or NULL. Hot. */
static inline const uint8_t *neigh_lookup(const struct neigh *n, uint32_t addr)
{
	uint32_t offset = addr - n->base;

	return offset < n->size && n->entry[offset].known ? n->entry[offset].mac : NULL;
}

#endif
