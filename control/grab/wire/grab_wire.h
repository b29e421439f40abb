/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_wire.h - the byte transport under the grabs: open, send, receive, close, and events.
 *
 * Kernel sockets (grab_kernel.c) or the dataplane's own TCP (grab_dp.c). One thread owns a wire and all
 * its connections. Only poll() blocks.
 */
#ifndef SONDE_GRAB_WIRE_H
#define SONDE_GRAB_WIRE_H

#include <sys/types.h>

#include "dp.h"
#include "error.h"

struct grab_wire; /* a transport */
struct grab_conn; /* one connection of it */

enum {
	GRAB_WIRE_READ = 1,  /* bytes, an end or an error can be received */
	GRAB_WIRE_WRITE = 2, /* the connection is up, or has room again */
};

struct grab_wire_event {
	void *owner; /* as given to open() */
	unsigned what;
};

struct grab_wire_ops {
	/* Let the connections that open() begins go @way (copied), with local ports that are none
	 * of its ports. 0, -ERANGE (too few local ports are left) or -errno; @err in words. */
	int (*take_way)(struct grab_wire *w, const struct dp_grab_way *way, struct error *err);
	/* Begin a connection. 0 or -errno; the outcome comes as an event. */
	int (*open)(struct grab_wire *w, const struct dp_addr *addr, uint16_t port, void *owner,
	            struct grab_conn **out);
	/* After the first event: 0 = connected, -EINPROGRESS, or why not (-ECONNREFUSED, ...). */
	int (*connected)(struct grab_conn *c);
	/* Bytes taken; 0 = no room now, an event follows; -errno = the connection is dead. */
	ssize_t (*send)(struct grab_conn *c, const void *data, size_t len);
	/* Bytes; 0 = the peer has ended; -EAGAIN = nothing now; other -errno = it is dead. */
	ssize_t (*receive)(struct grab_conn *c, void *data, size_t size);
	/* End the connection on the network, too, and free @c; no event comes afterwards. @gently:
	 * by a FIN, which keeps a local port for a minute; otherwise by a RST. */
	void (*close)(struct grab_conn *c, bool gently);
	/* Up to @n events; waits at most @timeout_ms (-1: until one comes). A count or -errno. */
	int (*poll)(struct grab_wire *w, struct grab_wire_event *out, int n, int timeout_ms);
	/* A descriptor that is readable when poll() has events. */
	int (*fd)(const struct grab_wire *w);
	void (*free)(struct grab_wire *w);
};

struct grab_wire {
	const struct grab_wire_ops *ops;
};

/*
 * A transport over the kernel's sockets with room for *@max connections: raises RLIMIT_NOFILE as
 * far as allowed and lowers *@max to what it gives. Errors: -EMFILE, -ENOMEM, -errno.
 */
int grab_kernel_new(uint32_t *max, struct grab_wire **out);
/* The first part of it: who wants several transports raises the limit for all of them. */
int grab_kernel_raise(uint32_t *max);

/*
 * A transport over the connections of the workers of @dp, which must outlive it: a scan with
 * dp_scan_config.conns. In the control thread. poll() does not wait: the descriptor becomes readable
 * every millisecond while there are connections. Errors: -ENOMEM, -errno.
 */
int grab_dp_new(struct dp *dp, struct grab_wire **out);

#endif
