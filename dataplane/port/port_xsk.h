/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_xsk.h - finds and closes the AF_XDP sockets of this process.
 *
 * DPDK 22.11's driver tells nobody the descriptors of its sockets. When it closes a socket, it
 * frees the socket's memory description first. libxdp refuses that, so that the descriptor stays
 * open and the interface's queue stays taken. Therefore the port that made the driver open a socket
 * looks for the descriptor and closes it.
 */
#ifndef SONDE_PORT_XSK_H
#define SONDE_PORT_XSK_H

#include <stdbool.h>

enum { PORT_XSK_MAX = 1024 };

struct port_xsk {
	int fd[PORT_XSK_MAX];
	unsigned count;
};

/* List the open AF_XDP sockets. */
void port_xsk_list(struct port_xsk *out);

/* An AF_XDP socket that is open and not in @before, or -1. */
int port_xsk_since(const struct port_xsk *before);

/* Close @fd if it is still an AF_XDP socket, after the driver has finished with it. -1 is fine. */
void port_xsk_close(int fd);

/* Whether the NIC's driver moves this socket's packets without a copy. */
bool port_xsk_zero_copy(int fd);

#endif
