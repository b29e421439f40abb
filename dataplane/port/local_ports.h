/* SPDX-License-Identifier: Apache-2.0 */
/*
 * local_ports.h - which local ports the kernel's sockets use, and which process holds a socket.
 *
 * Reads /proc. Cold, control thread; blocks while it reads, a few milliseconds for each thousand
 * sockets.
 */
#ifndef SONDE_LOCAL_PORTS_H
#define SONDE_LOCAL_PORTS_H

#include "dp_types.h"

struct local_socket {
	struct dp_addr addr; /* its own */
	bool any;            /* it has no address of its own: it gets what comes for any */
	uint16_t port;       /* its own; not 0 */
	unsigned long inode; /* 0: no process holds it any more */
};

/* Return false to be shown no further socket. */
typedef bool (*local_socket_fn)(void *arg, const struct local_socket *s);

/* Show @fn the TCP and UDP sockets of this network namespace that have a port: listeners,
 * connections and bound ones. Connections that only wait for their time to end are left out.
 * Returns 0 or -errno. */
int local_sockets_each(local_socket_fn fn, void *arg);

/* Read net.ipv4.ip_local_port_range, from which the kernel takes ports for connections, of IPv6,
 * too. 0 or -errno. */
int local_ephemeral(uint16_t *first, uint16_t *last);

enum { LOCAL_HOLDER_TEXT = 64 };
/* Write "NAME (pid N)" of a process that holds the socket @inode into @out. Returns @out; where
 * none is found, it says that. */
const char *local_holder(unsigned long inode, char out[LOCAL_HOLDER_TEXT]);

#endif
