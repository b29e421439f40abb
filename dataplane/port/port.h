/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port.h - a DPDK port: one queue pair and one buffer pool for each worker, whatever the driver.
 * Control thread.
 *
 * A port is usually one DPDK Ethernet device. Where a driver supports only one queue in a device,
 * it is several.
 */
#ifndef SONDE_PORT_H
#define SONDE_PORT_H

#include "dp_types.h"
#include "dp_types.h"

struct rte_mempool;

enum { PORT_MAX_DEVICES = 32 }; /* in a process, with DPDK as distributions build it */

struct port_queue {
	uint16_t id;              /* DPDK's number of its device */
	uint16_t index;           /* queue number in its device */
	int xsk;                  /* the AF_XDP socket that the driver opened for it; -1: none */
	struct rte_mempool *pool; /* for both directions */
};

struct port {
	uint16_t queues;
	uint8_t mac[6];
	bool rss; /* the NIC spreads packets over the queues by addresses and ports */
	char driver[32];
	struct port_queue queue[DP_MAX_WORKERS]; /* those of a device are adjacent, in order */
};

/* Packets that the NIC lost since the port was opened. */
struct port_loss {
	uint64_t missed;    /* no room in the NIC or its queue */
	uint64_t no_buffer; /* no buffer was free */
	uint64_t rx_errors; /* received damaged: length, FCS, checksum */
	uint64_t tx_errors; /* taken and not sent */
};

/* Attach the device that @devargs describes, set up @queues queue pairs and start it. Returns 0 or
 * -errno; @err in words. Blocks. */
int port_open(struct port *p, const char *devargs, uint16_t queues, struct error *err);
/* Add another device to the same port in the same way. If this fails, the port keeps its other
 * devices. */
int port_extend(struct port *p, const char *devargs, uint16_t queues, struct error *err);
void port_close(struct port *p); /* does nothing if the port is zeroed or closed */

/* Whether the link is up; @mbps (may be NULL) becomes 0 if the speed is not known. Does not
 * block. */
bool port_link(const struct port *p, uint32_t *mbps);

/* Block until the link is up, at most @ms: copper negotiates for seconds after the port was
 * started. Returns whether it is up. */
bool port_link_wait(const struct port *p, unsigned ms);

/* The losses that the driver counts, over all queues. Asks the NIC: meant to be called about once a
 * second. */
struct port_loss port_loss(const struct port *p);

/* The driver's counters as dp_nic_counters() gives them. */
unsigned port_counters(const struct port *p, struct dp_counter *out, unsigned n);

#endif
