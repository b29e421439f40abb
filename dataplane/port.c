/* SPDX-License-Identifier: Apache-2.0 */
/* port.c - a DPDK port: its device, its queues, its buffers. */
#include "port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "error.h"

enum {
	RX_DESCRIPTORS = 2048,
	TX_DESCRIPTORS = 2048,
	POOL_CACHE = 256,
	POOL_SPARE = 4096, /* drivers' rings of their own (AF_XDP: fill, completion), bursts */
};

/* The port that appeared by probing @devargs. The EAL has taken a PCI port already; probing it again
 * changes nothing and succeeds. */
static int attach(const char *devargs, uint16_t *id, struct dp_error *err)
{
	bool before[RTE_MAX_ETHPORTS] = { false };
	uint16_t i;
	int ret;

	RTE_ETH_FOREACH_DEV(i)
		before[i] = true;
	ret = rte_dev_probe(devargs);
	if (ret && ret != -EEXIST)
		return error_set(err, ret == -EPERM ? -EPERM : -ENODEV,
				 "DPDK cannot take '%s': %s", devargs,
				 eal_complaint());
	RTE_ETH_FOREACH_DEV(i) {
		if (before[i])
			continue;
		*id = i;
		return 0;
	}
	if (rte_eth_dev_get_port_by_name(devargs, id) == 0)
		return 0;
	return error_set(err, -ENODEV, "'%s' is no Ethernet device that DPDK can drive", devargs);
}

static int configure(const struct port *p, const struct rte_eth_dev_info *info)
{
	struct rte_eth_conf conf = { .rxmode = { .mq_mode = RTE_ETH_MQ_RX_NONE } };
	uint64_t rss = info->flow_type_rss_offloads &
		       (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);

	if (p->queues > 1 && rss) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = rss;
	}
	/* Every mbuf of a queue comes from its one pool and is not shared. */
	if (info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE)
		conf.txmode.offloads |= RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	return rte_eth_dev_configure(p->id, p->queues, p->queues, &conf);
}

static struct rte_mempool *make_pool(uint16_t port, uint16_t queue, unsigned n)
{
	char name[RTE_MEMPOOL_NAMESIZE];

	snprintf(name, sizeof(name), "port%u_q%u", port, queue);
	/* A power of two less one uses the pool's ring best. */
	return rte_pktmbuf_pool_create(name, rte_align32pow2(n) - 1, POOL_CACHE, 0,
				       RTE_MBUF_DEFAULT_BUF_SIZE, rte_eth_dev_socket_id(port));
}

static int setup_queues(struct port *p, struct dp_error *err)
{
	uint16_t rx = RX_DESCRIPTORS, tx = TX_DESCRIPTORS;
	int socket = rte_eth_dev_socket_id(p->id);
	int ret = rte_eth_dev_adjust_nb_rx_tx_desc(p->id, &rx, &tx);

	for (uint16_t q = 0; q < p->queues && ret == 0; q++) {
		p->pool[q] = make_pool(p->id, q, (unsigned)rx + tx + POOL_SPARE);
		if (!p->pool[q])
			return error_set(err, -ENOMEM, "no memory for the packet buffers of queue "
					 "%u: fewer queues, or more hugepages", q);
		ret = rte_eth_rx_queue_setup(p->id, q, rx, (unsigned)socket, NULL, p->pool[q]);
		if (ret == 0)
			ret = rte_eth_tx_queue_setup(p->id, q, tx, (unsigned)socket, NULL);
	}
	return ret;
}

static int launch(struct port *p, struct dp_error *err)
{
	struct rte_ether_addr mac;
	int ret = setup_queues(p, err);

	if (ret == -ENOMEM)
		return ret;
	if (ret == 0)
		ret = rte_eth_dev_start(p->id);
	if (ret)
		return error_set(err, ret, "driver %s does not start the port: %s", p->driver,
				 eal_complaint());
	p->started = true;
	rte_eth_allmulticast_enable(p->id); /* neighbour discovery asks a group */
	if (rte_eth_macaddr_get(p->id, &mac) == 0)
		memcpy(p->mac, mac.addr_bytes, 6);
	return 0;
}

int port_open(struct port *p, const char *devargs, uint16_t queues, struct dp_error *err)
{
	struct rte_eth_dev_info info;
	int ret;

	*p = (struct port){ .queues = queues };
	eal_forget();
	ret = attach(devargs, &p->id, err);
	if (ret)
		return ret;
	ret = rte_eth_dev_info_get(p->id, &info);
	if (ret == 0) {
		snprintf(p->driver, sizeof(p->driver), "%s", info.driver_name);
		if (queues > info.max_rx_queues || queues > info.max_tx_queues)
			ret = error_set(err, -EINVAL, "%u queues wanted; the device has %u", queues,
					RTE_MIN(info.max_rx_queues, info.max_tx_queues));
		else if (configure(p, &info))
			ret = error_set(err, -EIO, "driver %s refuses %u queues: %s", p->driver,
					queues, eal_complaint());
		else
			ret = launch(p, err);
	}
	if (ret)
		port_close(p);
	return ret;
}

void port_close(struct port *p)
{
	struct rte_eth_dev_info info;

	if (p->started)
		rte_eth_dev_stop(p->id);
	p->started = false;
	if (rte_eth_dev_info_get(p->id, &info) == 0) {
		rte_eth_dev_close(p->id);
		rte_dev_remove(info.device);
	}
	for (uint16_t q = 0; q < p->queues; q++) {
		rte_mempool_free(p->pool[q]);
		p->pool[q] = NULL;
	}
}

bool port_link(const struct port *p, uint32_t *mbps)
{
	struct rte_eth_link link;

	if (rte_eth_link_get_nowait(p->id, &link))
		return false;
	if (mbps)
		*mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed;
	return link.link_status == RTE_ETH_LINK_UP;
}

struct port_loss port_loss(const struct port *p)
{
	struct rte_eth_stats s;

	if (rte_eth_stats_get(p->id, &s))
		return (struct port_loss){ .missed = 0 };
	return (struct port_loss){ .missed = s.imissed + s.rx_nombuf, .errors = s.oerrors };
}
