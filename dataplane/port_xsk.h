/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_xsk.h - the AF_XDP sockets of this process.
 *
 * DPDK 22.11's driver frees a socket's memory description before the socket, which libxdp refuses, so
 * the descriptor stays open and the interface's queue stays taken. The port that caused a socket to
 * be opened closes it here.
 */
#ifndef SONDE_PORT_XSK_H
#define SONDE_PORT_XSK_H

#include "dp.h"

struct port_xsk {
	int fd[DP_MAX_WORKERS];
	unsigned count;
};

/* The AF_XDP sockets open now. */
void port_xsk_list(struct port_xsk *out);

/* Close those of @own that are still AF_XDP sockets; the driver is done with them. */
void port_xsk_close(const struct port_xsk *own);

/* Leave in @own what is not in @before. */
void port_xsk_subtract(struct port_xsk *own, const struct port_xsk *before);

#endif
