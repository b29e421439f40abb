/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_peer.h - the parts of the test of the own TCP against the kernel's: a server and a bad wire. */
#ifndef SONDE_TCP_PEER_H
#define SONDE_TCP_PEER_H

#include <stddef.h>
#include <stdint.h>

enum { PEER_PORT = 80, PEER_FRAME = 2048, PEER_LINK = 14 };

/* A request: how many bytes are wanted, and of which pattern. */
struct peer_request {
	uint32_t len, seed; /* in network order on the wire */
};

static inline uint8_t peer_byte(uint32_t seed, uint32_t at)
{
	return (uint8_t)(seed + at * 31 + (at >> 8) * 7 + (at >> 16));
}

/* Serve requests over the kernel's sockets until the process is ended. Does not return. */
void peer_serve(void);

/* What the wire does to a frame, in percent, and how long it takes at most. */
struct peer_faults {
	unsigned loss, reorder, twice, damage, delay_ms;
	uint64_t seed;
};

/* Frames on their way, in one direction. */
struct peer_wire;
struct peer_wire *peer_wire_new(const struct peer_faults *f);
/* Put a frame on the wire: it is lost, or arrives at some time, perhaps damaged, perhaps twice. */
void peer_wire_put(struct peer_wire *w, const uint8_t *frame, size_t len, uint64_t now_us);
/* The next frame that arrives by @now_us, or NULL; valid until the next call. */
const uint8_t *peer_wire_next(struct peer_wire *w, size_t *len, uint64_t now_us);

#endif
