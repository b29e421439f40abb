/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_xsk.h - the AF_XDP sockets of this process.
 *
 * DPDK 22.11's driver names its sockets to nobody, and frees a socket's memory description before
 * the socket, which libxdp refuses, so that the descriptor stays open and the interface's queue
 * taken. The port that caused a socket to be opened looks for it and closes it.
 */
#ifndef SONDE_PORT_XSK_H
#define SONDE_PORT_XSK_H

#include <stdbool.h>

enum { PORT_XSK_MAX = 1024 };

struct port_xsk {
	int fd[PORT_XSK_MAX];
	unsigned count;
};

/* The AF_XDP sockets open now. */
void port_xsk_list(struct port_xsk *out);

/* One that is open now and not in @before, or -1. */
int port_xsk_since(const struct port_xsk *before);

/* Close @fd if it is still an AF_XDP socket; the driver is done with it. -1 is fine. */
void port_xsk_close(int fd);

/* Whether the NIC's driver moves this socket's packets without a copy. */
bool port_xsk_zero_copy(int fd);

#endif
