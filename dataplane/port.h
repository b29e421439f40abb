/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port.h - a DPDK port: one queue pair and one buffer pool a worker, whatever the driver. Control thread.
 */
#ifndef SONDE_PORT_H
#define SONDE_PORT_H

#include "dp_types.h"
#include "dp.h"

struct rte_mempool;

struct port {
	uint16_t id;
	uint16_t queues;
	uint8_t mac[6];
	bool started;
	char driver[32];
	struct rte_mempool *pool[DP_MAX_WORKERS]; /* of each queue, for both directions */
};

/* The port's own loss since it was opened. */
struct port_loss {
	uint64_t missed;
	uint64_t errors;
};

/* Attach the device that @devargs describes, set up @queues queue pairs, start it. 0 or -errno. */
int port_open(struct port *p, const char *devargs, uint16_t queues, struct dp_error *err);
void port_close(struct port *p);

/* Whether the link is up; @mbps (may be NULL) is 0 where not known. */
bool port_link(const struct port *p, uint32_t *mbps);
struct port_loss port_loss(const struct port *p);

#endif
