/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port.h - a DPDK port: one queue pair and one buffer pool a worker, whatever the driver. Control
 * thread.
 *
 * Mostly it is one Ethernet device of DPDK's; where a driver gives each device but one queue,
 * several.
 */
#ifndef SONDE_PORT_H
#define SONDE_PORT_H

#include "dp_types.h"
#include "dp_types.h"

struct rte_mempool;

enum { PORT_MAX_DEVICES = 32 }; /* of a process, in DPDK as distributions build it */

struct port_queue {
	uint16_t id;              /* of its device */
	uint16_t index;           /* in its device */
	int xsk;                  /* the AF_XDP socket that the driver opened for it; -1: none */
	struct rte_mempool *pool; /* for both directions */
};

struct port {
	uint16_t queues;
	uint8_t mac[6];
	bool rss; /* the NIC spreads over the queues by addresses and ports */
	char driver[32];
	struct port_queue queue[DP_MAX_WORKERS]; /* a device's stand together, in order */
};

/* What the NIC did not hand on, since the port was opened. */
struct port_loss {
	uint64_t missed;    /* no room in the NIC or its queue */
	uint64_t no_buffer; /* no buffer was free */
	uint64_t rx_errors; /* received damaged: length, FCS, checksum */
	uint64_t tx_errors; /* taken and not sent */
};

/* Attach the device that @devargs describes, set up @queues queue pairs, start it. 0 or -errno. */
int port_open(struct port *p, const char *devargs, uint16_t queues, struct error *err);
/* A further device of the same port; when it fails, the others stay. */
int port_extend(struct port *p, const char *devargs, uint16_t queues, struct error *err);
void port_close(struct port *p); /* of a zeroed or closed one: nothing */

/* Whether the link is up; @mbps (may be NULL) is 0 where not known. */
bool port_link(const struct port *p, uint32_t *mbps);

/* Wait at most @ms for the link: copper negotiates for seconds after the port was started. */
bool port_link_wait(const struct port *p, unsigned ms);

/* What the driver counts as lost, over all queues. Asks the NIC: for once a second. */
struct port_loss port_loss(const struct port *p);

/* The driver's counters as dp_nic_counters() gives them. */
unsigned port_counters(const struct port *p, struct dp_counter *out, unsigned n);

#endif
