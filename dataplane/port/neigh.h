/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neigh.h - resolves IPv4 addresses of the own network to link-layer addresses (RFC 826).
 *
 * The thread that resolves next hops fills the table before the workers start; it is read-only
 * afterwards. The table is indexed by the offset in the network, so a lookup is one load.
 */
#ifndef SONDE_NEIGH_H
#define SONDE_NEIGH_H

#include <stdatomic.h>

#include "dp_space.h"

struct port;

/* shortest prefix that gets a table: 65,536 addresses, 512 KiB */
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

/* The state of the resolution. The resolving thread writes the counts, and the control thread reads
 * them. The control thread may set @stop to end the resolution. */
struct neigh_progress {
	_Atomic bool stop;
	_Atomic uint32_t wanted, asked, known;
};

/* How requests are sent and answers received. */
struct neigh_io {
	struct neigh_progress *progress;
	int fd; /* AF_PACKET socket; -1: use @port, which nobody else may poll then */
	const struct port *port;
	uint8_t mac[6];
	uint32_t source; /* own address, host order */
	uint16_t vlan;
};

/* Make the table of the network @addr/@len (len 0..32). Networks with a length below NEIGH_MIN_LEN
 * or above 30 get none. Returns 0 or -ENOMEM. */
int neigh_init(struct neigh *n, uint32_t addr, unsigned len);
void neigh_fini(struct neigh *n);

/* Resolve the link-layer address of @addr, with three requests half a second apart. Blocks. Returns
 * 0, -EHOSTUNREACH (no answer), -ECANCELED (stopped) or -errno. */
int neigh_resolve(const struct neigh_io *io, uint32_t addr, uint8_t mac[6]);

/* Resolve all addresses of the network that @space contains, except the network address, the
 * broadcast address and the own address: three rounds, at most @pps requests a second. Blocks.
 * Returns the number of addresses found, or -ECANCELED (stopped). */
int neigh_sweep(struct neigh *n, const struct neigh_io *io, const struct dp_space *space,
                double pps);

/* Open a socket for neigh_io.fd on interface @index that receives frames of @ether_type. Returns
 * the socket, which the caller closes, or -errno. */
int neigh_socket(int index, uint16_t ether_type);

/* Send a frame. Returns 0, -EAGAIN (try again later) or -errno. Does not block. */
int neigh_send(const struct neigh_io *io, const uint8_t *frame, uint16_t len);
/* Copy the first bytes of the next frame that has already arrived. Returns how many, 0 if there is
 * none. Does not block. */
size_t neigh_receive(const struct neigh_io *io, uint8_t frame[NEIGH_FRAME_MAX]);
/* True after the control thread has set the stop of the progress. */
bool neigh_stopped(const struct neigh_io *io);

/* A set of addresses to resolve, with one request for each. */
struct neigh_asker {
	void *arg;
	uint32_t count;
	bool (*is_missing)(const void *arg, uint32_t i); /* whether @i is still to be resolved */
	/* send the request for @i: 0, or -errno if it was not sent */
	int (*ask)(void *arg, const struct neigh_io *io, uint32_t i);
	/* take the answers that have arrived; returns how many are new */
	uint32_t (*collect)(void *arg, const struct neigh_io *io);
};
/* Resolve all missing addresses, @wanted of them: three rounds, at most @pps requests a second.
 * Blocks until the last round is over or a stop comes. Returns how many were found. */
uint32_t neigh_ask(const struct neigh_asker *a, const struct neigh_io *io, uint32_t wanted,
                   double pps);

/* The link-layer address of the neighbour at @addr, or NULL. Hot. */
static inline const uint8_t *neigh_lookup(const struct neigh *n, uint32_t addr)
{
	uint32_t offset = addr - n->base;

	return offset < n->size && n->entry[offset].known ? n->entry[offset].mac : NULL;
}

#endif
